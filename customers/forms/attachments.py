"""Files are added, and deleted for good."""

from django.utils.translation import gettext_lazy

from customers import attachments
from customers.models import Attachment

from .base import RecordForm, files_field


class AttachmentForm(RecordForm):
    action = gettext_lazy("Add")
    attached = files_field(gettext_lazy("Files"), required=True)

    class Meta:
        model = Attachment
        fields: list[str] = []

    def store(self) -> bool:
        if self.customer is None:
            raise ValueError("Files belong to a customer.")
        return attachments.add(self.cleaned_data["attached"], self.customer, self.member, self.key)


class AttachmentDeletion(RecordForm):
    action = gettext_lazy("Delete the file for good")
    said = gettext_lazy("The file is deleted; the history keeps its name.")

    class Meta:
        model = Attachment
        fields: list[str] = []

    def store(self) -> bool:
        return attachments.delete(Attachment.objects.filter(pk=self.instance.pk)) == 1
