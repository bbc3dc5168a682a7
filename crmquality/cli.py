"""The entry point behind manage.py."""

import os
import sys

from crmquality.embedded import EmbeddedError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crmquality.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except EmbeddedError as error:
        sys.exit(str(error))
    except PermissionError as error:
        sys.exit(f"{error.filename} cannot be used: {error.strerror}.")
