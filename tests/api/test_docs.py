"""The examples of docs/api.md work, and the answers it shows look as the real ones do."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from scoring.models import CurrentScore
from tests.api.conftest import client_of

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()
EXAMPLES = re.findall(r"```sh\n(curl .*?)\n```\n```json\n(.*?)\n```", DOCS, re.DOTALL)


def curl(client, command):
    """The answer to a curl command of the docs; the client has the token."""
    words = iter(shlex.split(command.replace("\\\n", " "))[1:])
    method, headers, body, address = "GET", {}, None, ""
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, value = next(words).split(": ", 1)
            headers[name] = value
        elif word == "-d":
            body = next(words)
        else:
            address = word.removeprefix("$SITE")
    assert headers.pop("Authorization") == "Bearer $TOKEN"
    kind = headers.pop("Content-Type", None)
    return client.generic(method, address, body or "", content_type=kind or "application/octet-stream", headers=headers)


def shape(value: Any) -> Any:
    """What a value looks like: its names, and what kind of thing each holds."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return type(value)


def test_there_are_examples():
    assert len(EXAMPLES) == 4 == DOCS.count("```sh")


@pytest.mark.parametrize("command, shown", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_is_answered_as_shown(company, manager, command, shown):
    CurrentScore.objects.filter(customer__code="C-2").update(score=40)
    answer = curl(client_of(manager), command)
    assert shape(answer.json()) == shape(json.loads(shown))
