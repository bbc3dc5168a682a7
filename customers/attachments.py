"""Files of a customer's record: a row and its file come together and go together.

A file that no row owns, not yet or not any more, is named in LooseFile: before it is written, and in
the transaction that deletes its row. The transaction that stores its row takes the name off. So a
process may die anywhere: `sweep` removes what is still named a day later, and touches nothing else.
"""

import datetime as dt
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crmquality.lib.filetypes import recognised, safe_name
from crmquality.office.models import Member

from .models import Attachment, Customer, Interaction
from .models.attachment import LooseFile

IN_FLIGHT = dt.timedelta(days=1)


class Unwanted(ValueError):
    """A file that is not kept; the sentence says which and why."""


def path_of(stored_name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "attachments" / stored_name


def check(upload: UploadedFile) -> None:
    """Refuse what is empty, too large or of no type that is kept; the name says nothing about the type."""
    names = {"name": upload.name, "limit": settings.ATTACHMENT_MEGABYTES}
    if not upload.size:
        raise Unwanted(_("%(name)s is empty.") % names)
    if upload.size > settings.ATTACHMENT_MEGABYTES << 20:
        raise Unwanted(_("%(name)s is larger than %(limit)s MB.") % names)
    if upload.file is None or recognised(upload.file) is None:
        raise Unwanted(
            _("%(name)s is none of what is kept here: PDF, Office without macros, pictures, sound, text or ZIP.")
            % names
        )


@contextmanager
def written(uploads: Sequence[UploadedFile]) -> Iterator[list[Attachment]]:
    """The checked uploads on disk, as attachments to store; what is not stored in the end is removed."""
    made: list[Attachment] = []
    try:
        for upload in uploads:
            made.append(_described(upload))
            _write(upload, made[-1])
        yield made
    finally:
        # Where the database is gone too, `sweep` does it tomorrow.
        with suppress(DatabaseError):
            _remove(LooseFile.objects.filter(stored_name__in=[each.stored_name for each in made]))


def _described(upload: UploadedFile) -> Attachment:
    kind = recognised(upload.file) if upload.file else None
    if kind is None:
        raise Unwanted(upload.name)
    attachment = Attachment(name=safe_name(upload.name or "", kind), content_type=kind.mime, size=upload.size or 0)
    # Durable: named even if what stores the rows is rolled back.
    with transaction.atomic(durable=True):
        LooseFile.objects.create(stored_name=attachment.stored_name)
    return attachment


def _write(upload: UploadedFile, attachment: Attachment) -> None:
    path, digest = path_of(attachment.stored_name), hashlib.sha256()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        for chunk in upload.chunks():
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    attachment.sha256 = digest.hexdigest()


def store(
    files: list[Attachment], customer: Customer, by: Member | None, interaction: Interaction | None = None
) -> None:
    """Store the written files with a customer, in the transaction that is under way."""
    for file in files:
        file.customer, file.member, file.interaction = customer, by, interaction
        file.save(force_insert=True)
    LooseFile.objects.filter(stored_name__in=[file.stored_name for file in files]).delete()


def add(uploads: Sequence[UploadedFile], customer: Customer, by: Member, once: str) -> bool:
    """Keep the uploads of one form; False if it had been sent before, as attachment_once says."""
    with written(uploads) as files:
        for number, file in enumerate(files):
            file.once = f"{once}-{number}"
        try:
            with transaction.atomic():
                store(files, customer, by)
        except IntegrityError:
            if not Attachment.objects.filter(once=f"{once}-0").exists():
                raise
            return False
    return True


def delete(attachments: QuerySet[Any]) -> int:
    """Delete rows and, once that is certain, their files; how many."""
    with transaction.atomic():
        names = list(attachments.select_for_update().values_list("stored_name", flat=True))
        attachments.filter(stored_name__in=names).delete()
        LooseFile.objects.bulk_create((LooseFile(stored_name=name) for name in names), ignore_conflicts=True)
        transaction.on_commit(lambda: _remove(LooseFile.objects.filter(stored_name__in=names)))
    return len(names)


def sweep(now: dt.datetime) -> int:
    """Remove the files that dying processes left without a row; how many were named."""
    return _remove(LooseFile.objects.filter(created_at__lt=now - IN_FLIGHT))


def _remove(loose: QuerySet[LooseFile]) -> int:
    """First the files, then their names: what dies in between is done again."""
    names = list(loose.values_list("stored_name", flat=True))
    for name in names:
        path_of(name).unlink(missing_ok=True)
    LooseFile.objects.filter(stored_name__in=names).delete()
    return len(names)
