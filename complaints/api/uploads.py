"""Files that other programs add to a case: what is kept is decided by content and size."""

from django.core.files.uploadedfile import UploadedFile
from rest_framework import serializers

from crmquality.lib.rest.serializers import Strict
from customers import attachments

MOST_FILES = 5
NAME = 200


def wanted(upload: UploadedFile) -> None:
    """Refuses what is not kept here, and says why."""
    try:
        attachments.check(upload)
    except attachments.Unwanted as problem:
        raise serializers.ValidationError(str(problem)) from None


class Uploaded(Strict):
    files = serializers.ListField(
        child=serializers.FileField(max_length=NAME, allow_empty_file=True, validators=[wanted]),
        min_length=1,
        max_length=MOST_FILES,
        help_text="PDF, Office without macros, pictures, sound, text or ZIP, whatever their names say.",
    )
