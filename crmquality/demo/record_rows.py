"""Writes the tables of the lives by COPY: people, talks, what is to be done, deals and agreements."""

import numpy as np
import pandas as pd

from customers.models import (
    AcquisitionSpend,
    Consent,
    Contact,
    FollowUp,
    Interaction,
    JointProject,
    Loss,
    Need,
    Opportunity,
    ServiceContract,
)

from .lives import Lives
from .rows import SOURCE, Keys, append, moments, owner


def write(lives: Lives, keys: Keys) -> dict[str, int]:
    """Write the tables in the order of their keys; returns how many rows of each. Spend waits for the last."""
    _sum_spend(lives, keys)
    return {
        "contacts": _contacts(lives, keys),
        "consents": _consents(lives, keys),
        "interactions": _interactions(lives, keys),
        "follow_ups": _follow_ups(lives, keys),
        "opportunities": _opportunities(lives, keys),
        "losses": _losses(lives, keys),
        "contracts": _contracts(lives, keys),
        "needs": _needs(lives, keys),
        "projects": _projects(lives, keys),
    }


def _of_customer(frame: pd.DataFrame, keys: Keys, created: str, *names: str) -> dict[str, object]:
    """The columns that all have, and those of `names` as they are."""
    return {
        "customer_id": frame["customer"] + keys.customer,
        "external_source": SOURCE,
        "created_at": moments(frame[created]),
        **{name: frame[name] for name in names},
    }


def _contacts(lives: Lives, keys: Keys) -> int:
    frame = lives.contacts
    names = ("name", "title", "email", "phone", "mobile", "language", "role", "is_primary", "left_on", "opted_out")
    columns = {"id": frame["contact"] + keys.contact, **_of_customer(frame, keys, "since", *names)}
    return append(Contact, columns, frame)


def _consents(lives: Lives, keys: Keys) -> int:
    frame = lives.consents
    columns = {name: frame[name] for name in ("purpose", "is_given", "source", "given_on")}
    return append(Consent, {"contact_id": frame["contact"] + keys.contact, **columns}, frame)


def _interactions(lives: Lives, keys: Keys) -> int:
    frame = lives.interactions
    names = ("channel", "direction", "kind", "occurred_at", "minutes", "subject", "notes", "is_automatic")
    columns = {
        "id": frame["interaction"] + keys.interaction,
        **_of_customer(frame, keys, "occurred_at", *names),
        "contact_id": frame["contact"] + keys.contact,
        "member_id": owner(frame["owner"], keys),
    }
    return append(Interaction, columns, frame)


def _follow_ups(lives: Lives, keys: Keys) -> int:
    frame = lives.follow_ups
    names = ("kind", "subject", "due_on", "due_time", "done_at", "cancelled_at", "outcome", "is_planned")
    columns = {
        **_of_customer(frame, keys, "created_at", *names),
        "contact_id": frame["contact"] + keys.contact,
        "owner_id": owner(frame["owner"], keys),
        "source_id": frame["source"] + keys.interaction,
        "done_by_id": frame["done_by"] + keys.interaction,
    }
    return append(FollowUp, columns, frame)


def _reason(reasons: pd.Series, keys: Keys) -> pd.Series:
    """The rows' keys of the reasons; missing where there is none."""
    found = pd.Series(keys.reasons[np.maximum(reasons.to_numpy(), 0)], index=reasons.index, dtype="Int64")
    return found.mask((reasons < 0) | (found == 0))


def _opportunities(lives: Lives, keys: Keys) -> int:
    frame = lives.opportunities
    names = ("name", "kind", "channel", "stage", "opened_on", "expected_on", "closed_on", "outcome", "amount")
    columns = {
        **_of_customer(frame, keys, "opened_on", *names),
        "contact_id": frame["contact"] + keys.contact,
        "owner_id": owner(frame["owner"], keys),
        "product_line_id": keys.lines[frame["line"].to_numpy() - 1],
        "reason_id": _reason(frame["reason"], keys),
    }
    return append(Opportunity, columns, frame)


def _losses(lives: Lives, keys: Keys) -> int:
    frame = lives.losses
    names = ("lost_on", "competitor", "evidence", "win_back", "win_back_on")
    columns = {**_of_customer(frame, keys, "noticed_on", *names), "reason_id": _reason(frame["reason"], keys)}
    return append(Loss, columns, frame)


def _contracts(lives: Lives, keys: Keys) -> int:
    frame = lives.contracts
    columns = {
        **_of_customer(frame, keys, "starts_on", "name", "starts_on", "ends_on", "is_renewed", "amount"),
        "product_line_id": keys.lines[frame["line"].to_numpy() - 1],
    }
    return append(ServiceContract, columns, frame)


def _needs(lives: Lives, keys: Keys) -> int:
    return append(Need, _of_customer(lives.needs, keys, "raised_on", "text", "raised_on", "met_on"), lives.needs)


def _projects(lives: Lives, keys: Keys) -> int:
    columns = _of_customer(lives.projects, keys, "started_on", "name", "started_on", "ended_on", "notes")
    return append(JointProject, columns, lives.projects)


def _sum_spend(lives: Lives, keys: Keys) -> None:
    """Keep what winning these customers cost until all are known."""
    cost = lives.spend.astype({"channel": object}).groupby(["channel", "month"])["amount"].sum()
    keys.spend = pd.concat([keys.spend, cost]).groupby(level=[0, 1]).sum() if len(keys.spend) else cost


def write_spend(keys: Keys) -> int:
    """Write what each channel cost in each month, but never over what is there; returns how many rows."""
    frame = keys.spend.rename_axis(["channel", "month"]).reset_index(name="amount")
    cells = zip(frame["channel"].tolist(), frame["month"].tolist(), frame["amount"].tolist(), strict=True)
    rows = [AcquisitionSpend(channel=channel, month=month, amount=amount) for channel, month, amount in cells]
    return len(AcquisitionSpend.objects.bulk_create(rows, ignore_conflicts=True))
