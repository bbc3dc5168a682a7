"""A customer's story, out of every app that has a part in it."""

from complaints.timeline import timeline as of_cases
from crmquality.lib.timeline import Kind, Part
from crmquality.office.models import Organisation
from customers.timeline import timeline as of_records
from surveys.timeline import timeline as of_answers

SOURCES = [of_records, of_cases, of_answers]


def parts(office: Organisation) -> list[Part]:
    """What every app tells of a customer. An app adds its `timeline` to SOURCES."""
    return [part for source in SOURCES for part in source(office)]


def kinds(of: list[Part]) -> list[Kind]:
    """The kinds of these parts, each once, in their order."""
    return list({part.kind.name: part.kind for part in of}.values())
