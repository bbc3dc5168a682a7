"""The queue beside django-helpdesk: same PostgreSQL, same number of tickets, one process each.

`python -m benchmarks.helpdesk [TICKETS [OPEN]]`. django-helpdesk is fetched by pip into a place of
its own below `var/bench`, with the Django that it wants; this project does not depend on it.
"""

import json
import os
import re
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from typing import Any

from benchmarks import ground

TICKETS, OPEN = 100_000, 5_000
RELEASE = "django-helpdesk==2.6.1"
DATABASE = "helpdesk"
TIMES = {"list": 100, "create": 100}
APPS = [
    *(f"django.contrib.{name}" for name in (
        "admin", "auth", "contenttypes", "sessions", "sites", "messages", "staticfiles", "humanize")),
    "rest_framework", "helpdesk",
]  # fmt: skip
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware",
]  # fmt: skip
PROCESSORS = [
    "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]  # fmt: skip
MADE = """
    INSERT INTO helpdesk_ticket (title, queue_id, created, modified, submitter_email, status, on_hold, description,
        priority, secret_key, assigned_to_id)
    SELECT 'Case ' || n, %(queue)s, at, at, 'jo@example.com', CASE WHEN n <= %(open)s THEN 1 ELSE 4 END, false,
           'The pump leaks.', 1 + n %% 5, md5(n::text), %(owner)s
    FROM generate_series(1, %(tickets)s) AS n,
         LATERAL (SELECT %(now)s - n * interval '1095 days' / %(tickets)s AS at) AS moment"""
# Where the page of tickets fetches its rows.
FETCHED = re.compile(r"/datatables_ticket_list/[^\"' ]+")
TEXT = "The pump leaks since Monday."


def rates(calls: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Requests a second of each, after a few that only warm up."""
    found = {}
    for name, call in calls.items():
        for _ in range(3):
            call()
        begin = time.perf_counter()
        for _ in range(TIMES[name]):
            call()
        found[name] = TIMES[name] / (time.perf_counter() - begin)
    return found


def ours() -> dict[str, float]:
    """The queue with all open cases, and logging a complaint as staff do."""
    from django.test import Client
    from django.urls import reverse

    from complaints.models import Case
    from crmquality.office.models import Member
    from customers.models import Customer

    client = Client(headers={"host": "localhost"})
    member = Member.objects.get(username="manager")
    client.force_login(member)
    queue, new = reverse("complaints:case_list") + "?tab=open", reverse("complaints:case_create")
    buyer = str(Customer.objects.values_list("code", flat=True)[0])
    form = {"customer": buyer, "kind": "complaint", "severity": "2", "channel": "phone", "text": TEXT}

    def look() -> None:
        assert b"data-row" in client.get(queue).content

    def log() -> None:
        key = f"bench-{time.time_ns()}"
        assert client.post(new, {**form, "once": key, "received_at": "2026-01-01T10:00"}).status_code == 302
        assert Case.objects.filter(external_id=f"{member.pk}-{key}").exists()

    return rates({"list": look, "create": log})


def prepare_site(server: dict[str, Any]) -> None:
    """Set django-helpdesk up, as its manual says, on that PostgreSQL; without teams and mail."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.configure(
        SECRET_KEY="benchmark", ALLOWED_HOSTS=["*"], INSTALLED_APPS=APPS, MIDDLEWARE=MIDDLEWARE, SITE_ID=1,
        ROOT_URLCONF="benchmarks.helpdesk_urls", STATIC_URL="/static/", USE_TZ=True, LOGIN_URL="/admin/login/",
        DATABASES={"default": {**server, "ENGINE": "django.db.backends.postgresql", "NAME": DATABASE}},
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
                    "OPTIONS": {"context_processors": PROCESSORS}}],
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        HELPDESK_TEAMS_MODE_ENABLED=False,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )  # fmt: skip
    django.setup()
    call_command("migrate", verbosity=0)


def theirs(server: dict[str, Any], tickets: int, still_open: int) -> dict[str, float]:
    """Its list with the rows that the list fetches, and submitting a ticket as staff do; run in its own Python."""
    prepare_site(server)
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client
    from helpdesk.models import Queue, Ticket  # type: ignore[import-not-found]

    users = get_user_model().objects
    owner = users.filter(username="manager").first() or users.create_superuser("manager", "m@example.com", "x")
    queue, _made = Queue.objects.get_or_create(slug="q", defaults={"title": "Service"})
    if Ticket.objects.count() < tickets:
        values = {"queue": queue.pk, "open": still_open, "tickets": tickets, "owner": owner.pk, "now": ground.NOW}
        with connection.cursor() as cursor:
            cursor.execute(MADE, values)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE helpdesk_ticket")
    client = Client()
    client.force_login(owner)
    form = {"queue": queue.pk, "title": TEXT, "body": TEXT, "priority": "3", "submitter_email": "jo@example.com"}

    def look() -> None:
        page = client.get("/tickets/").content.decode()
        rows = client.get(FETCHED.findall(page)[0], {"draw": "1", "start": "0", "length": "50"})
        assert len(rows.json()["data"]) == 50

    def log() -> None:
        assert client.post("/tickets/submit/", form).status_code == 302

    return rates({"list": look, "create": log})


def of_site(tickets: int, still_open: int) -> dict[str, float]:
    """What `theirs` finds, in a Python that has django-helpdesk, on the PostgreSQL that serves us."""
    from django.db import connection

    place = ground.ROOT / "var" / "bench" / "helpdesk"
    python = place / "venv" / "bin" / "python"
    if not python.exists():
        venv.create(place / "venv", with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q", RELEASE, "psycopg[binary]"], check=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.rowcount == 0:
            cursor.execute(f"CREATE DATABASE {DATABASE}")
    known = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
    told = json.dumps([known, tickets, still_open])
    answer = subprocess.run(
        [python, "-m", "benchmarks.helpdesk", "site"], input=told, env={"PATH": os.environ["PATH"]},
        cwd=ground.ROOT, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(answer.stdout)
    return found


def main() -> None:
    if sys.argv[1:] == ["site"]:
        print(json.dumps(theirs(*json.loads(sys.stdin.read()))))
        return
    tickets, still_open, *_ = [*map(int, sys.argv[1:]), *(TICKETS, OPEN)[len(sys.argv) - 1 :], 0]
    from benchmarks.complaints import make_cases

    ground.start(f"helpdesk-{tickets}")
    ground.demo_company(200)
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    make_cases(tickets, still_open)
    here, there = ours(), of_site(tickets, still_open)
    rows = [[name, here[name], there[name], here[name] / there[name]] for name in TIMES]
    header = ["requests per second, one process", "crmquality", RELEASE, "ratio"]
    ground.print_table(f"Beside django-helpdesk, {tickets:,} tickets, {still_open:,} open", header, rows)


if __name__ == "__main__":
    main()
