"""What people fill in: filters of the list, a draft's weights, the note of a publication."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crmquality.lib.filters import AddressFilters, choice_filter
from crmquality.lib.formats import decimal
from customers.models import Tier
from scoring.engine.definition import Definition
from scoring.engine.indicators import BY_ID
from scoring.engine.text import Refused
from scoring.models import EvaluationModel
from scoring.models.score import Band
from scoring.outline import POLICIES
from scoring.wording import refusal_in_words

SORTS = [
    ("-score", _("Score, best first")),
    ("score", _("Score, worst first")),
    ("change", _("Biggest fall in 30 days")),
    ("-change", _("Biggest rise in 30 days")),
    ("name", _("Name")),
    ("code", _("Code")),
]


class CustomerFilters(AddressFilters):
    unshown = ("sort",)
    q = forms.CharField(required=False, max_length=200, label=_("Search"))
    band = forms.MultipleChoiceField(
        required=False, choices=Band.choices, label=_("Band"), widget=forms.CheckboxSelectMultiple
    )
    segment = choice_filter(_("Segment"), _("All segments"))
    tier = choice_filter(_("Tier"), _("All tiers"))
    region = choice_filter(_("Region"), _("All regions"))
    owner = choice_filter(_("Owner"), _("All owners"))
    sort = forms.ChoiceField(
        required=False,
        choices=SORTS,
        label=_("Sort"),
        widget=forms.Select(
            attrs={"class": "form-select", "aria-label": _("Sort"), "form": "filters", "data-submit-on-change": ""}
        ),
    )

    def __init__(self, data: QueryDict, facets: Mapping[str, list[Any]]) -> None:
        super().__init__(data)
        self.offer("segment", [(value, value) for value in facets["segment"]])
        self.offer("region", [(value, value) for value in facets["region"]])
        self.offer("tier", Tier.choices)
        self.offer("owner", [*facets["owner"], ("none", _("Nobody"))])


class DraftForm(forms.Form):
    """The weights of a draft: criteria add up to 100, members share their criterion's weight."""

    name = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"class": "form-control"}))

    def __init__(self, draft: EvaluationModel, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"name": draft.name})
        self.definition = draft.parsed
        for criterion in self.definition.criteria:
            self.fields[f"criterion-{criterion.id}"] = _weight(
                gettext(criterion.name), criterion.weight, 0, is_summed=True
            )
            for member in criterion.members:
                label = gettext(BY_ID[member.indicator].name)
                self.fields[f"member-{member.indicator}"] = _weight(label, member.weight, 0.001)
                self.fields[f"policy-{member.indicator}"] = _policy(label, member.policy)

    @property
    def rows(self) -> Iterator[dict[str, Any]]:
        """The criteria with their fields, as the page lays them out."""
        for criterion in self.definition.criteria:
            yield {
                "criterion": criterion,
                "field": self[f"criterion-{criterion.id}"],
                "members": [
                    {
                        "indicator": BY_ID[member.indicator],
                        "field": self[f"member-{member.indicator}"],
                        "policy": self[f"policy-{member.indicator}"],
                    }
                    for member in criterion.members
                ],
            }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        total = sum(cleaned[f"criterion-{each.id}"] for each in self.definition.criteria)
        if abs(total - 100) > 1e-6:
            raise forms.ValidationError(
                _("The weights of the criteria add up to %(total)s. Make them add up to 100."),
                params={"total": decimal(total, 3)},
            )
        try:
            cleaned["definition"] = Definition.from_dict(self._data(cleaned)).to_dict()
        except Refused as refused:
            raise forms.ValidationError(refusal_in_words(refused)) from refused
        return cleaned

    def _data(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        data = self.definition.to_dict()
        for criterion in data["criteria"]:
            criterion["weight"] = cleaned[f"criterion-{criterion['id']}"]
            for member in criterion["members"]:
                member["weight"] = cleaned[f"member-{member['indicator']}"]
                member["policy"] = cleaned[f"policy-{member['indicator']}"]
        return data


def _weight(label: str, value: float, least: float, is_summed: bool = False) -> forms.FloatField:
    attrs = {"class": "form-control text-end num", "step": "any", "aria-label": label}
    if is_summed:
        attrs["data-weight"] = ""
    return forms.FloatField(
        label=label,
        min_value=least,
        max_value=100,
        initial=f"{value:g}",
        widget=forms.NumberInput(attrs=attrs),
    )


def _policy(label: str, value: str) -> forms.ChoiceField:
    aria = gettext("Without a reading of %(indicator)s") % {"indicator": label}
    return forms.ChoiceField(
        label=aria,
        initial=value,
        choices=list(POLICIES.items()),
        widget=forms.Select(attrs={"class": "form-select", "aria-label": aria}),
    )


class PublishForm(forms.Form):
    note = forms.CharField(
        label=_("What changes, and why"),
        max_length=2000,
        help_text=_("Shown with the version for good, for example: response speed counts more."),
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )
