"""Where a mail server hands in what comes for us."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from complaints import mail_in


# Whoever calls it has no cookie of ours: the secret in a header says who it is.
@csrf_exempt
@require_POST
def mail_create(request: HttpRequest) -> JsonResponse:
    """Keep the raw mail in the body; 200 once it is kept, however often it is handed in."""
    secret = settings.COMPLAINTS_MAIL_SECRET
    if not secret or not constant_time_compare(request.headers.get("X-Mail-Secret", ""), secret):
        return JsonResponse({"error": "Wrong secret."}, status=403)
    try:
        raw = request.read(mail_in.LARGEST + 1)
        received = mail_in.receive(raw, timezone.now())
    except (mail_in.TooLarge, RequestDataTooBig) as error:
        return JsonResponse({"error": str(error)}, status=413)
    return JsonResponse({"case": received.case.number if received.case else None, "is_new": received.is_new})
