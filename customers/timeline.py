"""What the customers app knows of a customer's story; other apps have parts of their own."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from crmquality.lib.timeline import Kind, Part, Telling
from crmquality.office.models import Organisation

from . import models, telling

INTERACTION = Kind("interaction", _("Calls and visits"), "talk")
FOLLOW_UP = Kind("follow_up", _("Follow-ups"), "task")
ORDER = Kind("order", _("Orders"), "order")
RETURN = Kind("return", _("Returns"), "return")
OPPORTUNITY = Kind("opportunity", _("Opportunities"), "chance")
CONTRACT = Kind("contract", _("Contracts"), "contract")
NEED = Kind("need", _("Needs"), "need")
PROJECT = Kind("project", _("Joint projects"), "project")
LOSS = Kind("loss", _("Losses"), "loss")
ATTACHMENT = Kind("attachment", _("Attachments"), "clip")
RECORD = Kind("record", _("Changes of the record"), "filter")

# When a follow-up counts: done, given up, or due.
FOLLOW_UP_AT = "COALESCE(done_at, cancelled_at, (due_on + COALESCE(due_time, '00:00'::time)) AT TIME ZONE %(zone)s)"

# A visit that was done is told once, by what it was done by, which is found by its words as well.
IS_TOLD_ITSELF = "(kind <> 'return_visit' OR done_by_id IS NULL)"
VISIT_TEXTS = """(
    SELECT string_agg(v.subject || ' ' || v.notes, ' ') FROM customers_followup v
    WHERE v.done_by_id = customers_interaction.id AND v.kind = 'return_visit')"""


def _telling(
    model: Any, tell: Callable[[Any, Organisation], Telling], office: Organisation, *related: str
) -> Callable[[Sequence[int]], Mapping[int, Telling]]:
    """Rows of `model` by their keys, in words."""

    def told(keys: Sequence[int]) -> dict[int, Telling]:
        rows = model.objects.filter(pk__in=keys).select_related(*related)
        return {row.pk: tell(row, office) for row in rows}

    return told


def _interactions(office: Organisation) -> Callable[[Sequence[int]], Mapping[int, Telling]]:
    """Interactions by their keys, in words, each with the promised visits it was."""
    visits = models.FollowUp.objects.filter(kind=models.FollowUp.Kind.RETURN_VISIT)

    def told(keys: Sequence[int]) -> dict[int, Telling]:
        rows = models.Interaction.objects.filter(pk__in=keys).select_related("contact", "member")
        found = rows.prefetch_related(Prefetch("completed", visits, to_attr="visits"))
        return {row.pk: telling.interaction(row, office, row.visits) for row in found}

    return told


def timeline(office: Organisation) -> list[Part]:
    """The parts: one for each thing that happens to a record."""
    t, m = telling, models

    def told(model: Any, tell: Callable[[Any, Organisation], Telling], *related: str) -> Any:
        return _telling(model, tell, office, *related)

    opportunity = told(m.Opportunity, t.opportunity, "contact", "owner", "product_line", "reason")
    contract = told(m.ServiceContract, t.contract, "product_line")
    need, project = told(m.Need, t.need), told(m.JointProject, t.project)
    loss = told(m.Loss, t.loss, "reason__parent")
    return [
        Part(
            "interaction", INTERACTION, _("Call or visit"), "customers_interaction",
            _interactions(office), at="occurred_at", texts=("subject", "notes", VISIT_TEXTS),
        ),
        Part(
            "follow_up", FOLLOW_UP, _("Follow-up"), "customers_followup",
            told(m.FollowUp, t.follow_up, "contact", "owner"),
            at=FOLLOW_UP_AT, where=IS_TOLD_ITSELF, texts=("subject", "notes", "outcome"),
        ),
        Part("order", ORDER, _("Order"), "customers_order", told(m.Order, t.order), at="placed_at", texts=("number",)),
        Part(
            "return", RETURN, _("Return"), "customers_return",
            told(m.Return, t.sent_back, "line__order", "line__product"),
            at="returned_at", texts=("number",),
        ),
        Part(
            "opportunity", OPPORTUNITY, _("Opportunity opened"), "customers_opportunity", opportunity,
            day="opened_on", texts=("name", "stage"),
        ),
        Part(
            "opportunity_closed", OPPORTUNITY, _("Opportunity closed"), "customers_opportunity", opportunity,
            day="closed_on", where="closed_on IS NOT NULL", texts=("name", "stage"),
        ),
        Part(
            "contract", CONTRACT, _("Contract begins"), "customers_servicecontract", contract,
            day="starts_on", texts=("name",),
        ),
        Part(
            "contract_end", CONTRACT, _("Contract ends"), "customers_servicecontract", contract,
            day="ends_on", texts=("name",),
        ),
        Part("need", NEED, _("Need named"), "customers_need", need, day="raised_on", texts=("text",)),
        Part(
            "need_met", NEED, _("Need met"), "customers_need", need,
            day="met_on", where="met_on IS NOT NULL", texts=("text",),
        ),
        Part(
            "project", PROJECT, _("Joint project begins"), "customers_jointproject", project,
            day="started_on", texts=("name", "notes"),
        ),
        Part(
            "loss", LOSS, _("Loss"), "customers_loss", loss, day="lost_on", texts=("competitor", "evidence"),
        ),
        Part(
            "attachment", ATTACHMENT, _("Attachment"), "customers_attachment",
            told(m.Attachment, t.attachment, "member"), at="created_at", texts=("name",),
        ),
        # The first phase is open to the left: nothing happened on its day.
        Part(
            "phase", RECORD, _("Segment, tier, stage or owner"), "customers_customerphase",
            told(m.CustomerPhase, t.phase, "owner"),
            day="since", where="since > DATE '0001-01-01'", texts=("segment", "credit_grade"),
        ),
        Part(
            "merge", RECORD, _("Merged with"), "customers_customermerge", told(m.CustomerMerge, t.merge, "member"),
            at="merged_at", customer="kept_id", texts=("removed_code", "removed_name"),
        ),
    ]  # fmt: skip
