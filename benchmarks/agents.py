"""Twenty agents work one queue at once against a real server: nothing lost, nothing given twice, no error.

`python -m benchmarks.agents [SECONDS]`. Each agent looks at the queue, takes a case that nobody has,
answers it and resolves it, as fast as the server allows. Afterwards the log of every case is read:
what the agents were told is held against what happened.
"""

import random
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import requests

from benchmarks import ground

AGENTS, SECONDS, CASES, PORT = 20, 60, 2_000, 8399
SITE = f"http://127.0.0.1:{PORT}"
PASSWORD = "queue of twenty at work"
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
SEEN = re.compile(r'name="seen" value="([^"]*)"')
# A case of the queue and how it stood when it was shown.
ROW = re.compile(r'value="(K-\d+):([^"]+)"')


@dataclass
class Agent:
    """One who works; `told` counts the answers by step and status, `mine` the cases he was told are his."""

    name: str
    key: int
    told: Counter[tuple[str, int]] = field(default_factory=Counter)
    mine: list[str] = field(default_factory=list)
    resolved: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def work(self, until: float) -> None:
        self.web = requests.Session()
        self._get("/accounts/login/")
        data = {"login": self.name, "password": PASSWORD, "csrfmiddlewaretoken": self.token}
        self.web.post(f"{SITE}/accounts/login/", data=data, headers={"Referer": SITE})
        luck = random.Random(self.name)
        while time.monotonic() < until:
            rows = ROW.findall(self._get("/complaints/?tab=unassigned"))
            if rows:
                self._handle(*luck.choice(rows[:10]))

    def _handle(self, number: str, seen: str) -> None:
        """Take it as the queue showed it, that is from nobody."""
        taken = self._post(f"/complaints/{number}/assign/", {"to": f"member-{self.key}", "seen": seen}, "assign")
        if taken != 200:
            return
        self.mine.append(number)
        self._post(f"/complaints/{number}/reply/", {"text": "We look into it.", "via": "phone", "seen": ""}, "reply")
        if self._step(number, "resolve", {}) == 200:
            self.resolved.append(number)

    def _step(self, number: str, step: str, data: dict[str, str]) -> int:
        path = f"/complaints/{number}/{step}/"
        form = self._get(path)
        found = SEEN.search(form)
        return self._post(path, {**data, "seen": found.group(1) if found else ""}, step)

    def _get(self, path: str) -> str:
        begin = time.perf_counter()
        answer = self.web.get(SITE + path)
        self.seconds.append(time.perf_counter() - begin)
        self.told["look", answer.status_code] += 1
        found = CSRF.search(answer.text)
        self.token = found.group(1) if found else self.web.cookies.get("csrftoken", "")
        return answer.text

    def _post(self, path: str, data: dict[str, str], step: str) -> int:
        begin = time.perf_counter()
        headers = {"Referer": SITE, "HX-Request": "true"}
        answer = self.web.post(SITE + path, data={**data, "csrfmiddlewaretoken": self.token}, headers=headers)
        self.seconds.append(time.perf_counter() - begin)
        self.told[step, answer.status_code] += 1
        return answer.status_code


def main() -> None:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    ground.start("agents")
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    agents = [Agent(name, key) for name, key in make_agents()]
    make_cases()
    server = subprocess.Popen([
        sys.executable, "-m", "gunicorn", "crmquality.wsgi", "--bind", f"127.0.0.1:{PORT}", "--preload",
        "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--log-level", "warning",
    ])  # fmt: skip
    try:
        wait_for_server()
        until = time.monotonic() + seconds
        threads = [threading.Thread(target=agent.work, args=[until]) for agent in agents]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        server.terminate()
        server.wait()
    report(agents, seconds)


def make_agents() -> list[tuple[str, int]]:
    from crmquality.office.models import Member, Team

    team = Team.objects.get_or_create(name="Queue")[0]
    found = []
    for number in range(AGENTS):
        name = f"worker{number:02}"
        member = Member.objects.filter(username=name).first() or Member.objects.create_user(
            name, password=PASSWORD, role="agent", team=team
        )
        found.append((name, member.pk))
    return found


def make_cases() -> None:
    """Fresh cases of the department, that nobody has."""
    from django.utils import timezone

    from complaints import life
    from complaints.models import Actor, Case
    from crmquality.office.models import Team

    team = Team.objects.get(name="Queue")
    Case.objects.all().delete()
    for number in range(CASES):
        case = Case(subject=f"Case {number}", received_at=timezone.now(), team=team)
        life.receive(case, Actor.system("benchmark"), timezone.now())
    Case.objects.update(team=team, owner=None)


def wait_for_server() -> None:
    for _ in range(100):
        try:
            requests.get(f"{SITE}/accounts/login/", timeout=5)
            return
        except requests.ConnectionError:
            time.sleep(0.2)
    raise SystemExit("The server did not start.")


def report(agents: list[Agent], seconds: int) -> None:
    from complaints.models import Case, CaseStep

    told: Counter[tuple[str, int]] = sum((agent.told for agent in agents), Counter())
    ground.print_table(
        f"{AGENTS} agents at one queue for {seconds} s",
        ["request", "answer", "how often"],
        [[step, status, count] for (step, status), count in sorted(told.items())],
    )
    owners = dict(Case.objects.values_list("pk", "owner"))
    by_people = CaseStep.objects.filter(by="staff")
    given = Counter(by_people.filter(step="assign").values_list("case", flat=True))
    ended = set(Case.objects.filter(status="resolved").values_list("pk", flat=True))
    lost = [number for agent in agents for number in agent.mine if owners[Case.key_of(number)] != agent.key]
    gone = [number for agent in agents for number in agent.resolved if Case.key_of(number) not in ended]
    spent = sorted(one for agent in agents for one in agent.seconds)
    ground.print_table(
        "What was told against what happened",
        ["what", "how many"],
        [
            ["requests a second", len(spent) / seconds],
            ["p50 of a request, ms", 1000 * spent[len(spent) // 2]],
            ["p95 of a request, ms", 1000 * spent[len(spent) * 95 // 100]],
            ["cases taken", sum(len(agent.mine) for agent in agents)],
            ["cases resolved", sum(len(agent.resolved) for agent in agents)],
            ["cases given to two (goal 0)", sum(count > 1 for count in given.values())],
            ["cases told mine that are another's (goal 0)", len(lost)],
            ["resolutions told and lost (goal 0)", len(gone)],
            ["server errors (goal 0)", sum(count for (_step, status), count in told.items() if status >= 500)],
        ],
    )


if __name__ == "__main__":
    main()
