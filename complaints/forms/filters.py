"""The filters of the queue, as they stand in the address."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from complaints.models import Kind, SavedFilter, Severity, Status
from crmquality.lib.filters import AddressFilters, choice_filter
from customers.models import Tier

from .choices import grouped


class CaseFilters(AddressFilters):
    q = forms.CharField(required=False, max_length=200, label=_("Search"))
    kind = choice_filter(_("Kind"), _("All kinds"))
    severity = choice_filter(_("Severity"), _("All severities"))
    category = choice_filter(_("Category"), _("All categories"))
    status = choice_filter(_("State"), _("All states"))
    tier = choice_filter(_("Tier"), _("All tiers"))
    owner = choice_filter(_("Owner"), _("All owners"))
    team = choice_filter(_("Department"), _("All departments"))
    region = choice_filter(_("Region"), _("All regions"))
    tag = choice_filter(_("Tag"), _("All tags"))

    def __init__(self, data: QueryDict, facets: Mapping[str, list[Any]]) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.offer("kind", Kind.choices)
        self.offer("severity", Severity.choices)
        self.offer("category", grouped(facets["category"]))
        self.offer("status", Status.choices)
        self.offer("tier", Tier.choices)
        self.offer("owner", [*facets["owner"], ("none", _("Nobody"))])
        for name in ("team", "region", "tag"):
            self.offer(name, facets[name])


class SaveFilterForm(forms.ModelForm):
    class Meta:
        model = SavedFilter
        fields = ["name", "query"]
