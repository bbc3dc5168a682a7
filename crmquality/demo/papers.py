"""Files of the made-up company: the newest contracts, stored as an upload of a person is."""

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from crmquality.office.models import Organisation
from customers import attachments
from customers.models import Attachment, ServiceContract

PAPERS = 30


def write_papers(now: dt.datetime) -> int:
    """Store a text file for each of the newest contracts; how many.

    Not within a transaction: `attachments.written` keeps track of files beside it.
    """
    office = Organisation.load()
    signed = ServiceContract.objects.filter(starts_on__lte=office.today(now))
    contracts = signed.select_related("customer__owner").order_by("-starts_on", "id")[:PAPERS]
    for contract in contracts:
        with attachments.written([_paper(contract, office)]) as files, transaction.atomic():
            attachments.store(files, contract.customer, contract.customer.owner)
            # Files are dated by when they were added, these by when they would have been.
            day = office.midnight(contract.starts_on)
            Attachment.objects.filter(pk__in=[file.pk for file in files]).update(created_at=day)
    return len(contracts)


def _paper(contract: ServiceContract, office: Organisation) -> SimpleUploadedFile:
    lines = (contract.name, office.name, contract.customer.name, f"{contract.starts_on} – {contract.ends_on}")
    return SimpleUploadedFile(f"{contract.name}.txt", "\n".join(lines).encode())
