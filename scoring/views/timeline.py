"""The story of one customer."""

from django.http import HttpResponse
from django.utils import timezone

from crmquality.lib.htmx import render_page
from crmquality.lib.timeline import Place, read
from crmquality.office.models import Organisation
from crmquality.office.roles import MemberRequest, Right, requires
from customers.access import customer_read
from scoring import story

PAGE_SIZE = 30
BRIEF = 6


@requires(Right.SEE_ALL, Right.SEE_OWN)
def customer_timeline(request: MemberRequest, code: str) -> HttpResponse:
    """Everything that happened, newest first: ?kind=, ?q= and ?after= narrow it down; ?brief=1 the latest."""
    customer = customer_read(request.user, code)
    office = Organisation.load()
    parts = story.parts(office)
    kinds = story.kinds(parts)
    chosen = set(request.GET.getlist("kind")) & {kind.name for kind in kinds}
    wanted = [part for part in parts if not chosen or part.kind.name in chosen]
    is_brief = request.GET.get("brief") == "1"
    place = Place.decode(request.GET.get("after", ""))
    text = request.GET.get("q", "")[:100]
    page = read(wanted, customer.pk, office.zone, place, text, BRIEF if is_brief else PAGE_SIZE)
    context = {
        "customer": customer, "page": page, "kinds": kinds, "chosen": chosen, "text": text, "is_brief": is_brief,
        "is_start": place is None, "now": timezone.now(),
    }  # fmt: skip
    return render_page(request, "scoring/customer_timeline.html", "scoring/_customer_timeline.html", context)
