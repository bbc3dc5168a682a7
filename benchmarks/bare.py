"""The least that a site of this kind does: one view that inserts one row. What others are held against."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crmquality.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

settings.ROOT_URLCONF = "benchmarks.bare"
application = get_wsgi_application()

from surveys.models import Response  # noqa: E402 (models after the set-up)


@csrf_exempt
def insert(request: HttpRequest, campaign: int) -> HttpResponse:
    Response.objects.create(campaign_id=campaign, is_anonymous=False, submitted_at=timezone.now(), via="api")
    return HttpResponse("kept")


urlpatterns = [path("bare/<int:campaign>", insert)]
