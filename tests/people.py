"""The same people everywhere: manager may, agent sees own customers, outsider nothing."""

from crmquality.office.models import Member


def member(name: str, role: str = "", **fields: object) -> Member:
    return Member.objects.create_user(
        username=name, email=f"{name}@example.com", password="correct horse battery", role=role, **fields
    )
