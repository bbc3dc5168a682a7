"""Run everything: servers, pages, worker and beat, until Ctrl-C."""

import json
import os
import signal
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import Tags
from django.core.management.base import BaseCommand
from django.db import connections

from crmquality import first_start, readiness
from crmquality.logins import logins
from crmquality.processes import Program, Programs, web_command, worker_command

STOPPERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Command(BaseCommand):
    # The others load every page; the worker runs them while it starts.
    requires_system_checks = [Tags.database, Tags.staticfiles]
    help = "Starts servers, pages, worker and beat in the foreground; Ctrl-C stops them all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--demo", action="store_true", help="Make up a company and score it if there is none.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object when all is ready.")

    def handle(self, *args: Any, host: str, port: int, demo: bool, **options: Any) -> None:
        began = time.monotonic()
        lock = readiness.claim(Path(settings.VAR_DIR) / "up.lock")
        for number in STOPPERS:
            signal.signal(number, _stop_once)
        try:
            readiness.check_port(host, port)
            first_start.prepare(self.say)
            if demo:
                first_start.seed_demo_if_empty(self.say)
            self.run(f"[{host}]:{port}" if ":" in host else f"{host}:{port}", demo, options["json"], began)
        except KeyboardInterrupt:
            self.say("Stopped.")
        finally:
            os.close(lock)

    def run(self, address: str, demo: bool, as_json: bool, began: float) -> None:
        programs = Programs(_programs(address), self.say)
        connections.close_all()
        try:
            self.say("Starting pages, worker and beat ...")
            programs.start()
            readiness.wait_for_web(address, programs.restart_dead)
            readiness.wait_for_worker(programs.restart_dead)
            if demo:
                first_start.score_if_never_scored(self.say, programs.restart_dead)
            self.announce(address, as_json, time.monotonic() - began)
            connections.close_all()
            while True:
                programs.restart_dead()
                time.sleep(0.5)
        except KeyboardInterrupt:
            self.say("Stopping ...")
            raise
        finally:
            programs.stop()

    def announce(self, address: str, as_json: bool, seconds: float) -> None:
        ready = {"address": f"http://{address}/", "logins": logins(), "seconds": round(seconds, 1)}
        if as_json:
            self.stdout.write(json.dumps(ready, ensure_ascii=False))
        else:
            self.stdout.write(_for_people(ready))
        self.stdout.flush()

    def say(self, text: str) -> None:
        self.stderr.write(text, style_func=str)


def _stop_once(number: int, frame: Any) -> None:
    # A second Ctrl-C (or make's own) must not leave half of them running.
    for each in STOPPERS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def _programs(address: str) -> list[Program]:
    var, folder = Path(settings.VAR_DIR), Path(settings.BASE_DIR)
    log = var / "log"
    log.mkdir(mode=0o700, exist_ok=True)
    commands = {"web": web_command(address), "worker": worker_command(var / "beat-schedule")}
    return [Program(name, command, folder, log / f"{name}.log") for name, command in commands.items()]


def _for_people(ready: dict[str, Any]) -> str:
    lines = ["", f"crmquality is ready after {ready['seconds']} s: {ready['address']}", ""]
    if ready["logins"]:
        lines += [
            "Log in as",
            *(f"  {who['username']:<12} {who['password']}   {who['role']}" for who in ready["logins"]),
        ]
        lines += ["", f"Open first: {ready['address']} (the overview), then {ready['address']}customers/"]
    else:
        lines += ["Nobody can log in yet: make a first admin with `.venv/bin/python manage.py createsuperuser`."]
    return "\n".join([*lines, "Ctrl-C stops everything; the data stays in the var folder.", ""])
