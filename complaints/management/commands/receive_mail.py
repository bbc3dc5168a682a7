"""For the pipe of a mail server."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils import timezone

from complaints import mail_in


class Command(BaseCommand):
    help = "Take in one raw mail from standard input. Ends with EX_TEMPFAIL when it is to be handed in again."

    def handle(self, **options: Any) -> None:
        raw = sys.stdin.buffer.read(mail_in.LARGEST + 1)
        try:
            received = mail_in.receive(raw, timezone.now())
        except mail_in.TooLarge as error:
            self.stderr.write(str(error))
            sys.exit(os.EX_DATAERR)
        except (DatabaseError, OSError) as error:
            self.stderr.write(str(error))
            sys.exit(os.EX_TEMPFAIL)
        self.stdout.write(received.case.number if received.case else "No case.")
