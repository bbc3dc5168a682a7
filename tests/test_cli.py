"""The program as a shell runs it."""

import subprocess
import sys

from django.conf import settings

from tests.processes import environment


def test_a_reader_who_has_had_enough_ends_a_command_without_a_traceback(db):
    # More than a pipe holds, so that it is written to after it was closed.
    command = [sys.executable, "manage.py", "diffsettings", "--all"]
    printing = subprocess.Popen(
        command, env=environment(), cwd=settings.BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert printing.stdout is not None and printing.stderr is not None
    printing.stdout.close()
    assert printing.stderr.read() == b""
    assert printing.wait() == 1
