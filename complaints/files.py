"""Files of cases: checked, written and swept as those of customers' records, whose names they share."""

import datetime as dt

from customers.models import Attachment
from customers.models.attachment import LooseFile

from .models import Actor, Case, CaseFile, CaseMessage, NotAllowed, Step


def keep(files: list[Attachment], case: Case, message: CaseMessage | None = None) -> None:
    """Store the written files with a case, in the transaction that is under way."""
    names = ("name", "stored_name", "content_type", "size", "sha256")
    CaseFile.objects.bulk_create(
        CaseFile(case=case, message=message, **{name: getattr(file, name) for name in names}) for file in files
    )
    LooseFile.objects.filter(stored_name__in=[file.stored_name for file in files]).delete()


def add(files: list[Attachment], case: Case, actor: Actor, now: dt.datetime) -> None:
    """Store files that came by themselves, and who brought them. Raises NotAllowed for a merged case."""
    if case.merged_into_id:
        raise NotAllowed("The case was merged into another one.")
    keep(files, case)
    case.note(Step.EDIT, actor, now, {"files": len(files)})
