"""Which folder holds what, for one var folder and one account."""

import logging
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from crmquality.embedded.account import Account, server_account
from crmquality.embedded.run_folder import fingerprint, make_run_folder

logger = logging.getLogger("crmquality.embedded")
SHARED_HOME = Path("/var/lib/crmquality")


@dataclass(frozen=True)
class Places:
    var: Path
    account: Account
    run: Path

    def home(self) -> Path:
        """Return where data and programs go that the account cannot reach in their own place."""
        home = SHARED_HOME / fingerprint(self.var)
        for folder in (SHARED_HOME, home):
            folder.mkdir(mode=0o711, exist_ok=True)
        return home

    def data(self, name: str) -> Path:
        """Return the data folder of a server, which the account may enter."""
        here = self.var / name
        if self.account.is_ours or (not here.is_symlink() and self.account.can_reach(self.var)):
            return here
        there = self.home() / name
        if not here.is_symlink():
            self._move(here, there)
        return there

    def log(self, name: str) -> Path:
        folder = self.var / "log"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder / f"{name}.log"

    def _move(self, here: Path, there: Path) -> None:
        logger.warning("%s is closed to the account %s: the data lies in %s.", here, self.account.name, there)
        if here.exists():
            shutil.move(here, there)
        here.symlink_to(there)


def places(var: Path) -> Places:
    account = server_account()
    return Places(var, account, make_run_folder(var, account))


def make_data_folder(path: Path, account: Account) -> None:
    path.mkdir(mode=0o700)
    os.chown(path, account.uid, account.gid)
