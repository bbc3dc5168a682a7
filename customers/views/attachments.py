"""Handing out the files of a record."""

from django.http import FileResponse
from django.views.decorators.http import require_safe

from crmquality.lib.downloads import sandboxed
from crmquality.office.roles import MemberRequest, Right, requires
from customers.access import attachment_read
from customers.attachments import path_of


@requires(Right.SEE_ALL, Right.SEE_OWN)
@require_safe
def attachment_download(request: MemberRequest, pk: int) -> FileResponse:
    """The file, if the member may see its customer."""
    attachment = attachment_read(request.user, pk)
    return sandboxed(path_of(attachment.stored_name), attachment.name, attachment.content_type)
