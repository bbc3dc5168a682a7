"""Files from outside, handed on so that nothing in them runs."""

from pathlib import Path

from django.http import FileResponse, Http404

# Whatever is in a file from outside: nothing runs, nothing is guessed, nothing stays on a shared machine.
SANDBOX = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def sandboxed(path: Path, name: str, content_type: str) -> FileResponse:
    """The file that somebody sent us, to save; never shown as a page of this site."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, as_attachment=True, filename=name, content_type=content_type, headers=SANDBOX)
