"""Answers a second on a real server, against a view that inserts one row; and none lost when it is killed.

`python -m benchmarks.answers [SECONDS]`. Goal: at least 0.6 of the bare view, no error. Then the web
process is killed at once in the middle: every answer that got its thanks is in the database.
"""

import datetime as dt
import http.client
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from urllib.parse import urlencode

from benchmarks import ground

CLIENTS, SECONDS, PORT = 16, 20, 8398
# Links for each second of measuring; no machine here answers half of them.
A_SECOND = 2_000
FORM = urlencode({"q-recommend": "9", "q-value": ""})
HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}


@contextmanager
def served(application: str) -> Iterator[subprocess.Popen[bytes]]:
    """The site as `manage.py up` serves it, without its log."""
    from crmquality.processes import web_command

    command = [application if part == "crmquality.wsgi" else part for part in web_command(f"127.0.0.1:{PORT}")]
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ground.ROOT, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(until=True)
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        # Its workers die a little later; the next server must not be taken for this one.
        _wait(until=False)


def _wait(until: bool) -> None:
    """Come back when somebody listens, or when nobody does any more."""
    for _try in range(600):
        with socket.socket() as probe:
            if (probe.connect_ex(("127.0.0.1", PORT)) == 0) is until:
                return
        time.sleep(0.1)
    raise SystemExit("The server did not start." if until else "The server did not stop.")


def press(paths: Iterator[str], seconds: float) -> tuple[dict[str, int], float]:
    """Send the form to each path, by all clients at once; the status by path (0: no answer), and the seconds."""
    told: dict[str, int] = {}
    lock, until, numbers = threading.Lock(), time.monotonic() + seconds, itertools.count()

    def client() -> None:
        for path in mine():
            # Everybody has an address of their own: many answers from one are held apart.
            number = next(numbers)
            source = f"127.1.{number // 250 % 250}.{number % 250 + 1}"
            web = http.client.HTTPConnection("127.0.0.1", PORT, timeout=10, source_address=(source, 0))
            try:
                web.request("POST", path, FORM, HEADERS)
                answer = web.getresponse()
                answer.read()
                told[path] = answer.status
            except (OSError, http.client.HTTPException):
                told[path] = 0
            finally:
                web.close()

    def mine() -> Iterator[str]:
        while time.monotonic() < until:
            with lock:
                path = next(paths, "")
            if not path:
                return
            yield path

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told, time.monotonic() - begin


def invite(privacy: str, people: int) -> tuple[int, list[str]]:
    """A running campaign; its key and the paths of as many links as can be used up."""
    from django.utils import timezone

    from customers.models import Customer
    from surveys import tokens
    from surveys.models import Campaign, Invitation, Version

    now = timezone.now()
    version = Version.objects.get(questionnaire__slug="nps", number=1)
    version.freeze(now)
    campaign = Campaign.objects.create(
        name="Benchmark", version=version, state="running", started_at=now, opens_at=now, privacy=privacy
    )
    first = Customer.objects.count()
    customers = Customer.objects.bulk_create(
        (Customer(code=f"B-{first + each}", name=f"B {first + each}") for each in range(people)), batch_size=5000
    )
    invitations = Invitation.objects.bulk_create(
        (
            Invitation(
                campaign=campaign, customer=each, due_at=now, is_anonymous=privacy == "anonymous", standing="sent"
            )
            for each in customers
        ),
        batch_size=5000,
    )
    keys = [each.pk for each in invitations]
    return campaign.pk, [f"/s/{token}" for token in tokens.mint_each(keys, now + dt.timedelta(days=9))]


def kept(campaign: int, privacy: str) -> int:
    from surveys.models import Response, SealedAnswer

    model = SealedAnswer if privacy == "anonymous" else Response
    return model.objects.filter(campaign=campaign).count()


def killed(paths: list[str], count: Callable[[], int]) -> tuple[int, int]:
    """Kill the server while all press; how many were thanked, and how many of these are lost."""
    before = count()
    with served("crmquality.wsgi") as process:
        timer = threading.Timer(4, lambda: os.killpg(process.pid, signal.SIGKILL))
        timer.start()
        told, _seconds = press(iter(paths), 5)
        timer.join()
    thanked = sum(status == 302 for status in told.values())
    return thanked, max(0, thanked - (count() - before))


def main(seconds: float) -> None:
    ground.start("answers")
    identified, links = invite("identified", int(seconds * A_SECOND))
    anonymous, sealed = invite("anonymous", int(seconds * A_SECOND))
    with served("benchmarks.bare"):
        press((f"/bare/{identified}?{number}" for number in range(10**9)), 3)
        told, spent = press((f"/bare/{identified}?{number}" for number in range(10**9)), seconds)
    bare = sum(status == 200 for status in told.values()) / spent
    rows: list[list[object]] = [
        ["bare view, one row", bare, 1.0, sum(status != 200 for status in told.values()), "", ""]
    ]
    for name, campaign, paths in (("identified", identified, links), ("anonymous", anonymous, sealed)):
        half = len(paths) // 2
        with served("crmquality.wsgi"):
            press(iter(paths[:500]), 3)
            told, spent = press(iter(paths[500:half]), seconds)
        rate = sum(status == 302 for status in told.values()) / spent
        thanked, lost = killed(paths[half:], partial(kept, campaign, name))
        wrong = sum(status != 302 for status in told.values())
        rows.append([name, rate, rate / bare, wrong, thanked, lost])
    header = ["answers", "a second", "of the bare view", "errors", "thanked before the kill", "of these lost"]
    ground.print_table("Answering surveys", header, rows)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)
