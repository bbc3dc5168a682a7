"""A worker that sends survey mails by the SMTP server named in the environment until it is stopped."""

import time

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from surveys.sending import send_due  # noqa: E402

settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
if __name__ == "__main__":  # collecting doctests imports every module
    while True:
        send_due(timezone.now())
        time.sleep(0.05)
