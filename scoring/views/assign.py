"""One value for many customers of the list: asked, done, undone."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from crmquality.lib.toasts import read_undo, say_with_undo
from crmquality.office.models import Member
from crmquality.office.roles import MemberRequest, Right, requires
from customers import assigning
from customers.access import customers_read
from customers.models import Tier
from customers.models.customer import CustomerQuerySet
from scoring import ranking
from scoring.forms import CustomerFilters

SELECT = forms.Select(attrs={"class": "form-select"})


class AssignForm(forms.Form):
    """What is set: exactly one field, the one that `field` names."""

    field = forms.ChoiceField(
        choices=[
            ("owner", gettext_lazy("Owner")), ("tier", gettext_lazy("Tier")), ("segment", gettext_lazy("Segment")),
        ],
        widget=forms.HiddenInput,
    )  # fmt: skip
    owner = forms.ModelChoiceField(Member.objects.none(), required=False, label=gettext_lazy("Owner"), widget=SELECT)
    tier = forms.ChoiceField(choices=Tier.choices, required=False, label=gettext_lazy("Tier"), widget=SELECT)
    segment = forms.CharField(
        max_length=100, required=False, label=gettext_lazy("Segment"),
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Member.objects.filter(is_active=True).exclude(role__in=["", "analyst", "auditor"])
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        name = data.get("field")
        if name and not data.get(name):
            self.add_error(name, _("Choose a value."))
        return data

    @property
    def asked(self) -> forms.BoundField:
        """The field that is set."""
        name = self.data.get("field", "")
        return self[name if name in assigning.FIELDS else "owner"]


def _chosen(request: MemberRequest) -> CustomerQuerySet:
    """The ticked rows, or all that the filters leave, of those the member may see."""
    visible = customers_read(request.user)
    if request.POST.get("all"):
        filters = CustomerFilters(QueryDict(request.POST.get("filters", "")), ranking.facets())
        return ranking.filtered(visible, filters.values)
    return visible.filter(code__in=request.POST.getlist("code"))


@requires(Right.EDIT)
@require_POST
def customer_assign(request: MemberRequest) -> HttpResponse:
    """Names what will happen and to how many; sent with `confirm`, it happens."""
    chosen = _chosen(request)
    form = AssignForm(request.POST if request.POST.get("confirm") else None)
    form.data = request.POST
    if not chosen.exists():
        messages.warning(request, _("No customer was chosen."))
        return redirect("scoring:customer_list")
    if form.is_bound and form.is_valid():
        return _assigned(request, chosen, form.cleaned_data)
    kept = ("code", "all", "filters", "field")
    context = {
        "form": form,
        "count": chosen.count(),
        "kept": [(name, value) for name in kept for value in request.POST.getlist(name)],
    }
    return render(request, "scoring/customer_assign.html", context, status=422 if form.is_bound else 200)


def _assigned(request: MemberRequest, chosen: CustomerQuerySet, data: dict[str, Any]) -> HttpResponse:
    field, value = data["field"], data[data["field"]]
    count, key = assigning.assign(chosen, field, value, request.user)
    text = ngettext("%(n)s customer changed.", "%(n)s customers changed.", count) % {"n": count}
    plain = value.pk if isinstance(value, Member) else value
    say_with_undo(request, text, reverse("scoring:customer_assign_undo"), {"key": key, "field": field, "value": plain})
    filters = request.POST.get("filters", "")
    return redirect(reverse("scoring:customer_list") + (f"?{filters}" if filters else ""))


@requires(Right.EDIT)
@require_POST
def customer_assign_undo(request: MemberRequest) -> HttpResponse:
    what = read_undo(request)
    if what is None:
        messages.warning(request, _("This can no longer be undone."))
    else:
        count = assigning.undo(what["key"], what["field"], what["value"], customers_read(request.user))
        text = ngettext("%(n)s customer is as before.", "%(n)s customers are as before.", count)
        messages.success(request, text % {"n": count})
    return redirect("scoring:customer_list")
