"""The Celery application: `celery -A crmquality.celery worker`."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

from crmquality.schedule import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crmquality.settings")
TRANSPORT_ALIASES["crmquality"] = "crmquality.embedded.transport:Transport"

app = Celery("crmquality")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
app.autodiscover_tasks()
