"""Settings of the tests: the real ones, with servers and data of their own.

Two test runs at the same time get two slots, each with its own var folder, so that
neither meets the other or the data of a running `manage.py up`.
"""

import fcntl
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def take_slot() -> Path:
    """Return the first var folder that no other test run uses; held until this process ends."""
    (ROOT / "var").mkdir(mode=0o711, exist_ok=True)
    for number in range(1, 1000):
        # Kept open on purpose: the lock lives as long as this process.
        lock = os.open(ROOT / "var" / f"test-{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        return ROOT / "var" / f"test-{number}"
    raise RuntimeError("A thousand test runs at once are too many.")


# The processes of pytest-xdist inherit the slot of the one that started them.
if "CRMQUALITY_TEST_VAR" not in os.environ:
    os.environ["CRMQUALITY_TEST_VAR"] = os.environ["CRMQUALITY_VAR"] = str(take_slot())

from crmquality.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# WhiteNoise warns of a folder that is not there; the test server finds static files by itself.
Path(os.environ["CRMQUALITY_VAR"], "static").mkdir(parents=True, exist_ok=True)
# The threads of a live server would keep theirs for ten minutes, and a restore wants to be alone.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
