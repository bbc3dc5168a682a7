"""Links to hand out, and whom staff are to ask."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from crmquality.lib.exporting import as_file
from crmquality.lib.keyset import Order, page_asked_for
from crmquality.office.exporting import exported, table_of
from crmquality.office.roles import MemberRequest, Right, requires
from customers.lists import CUSTOMER
from customers.models import Customer, PersonalDataLog
from surveys import channels
from surveys.models import Campaign, CampaignChannel, Invitation, State
from surveys.progress import people_of

PAGE_SIZE = 50
TO_CALL = (
    *CUSTOMER, "contact", ("contact__phone", _("Phone")), ("contact__mobile", _("Mobile phone")), "campaign",
    ("campaign__closes_at", _("Until")),
)  # fmt: skip


@requires(Right.SURVEY)
@require_POST
@never_cache
def sheet_create(request: MemberRequest, pk: int) -> HttpResponseBase:
    """Make links and hand them out: `format` csv, xlsx, or page, which is printed. By POST, for links are made."""
    campaign = get_object_or_404(Campaign, pk=pk, channel=CampaignChannel.LINKS, state=State.RUNNING)
    slips = channels.hand_out(campaign, people_of(campaign, request.user), timezone.now())
    PersonalDataLog.exported(request.user, "survey links", len(slips))
    how = request.POST.get("format", "page")
    if how in ("csv", "xlsx"):
        return as_file(channels.table_of(slips), f"links-{campaign.pk}", how)
    return render(request, "surveys/link_sheet.html", {"campaign": campaign, "slips": slips})


@requires(Right.SEE_RUNS)
def public_sheet(request: MemberRequest, pk: int) -> HttpResponse:
    """The public link with its QR code, to print."""
    campaign = get_object_or_404(Campaign.objects.exclude(public_slug=""), pk=pk)
    link = channels.public_link(campaign)
    return render(
        request, "surveys/public_sheet.html", {"campaign": campaign, "link": link, "qr": channels.qr_of(link)}
    )


@requires(Right.EDIT)
def call_list(request: MemberRequest) -> HttpResponseBase:
    """Whom to ask by phone or in person, of the customers that the member may see."""
    seen = Invitation.objects.filter(customer__in=Customer.objects.visible_to(request.user))
    people = channels.to_call(seen)
    if taken := exported(request, "people-to-ask", lambda: table_of(people, *TO_CALL)):
        PersonalDataLog.exported(request.user, "people to ask", people.count())
        return taken
    page = page_asked_for(people, Order("id", parse=int), request.GET, PAGE_SIZE)
    return render(request, "surveys/call_list.html", {"page": page})
