"""The ways besides e-mail: another system sends it, staff ask, links are handed out on paper or in a file."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import segno
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from crmquality.office.models import Webhook, WebhookDelivery
from crmquality.office.outbound import announce

from . import mails, tokens
from .campaigns import honour
from .models import Campaign, CampaignChannel, Invitation, Standing, State, SurveySettings

# Messages to another system in one run; the next minute goes on.
AT_ONCE = 500


def hand_on(now: dt.datetime) -> int:
    """Ask through staff and other systems whoever is due; how many."""
    due = Invitation.objects.filter(standing=Standing.PLANNED, due_at__lte=now, campaign__state=State.RUNNING)
    for channel in (CampaignChannel.STAFF, CampaignChannel.WEBHOOK):
        honour(due.filter(campaign__channel=channel), channel)
    staff = due.filter(campaign__channel=CampaignChannel.STAFF)
    asked = staff.update(standing=Standing.SENT, sent_at=now, delivered_at=now)
    hooked = due.filter(campaign__channel=CampaignChannel.WEBHOOK).values_list("pk", flat=True)
    asked += sum(_announce(key, now) for key in list(hooked.order_by("pk")[:AT_ONCE]))
    _forget_links()
    return asked


@transaction.atomic
def _announce(key: int, now: dt.datetime) -> bool:
    """Hand one invitation to the systems that send it, with its link, once."""
    waiting = Invitation.objects.select_for_update(skip_locked=True, of=("self",)).filter(standing=Standing.PLANNED)
    invitation = waiting.select_related("campaign", "contact", "customer").filter(pk=key).first()
    if invitation is None or invitation.contact is None:
        return False
    person = invitation.contact
    valid_until = SurveySettings.load().valid_until(invitation.campaign.closes_at, now)
    announce(
        Webhook.Event.SURVEY_INVITED,
        {
            "invitation": invitation.pk, "campaign": invitation.campaign_id, "name": person.name,
            "customer": invitation.customer.code, "mobile": person.mobile or person.phone,
            "language": mails.language_of(person.language), "valid_until": valid_until,
            "link": tokens.link_of(tokens.mint(invitation, now, valid_until)),
        },
    )  # fmt: skip
    invitation.standing, invitation.sent_at, invitation.delivered_at = Standing.SENT, now, now
    invitation.save(update_fields=["standing", "sent_at", "delivered_at"])
    return True


def _forget_links() -> None:
    """Links stay in the messages to other systems only as long as these are on their way."""
    done = {"event": Webhook.Event.SURVEY_INVITED, "next_attempt_at": None, "body__data__has_key": "link"}
    keys = list(WebhookDelivery.objects.filter(**done).values_list("pk", flat=True)[:AT_ONCE])
    if keys:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE office_webhookdelivery SET body = body #- '{data,link}' WHERE id = ANY(%s)", [keys])


@dataclass(frozen=True)
class Slip:
    """One person's line of a sheet of links."""

    customer: str
    code: str
    name: str
    language: str
    link: str

    @property
    def qr(self) -> str:
        """The link as a drawing to be scanned, to be put into a page."""
        return qr_of(self.link)


def qr_of(link: str) -> str:
    """An SVG of the link as a QR code, as a data address."""
    return segno.make(link, error="m").svg_data_uri(scale=3, border=2)


@transaction.atomic
def hand_out(campaign: Campaign, people: QuerySet[Invitation], now: dt.datetime) -> list[Slip]:
    """A new link for each of these invitations that may be asked now; earlier links stay valid."""
    due = people.filter(campaign=campaign, standing__in=[Standing.PLANNED, Standing.SENT], is_answered=False)
    due = due.filter(due_at__lte=now)
    honour(due.filter(standing=Standing.PLANNED), campaign.channel)
    rows = list(due.select_related("contact", "customer").order_by("customer__code", "contact__name"))
    keys = [row.pk for row in rows]
    valid_until = SurveySettings.load().valid_until(campaign.closes_at, now)
    made = tokens.mint_each(keys, valid_until)
    Invitation.objects.filter(pk__in=keys, standing=Standing.PLANNED).update(
        standing=Standing.SENT, sent_at=now, delivered_at=now
    )
    return [
        Slip(
            row.customer.name, row.customer.code, row.contact.name if row.contact else "",
            mails.language_of(row.contact.language if row.contact else ""), tokens.link_of(token),
        )
        for row, token in zip(rows, made, strict=True)
    ]  # fmt: skip


def table_of(slips: list[Slip]) -> Iterator[list[object]]:
    """The slips as a table, the heading first."""
    yield [_("Customer"), _("Code"), _("Name"), _("Language"), _("Link")]
    for slip in slips:
        yield [slip.customer, slip.code, slip.name, slip.language, slip.link]


def to_call(member_sees: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """Whom staff are to ask: asked of them, not answered, in campaigns that run."""
    open_ones = member_sees.filter(
        campaign__channel=CampaignChannel.STAFF, campaign__state=State.RUNNING, standing=Standing.SENT,
        is_answered=False,
    )  # fmt: skip
    return open_ones.select_related("campaign", "contact", "customer").order_by(
        F("campaign__closes_at").asc(nulls_last=True), "customer__name", "id"
    )


def public_link(campaign: Campaign) -> str:
    """The whole address that everybody may be told; '' where the campaign has none."""
    if not campaign.public_slug:
        return ""
    return f"{settings.SITE_URL}{tokens.ANSWER}p/{campaign.public_slug}"
