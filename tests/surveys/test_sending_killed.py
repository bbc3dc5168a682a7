"""Two real workers, a real mail server, and kills at random: nobody gets two mails, nobody is left out in silence."""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.utils import timezone

from customers.models import Contact, Customer
from surveys import campaigns, sending
from surveys.models import Campaign, Mailing, SurveySettings, Version
from tests.processes import environment, wait_for

from .conftest import asking

pytestmark = pytest.mark.django_db(transaction=True)
# By hand: SURVEY_MAILS=5000 SURVEY_KILLS=40.
MAILS = int(os.environ.get("SURVEY_MAILS", "300"))
KILLS = int(os.environ.get("SURVEY_KILLS", "6"))


class Mailboxes:
    """Whoever got a mail, and how often."""

    def __init__(self) -> None:
        self.got: Counter[str] = Counter()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.got.update(envelope.rcpt_tos)
        # Long enough that kills hit the moment between what the server has and what we know.
        await asyncio.sleep(0.004)
        return "250 OK"


@pytest.fixture
def mailboxes() -> Iterator[tuple[Mailboxes, int]]:
    boxes = Mailboxes()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(boxes, hostname="127.0.0.1", port=port)
    server.start()
    yield boxes, port
    server.stop()


@pytest.fixture
def wave(version: Version) -> Campaign:
    owners = Customer.objects.bulk_create(Customer(code=f"K{n}", name=f"K{n}") for n in range(MAILS))
    Contact.objects.bulk_create(
        Contact(customer=owner, name=owner.name, email=f"{owner.code.lower()}@example.com") for owner in owners
    )
    SurveySettings.objects.create(mails_a_minute=1_000_000)
    made = asking(version)
    campaigns.start(made, timezone.now())
    sending.queue(timezone.now())
    return made


@contextmanager
def workers(port: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    running = [worker(port), worker(port)]
    try:
        yield running
    finally:
        for each in running:
            each.kill()
            each.wait()


def worker(port: int) -> subprocess.Popen[bytes]:
    server = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port), "EMAIL_USE_TLS": "False"}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.surveys.mail_worker"], env=environment() | server, cwd=settings.BASE_DIR
    )


def waiting() -> int:
    return Mailing.objects.filter(claimed_at=None, failed_at=None).count()


def test_workers_killed_while_sending_send_nothing_twice_and_hide_nobody(
    wave: Campaign, mailboxes: tuple[Mailboxes, int], record_property: Callable[[str, object], None]
) -> None:
    boxes, port = mailboxes
    chance, kills, goal = random.Random(5), 0, 0

    def is_time_to_kill() -> bool:
        return boxes.got.total() >= goal or not waiting()

    with workers(port) as running:
        while waiting() and kills < KILLS:
            goal = boxes.got.total() + chance.randint(5, MAILS // (KILLS + 2))
            wait_for(is_time_to_kill)
            time.sleep(chance.random() * 0.05)
            victim = chance.randrange(2)
            running[victim].send_signal(signal.SIGKILL)
            running[victim].wait()
            kills += 1
            running[victim] = worker(port)
        wait_for(lambda: not waiting(), seconds=600)
        time.sleep(0.5)
    sent = set(Mailing.objects.exclude(sent_at=None).values_list("mail_to", flat=True))
    listed = set(sending.undecided(timezone.now() + sending.HELD).values_list("mail_to", flat=True))
    missing = {f"k{n}@example.com" for n in range(MAILS)} - set(boxes.got)
    record_property("facts", f"{MAILS} mails, {kills} kills: {len(missing)} missing, {len(listed)} listed")
    assert kills == KILLS
    assert max(boxes.got.values()) == 1
    assert len(missing) <= kills and missing <= listed
    # Whoever is counted as asked got the mail, and everybody is the one or the other.
    assert sent <= set(boxes.got) and len(sent) + len(listed) == MAILS
