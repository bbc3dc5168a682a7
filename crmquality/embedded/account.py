"""Under which account the servers run: our own, or an unprivileged one when we are root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crmquality.embedded.errors import EmbeddedError


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    def popen(self) -> dict[str, Any]:
        """Return the arguments that make subprocess run something as this account."""
        common: dict[str, Any] = {"cwd": "/", "umask": 0o077, "env": {"PATH": os.defpath, "LC_ALL": "C"}}
        if self.is_ours:
            return common
        return common | {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_reach(self, path: Path) -> bool:
        """Ask the kernel, which knows the modes, links and access lists of the whole path."""
        test = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
        return self.is_ours or subprocess.run(test, **self.popen(), check=False).returncode == 0


def server_account() -> Account:
    if os.geteuid() != 0:
        return Account("", os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise EmbeddedError("PostgreSQL refuses to run as root and this machine has no account postgres or nobody.")
