"""Records in words, for the timeline and for the cards of a customer's page."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from crmquality.lib.formats import day, decimal, money
from crmquality.lib.text import enumerated
from crmquality.lib.timeline import Telling
from crmquality.office.models import Organisation

from .models import (
    Attachment,
    Channel,
    Contact,
    CustomerMerge,
    CustomerPhase,
    FollowUp,
    Interaction,
    JointProject,
    Loss,
    Need,
    Opportunity,
    Order,
    Return,
    ServiceContract,
)

ICONS = {
    Channel.PHONE: "phone",
    Channel.EMAIL: "mail",
    Channel.VISIT: "visit",
}


def listed(parts: Iterable[Any]) -> str:
    """What there is of `parts`, between dots."""
    return " · ".join(str(part) for part in parts if part)


def contact(row: Contact, office: Organisation) -> Telling:
    channels = [Channel(each).label for each in row.opted_out if each in Channel.values]
    refuses = _("nothing by %(channels)s") % {"channels": enumerated(channels)} if channels else ""
    who = listed([row.title, row.get_role_display() if row.role != Contact.Role.OTHER else "", refuses])
    if row.left_on:
        badge, tone = _("left %(day)s") % {"day": day(row.left_on)}, "secondary"
    else:
        badge, tone = (_("first to be asked"), "green") if row.is_primary else ("", "")
    return Telling(row.name, who, badge, tone, icon="person")


def interaction(row: Interaction, office: Organisation, visits: Sequence[FollowUp] = ()) -> Telling:
    """By which channel, as what, and which promised `visits` it was."""
    kind = row.get_kind_display() if row.kind != Interaction.Kind.CONTACT else ""
    label = listed([kind, row.get_channel_display()])
    promised = [_("promised for %(day)s") % {"day": day(visit.promised_on)} for visit in visits]
    minutes = _("%(minutes)s min") % {"minutes": row.minutes} if row.minutes else ""
    badge = _("automatic") if row.is_automatic else ""
    return Telling(
        row.subject or label,
        listed([row.get_direction_display(), row.contact, row.member, minutes, *promised]),
        badge,
        body="\n".join(text for text in (row.notes, *(visit.notes for visit in visits)) if text),
        icon=ICONS.get(Channel(row.channel), "talk"),
        label=label,
    )


def follow_up(row: FollowUp, office: Organisation) -> Telling:
    states = {
        row.is_open: (_("open, due %(day)s") % {"day": day(row.due_on)}, "yellow"),
        row.done_at is not None: (_("done"), "green"),
        row.cancelled_at is not None: (pgettext("a follow-up", "cancelled"), "secondary"),
    }
    badge, tone = states[True]
    icon = "visit" if row.kind == FollowUp.Kind.RETURN_VISIT else "task"
    body = "\n".join(part for part in (row.notes, row.outcome) if part)
    kind = row.get_kind_display()
    who = listed([kind if kind != row.title else "", row.contact, row.owner])
    return Telling(row.title, who, badge, tone, body, icon=icon, is_day=row.is_open and row.due_time is None)


def order(row: Order, office: Organisation) -> Telling:
    badge, tone = {
        Order.Status.CANCELLED: (_("Cancelled"), "secondary"),
        Order.Status.DELIVERED: (_("Delivered"), "green"),
    }.get(row.status, ("", ""))
    return Telling(listed([row.number, money(row.amount, office.currency)]), badge=str(badge), tone=tone)


def sent_back(row: Return, office: Organisation) -> Telling:
    given = {"number": decimal(row.quantity, 0), "product": row.line.product}
    units = ngettext("%(number)s piece of %(product)s", "%(number)s pieces of %(product)s", row.quantity) % given
    return Telling(listed([units, money(row.amount, office.currency)]), listed([row.number, row.line.order.number]))


def opportunity(row: Opportunity, office: Organisation) -> Telling:
    amount = money(row.amount, office.currency) if row.amount is not None else ""
    if row.outcome:
        badge, tone = row.get_outcome_display(), "green" if row.outcome == Opportunity.Outcome.WON else "red"
    else:
        badge, tone = row.stage or _("open"), "blue"
    expected = _("expected %(day)s") % {"day": day(row.expected_on)} if row.expected_on and not row.outcome else ""
    who = listed([row.get_kind_display(), row.product_line, row.reason, expected, row.contact, row.owner])
    return Telling(listed([row.name, amount]), who, str(badge), tone)


def contract(row: ServiceContract, office: Organisation) -> Telling:
    amount = money(row.amount, office.currency) if row.amount is not None else ""
    badge, tone = ("", "") if row.is_renewed is None else (_("not renewed"), "red")
    if row.is_renewed:
        badge, tone = _("renewed"), "green"
    return Telling(
        listed([row.name, amount]),
        listed([f"{day(row.starts_on)} – {day(row.ends_on)}", row.product_line]),
        badge,
        tone,
    )


def need(row: Need, office: Organisation) -> Telling:
    first, _rest, more = row.text.partition("\n")
    badge, tone = (_("met %(day)s") % {"day": day(row.met_on)}, "green") if row.met_on else (_("not met"), "yellow")
    is_long = len(first) > 120 or more
    return Telling(
        first[:120], _("named %(day)s") % {"day": day(row.raised_on)}, badge, tone, body=row.text if is_long else ""
    )


def project(row: JointProject, office: Organisation) -> Telling:
    period = f"{day(row.started_on)} – {day(row.ended_on) if row.ended_on else ''}"
    badge = "" if row.ended_on else _("under way")
    return Telling(row.name, period, badge, "blue", body=row.notes)


def loss(row: Loss, office: Organisation) -> Telling:
    reason = row.reason and listed([row.reason.parent, row.reason])
    lost_to = _("to %(competitor)s") % {"competitor": row.competitor} if row.competitor else ""
    since = day(row.win_back_on) if row.win_back_on else ""
    tones = {Loss.WinBack.WON_BACK: "green", Loss.WinBack.TRYING: "yellow"}
    return Telling(
        reason or _("Reason not known"),
        listed([_("lost %(day)s") % {"day": day(row.lost_on)}, lost_to]),
        listed([row.get_win_back_display(), since]),
        tones.get(Loss.WinBack(row.win_back), "secondary"),
        body=row.evidence,
    )


def attachment(row: Attachment, office: Organisation) -> Telling:
    who = listed([filesizeformat(row.size), row.member])
    return Telling(row.name, who, url=reverse("customers:attachment_download", args=[row.pk]))


def phase(row: CustomerPhase, office: Organisation) -> Telling:
    tier = _("tier %(tier)s") % {"tier": row.tier} if row.tier else ""
    credit = _("credit %(grade)s") % {"grade": row.credit_grade} if row.credit_grade else ""
    owed = (
        _("owes %(amount)s") % {"amount": money(row.receivable, office.currency)} if row.receivable is not None else ""
    )
    overdue = _("overdue %(amount)s") % {"amount": money(row.overdue, office.currency)} if row.overdue else ""
    return Telling(listed([row.segment, tier, row.get_stage_display(), credit, owed, overdue, row.owner]) or "–")


def merge(row: CustomerMerge, office: Organisation) -> Telling:
    badge = _("undone") if row.undone_at else ""
    return Telling(listed([row.removed_name, row.removed_code]), listed([row.member]), badge)
