"""The story of one customer."""

from collections.abc import Iterator

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from crmquality.lib.htmx import render_page
from crmquality.lib.timeline import Part, Place, read
from crmquality.office.exporting import exported
from crmquality.office.models import Organisation
from crmquality.office.roles import MemberRequest, Right, requires
from customers.access import customer_read
from customers.models import Customer, PersonalDataLog
from scoring import story

PAGE_SIZE = 30
BRIEF = 6
ITEMS_AT_ONCE = 500


@requires(Right.SEE_ALL, Right.SEE_OWN)
def customer_timeline(request: MemberRequest, code: str) -> HttpResponseBase:
    """Everything that happened, newest first: ?kind=, ?q= and ?after= narrow it down; ?brief=1 the latest."""
    customer = customer_read(request.user, code)
    office = Organisation.load()
    parts = story.parts(office)
    kinds = story.kinds(parts)
    chosen = set(request.GET.getlist("kind")) & {kind.name for kind in kinds}
    wanted = [part for part in parts if not chosen or part.kind.name in chosen]
    text = request.GET.get("q", "")[:100]
    if taken := exported(request, f"timeline-{customer.pk}", lambda: _taken_out(wanted, customer, office, text)):
        PersonalDataLog.exported(request.user, f"timeline of {customer.code}", 1)
        return taken
    is_brief = request.GET.get("brief") == "1"
    place = Place.decode(request.GET.get("after", ""))
    page = read(wanted, customer.pk, office.zone, place, text, BRIEF if is_brief else PAGE_SIZE)
    context = {
        "customer": customer, "page": page, "kinds": kinds, "chosen": chosen, "text": text, "is_brief": is_brief,
        "is_start": place is None, "now": timezone.now(),
    }  # fmt: skip
    return render_page(request, "scoring/customer_timeline.html", "scoring/_customer_timeline.html", context)


def _taken_out(parts: list[Part], customer: Customer, office: Organisation, text: str) -> Iterator[list[object]]:
    """A heading and a row per item, newest first."""
    yield [_("When"), _("Kind"), _("What happened"), _("What"), _("Who"), _("State"), _("Details")]
    place: Place | None = None
    while True:
        page = read(parts, customer.pk, office.zone, place, text, ITEMS_AT_ONCE)
        for item in page.items:
            local = item.at.astimezone(office.zone)
            at = local.date() if item.is_day else local.replace(tzinfo=None, microsecond=0)
            told = item.told
            yield [at, str(item.kind.label), str(item.label), told.summary, told.who, told.badge, told.body]
        place = Place.decode(page.next)
        if place is None:
            return
