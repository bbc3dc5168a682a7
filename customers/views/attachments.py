"""Handing out the files of a record."""

from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

from crmquality.office.roles import MemberRequest, Right, requires
from customers.access import attachment_read
from customers.attachments import path_of

# Whatever is in it: nothing runs, nothing is guessed, nothing stays behind on a shared machine.
HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


@requires(Right.SEE_ALL, Right.SEE_OWN)
@require_safe
def attachment_download(request: MemberRequest, pk: int) -> FileResponse:
    """The file, to save; never shown as a page of this site."""
    attachment = attachment_read(request.user, pk)
    try:
        file = path_of(attachment.stored_name).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(
        file, as_attachment=True, filename=attachment.name, content_type=attachment.content_type, headers=HEADERS
    )
