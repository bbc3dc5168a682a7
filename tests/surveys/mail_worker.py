"""A worker that sends survey mails by the SMTP server named in the environment until it is stopped."""

import time

import django


def main() -> None:
    django.setup()
    from django.conf import settings
    from django.utils import timezone

    from surveys.sending import send_due

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    while True:
        send_due(timezone.now())
        time.sleep(0.05)


# Whoever collects doctests imports every module.
if __name__ == "__main__":
    main()
