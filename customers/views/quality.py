"""Data quality, suspected duplicates and merges."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crmquality.lib.htmx import render_page
from crmquality.office.exporting import exported
from crmquality.office.roles import MemberRequest, Right, requires
from customers import duplicates, merging, quality
from customers.access import customer_read
from customers.models import Customer, CustomerMerge, ImportRun, PersonalDataLog

PAIRS_A_PAGE = 25
COMPARED = (
    "code", "name", "kind", "status", "segment", "tier", "stage", "industry", "region", "owner", "parent", "phone",
    "email", "acquired_on", "acquisition_channel", "external_source", "external_id", "created_at",
)  # fmt: skip


@requires(Right.IMPORT, Right.MERGE)
def quality_detail(request: MemberRequest) -> HttpResponseBase:
    """How fresh, complete and free of contradictions and duplicates the data are."""
    if taken := exported(request, "data-quality", quality.export_rows):
        return taken
    context = {
        "sources": quality.freshness(),
        "last_import": ImportRun.objects.filter(status=ImportRun.Status.DONE).first(),
        "fields": quality.completeness(),
        "contradictions": quality.contradictions(),
        "duplicates": duplicates.suspected(1)[1],
    }
    return render(request, "customers/quality_detail.html", context)


@requires(Right.MERGE)
def duplicate_list(request: MemberRequest) -> HttpResponseBase:
    """Pairs that may be one customer, the most alike first."""
    if taken := exported(request, "duplicates", duplicates.export_rows):
        PersonalDataLog.exported(request.user, "duplicates", duplicates.suspected(1)[1])
        return taken
    try:
        number = max(int(request.GET.get("page", 1)), 1)
    except ValueError:
        number = 1
    pairs, total = duplicates.suspected(PAIRS_A_PAGE, (number - 1) * PAIRS_A_PAGE)
    context = {
        "pairs": pairs,
        "total": total,
        "merges": CustomerMerge.objects.select_related("kept", "member")[:10],
        "previous": number - 1 if number > 1 else 0,
        "next": number + 1 if number * PAIRS_A_PAGE < total else 0,
    }
    return render_page(request, "customers/duplicate_list.html", "customers/_duplicate_list.html", context)


def _pair(request: MemberRequest, asked: Any) -> tuple[Customer, Customer]:
    return customer_read(request.user, asked.get("kept", "")), customer_read(request.user, asked.get("removed", ""))


@requires(Right.MERGE)
@require_POST
def duplicate_dismiss(request: MemberRequest) -> HttpResponse:
    """The two are not the same; they are not suggested again."""
    duplicates.keep_apart(*_pair(request, request.POST), request.user)
    messages.success(request, _("They stay apart and are not suggested again."))
    return redirect("customers:duplicate_list")


@requires(Right.MERGE)
def merge_create(request: MemberRequest) -> HttpResponse:
    """Side by side: what is kept, what is filled in, what moves. POST merges."""
    kept, removed = _pair(request, request.POST if request.method == "POST" else request.GET)
    error = ""
    if request.method == "POST":
        try:
            done = merging.merge(kept, removed, request.user, timezone.now())
        except merging.CannotMerge as refused:
            error = str(refused)
        else:
            messages.success(
                request, _("%(name)s is part of %(kept)s now.") % {"name": removed.name, "kept": kept.name}
            )
            return redirect("customers:merge_detail", done.pk)
    context = {"kept": kept, "removed": removed, "rows": _side_by_side(kept, removed), "error": error}
    context["moving"] = merging.in_words(merging.counts(removed))
    return render(request, "customers/merge_create.html", context, status=422 if error else 200)


def _side_by_side(kept: Customer, removed: Customer) -> list[dict[str, Any]]:
    """Label and both values of each compared field that at least one has."""
    rows = []
    for name in COMPARED:
        values = [_shown(customer, name) for customer in (kept, removed)]
        if any(values):
            label = Customer._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            rows.append({"label": label, "kept": values[0], "removed": values[1], "differs": values[0] != values[1]})
    return rows


def _shown(customer: Customer, name: str) -> Any:
    display = getattr(customer, f"get_{name}_display", None)
    value = display() if display else getattr(customer, name)
    return value or ""


@requires(Right.MERGE)
def merge_detail(request: MemberRequest, pk: int) -> HttpResponse:
    """What a merge moved, and its undo."""
    done = get_object_or_404(CustomerMerge.objects.select_related("kept", "member"), pk=pk)
    if not Customer.objects.visible_to(request.user).filter(pk=done.kept_id).exists():
        raise PermissionDenied
    context = {"merge": done, "moved": merging.in_words(done.moved["counts"])}
    return render(request, "customers/merge_detail.html", context)


@requires(Right.MERGE)
@require_POST
def merge_undo(request: MemberRequest, pk: int) -> HttpResponse:
    """Bring the merged customer back."""
    done = get_object_or_404(CustomerMerge, pk=pk)
    try:
        left = merging.undo(done, timezone.now())
    except merging.CannotMerge as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(name)s is back.") % {"name": done.removed_name})
        if left:
            n = sum(left.values())
            text = ngettext(
                "%(n)s record was deleted or moved since and stays where it is.",
                "%(n)s records were deleted or moved since and stay where they are.",
                n,
            )
            messages.warning(request, text % {"n": n})
    return redirect("customers:merge_detail", pk)
