"""`python -m benchmarks [NAME ...]`: run the benchmarks, each in a process of its own."""

import subprocess
import sys

NAMES = [
    "import_online_retail",
    "import_interactions",
    "evaluation",
    "pages",
    "timeline",
    "api",
    "complaints",
    "agents",
    "invitations",
    "answers",
    "results",
    "helpdesk",
]


def main() -> None:
    for name in sys.argv[1:] or NAMES:
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)


if __name__ == "__main__":
    main()
