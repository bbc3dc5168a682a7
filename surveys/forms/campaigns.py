"""The form that plans a campaign, and the filters of its list of people."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crmquality.lib.dressing import dress
from crmquality.lib.fields import MomentField
from crmquality.lib.filters import AddressFilters, choice_filter
from crmquality.office.models import Organisation
from surveys import audience, mails
from surveys.models import Campaign, CampaignChannel, Sampling, Schedule, Standing, Version
from surveys.planning import Wish

LABELS = {
    "segment": gettext_lazy("Segment"),
    "tier": gettext_lazy("Tier"),
    "region": gettext_lazy("Region"),
    "stage": gettext_lazy("Life-cycle stage"),
    "team": gettext_lazy("Team of the owner"),
    "role": gettext_lazy("Role of the person"),
    "language": gettext_lazy("Language of the person"),
}
# Imported answers come from files, never from a campaign that somebody plans.
WAYS = [(way, said) for way, said in CampaignChannel.choices if way != CampaignChannel.IMPORT]
CONFIDENCES = [("0.9", "90 %"), ("0.95", "95 %"), ("0.99", "99 %")]


class CampaignForm(forms.ModelForm):
    """Purpose, questions, promise, audience, sample, schedule, words. Only a draft is edited."""

    channel = forms.ChoiceField(label=gettext_lazy("How people are reached"), choices=WAYS)
    opens_at = MomentField(label=gettext_lazy("Opens"), required=False, help_text=gettext_lazy("Empty: when started."))
    closes_at = MomentField(label=gettext_lazy("Closes"), required=False)
    margin = forms.FloatField(
        label=gettext_lazy("Margin wanted, ± points of a share"), initial=5, min_value=0.5, max_value=50
    )
    confidence = forms.ChoiceField(label=gettext_lazy("How sure"), choices=CONFIDENCES, initial="0.95")
    answering = forms.FloatField(
        label=gettext_lazy("Of a hundred people, so many answer"), initial=30, min_value=1, max_value=100
    )

    class Meta:
        model = Campaign
        fields = [
            "name", "purpose", "version", "privacy", "channel", "sampling", "sample_size", "minimum_each", "schedule",
            "trigger", "trigger_days", "every_days", "opens_at", "closes_at", "quota", "reminders", "reminder_days",
            "priority",
        ]  # fmt: skip
        widgets = {"purpose": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        newer = Version.objects.filter(questionnaire=OuterRef("questionnaire"), number__gt=OuterRef("number"))
        newest = Q(questionnaire__is_active=True) & ~Exists(newer)
        versions = Version.objects.filter(newest | Q(pk=self.instance.version_id or 0))
        self.fields["version"].queryset = versions.select_related("questionnaire")  # type: ignore[attr-defined]
        for name, choices in audience.choices().items():
            self.fields[f"by_{name}"] = forms.MultipleChoiceField(
                label=LABELS[name], choices=choices, required=False, initial=self.instance.audience.get(name, []),
                widget=forms.SelectMultiple(attrs={"size": min(5, max(2, len(choices)))}),
            )  # fmt: skip
        for code, spoken in settings.LANGUAGES:
            words = {"language": _(str(spoken))}
            self.fields[f"subject_{code}"] = forms.CharField(
                label=_("Subject in %(language)s") % words, required=False, max_length=200,
                initial=self.instance.mail_subject.get(code, ""),
            )  # fmt: skip
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Text in %(language)s") % words, required=False, max_length=5000,
                initial=self.instance.mail_text.get(code, ""), widget=forms.Textarea(attrs={"rows": 4}),
            )  # fmt: skip
        organisation = Organisation.load()
        for field in self.fields.values():
            dress(field, organisation.zone, organisation.currency)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["audience"] = {name: self._chosen(name) for name in LABELS if cleaned.get(f"by_{name}")}
        for part in ("subject", "text"):
            cleaned[f"mail_{part}"] = self._words(part)
        self._needs("sampling", set(Sampling) - {Sampling.EVERYONE}, "sample_size")
        self._needs("sampling", {Sampling.MINIMUM}, "minimum_each")
        self._needs("schedule", {Schedule.TRIGGERED}, "trigger")
        self._needs("schedule", {Schedule.RECURRING}, "every_days")
        if cleaned.get("privacy") == "anonymous" and cleaned.get("channel") in ("staff", "webhook"):
            self.add_error("channel", _("Whoever asks or sends it would know the answers or the time: not anonymous."))
        if cleaned.get("schedule") != Schedule.ONCE and cleaned.get("channel") == CampaignChannel.PUBLIC:
            self.add_error("schedule", _("A public link is there for everybody: it opens once."))
        return cleaned

    def _chosen(self, name: str) -> list[Any]:
        values = self.cleaned_data[f"by_{name}"]
        return [int(value) for value in values] if name == "team" else list(values)

    def _words(self, part: str) -> dict[str, str]:
        """The texts that are given, by language; a placeholder that cannot be filled in is an error."""
        given = {code: self.cleaned_data.get(f"{part}_{code}", "").strip() for code, _name in settings.LANGUAGES}
        for code, text in given.items():
            if problem := mails.problem_of(text):
                self.add_error(f"{part}_{code}", problem)
        return {code: text for code, text in given.items() if text}

    def _needs(self, name: str, values: set[Any], other: str) -> None:
        if self.cleaned_data.get(name) in values and not self.cleaned_data.get(other) and other not in self.errors:
            self.add_error(other, _("“%(field)s” needs this.") % {"field": self.fields[name].label})

    def clean_closes_at(self) -> dt.datetime | None:
        opens, closes = self.cleaned_data.get("opens_at"), self.cleaned_data.get("closes_at")
        if opens and closes and closes <= opens:
            raise forms.ValidationError(_("It would close before it opens."))
        return closes

    def draft(self) -> Campaign:
        """The campaign as it stands in the form, not stored; also of a form with mistakes elsewhere."""
        self.full_clean()
        campaign = self.instance
        campaign.audience = self.cleaned_data.get("audience", {})
        campaign.mail_subject = self.cleaned_data.get("mail_subject", {})
        campaign.mail_text = self.cleaned_data.get("mail_text", {})
        return campaign

    @property
    def wish(self) -> Wish:
        """What the calculator is asked, with the defaults for what cannot be read."""
        given, wish = self.cleaned_data, Wish()
        return Wish(
            margin=(given.get("margin") or wish.margin * 100) / 100,
            confidence=float(given.get("confidence") or wish.confidence),
            answering=(given.get("answering") or wish.answering * 100) / 100,
        )

    def of(self, prefix: str) -> list[forms.BoundField]:
        """The fields whose names begin so."""
        return [self[name] for name in self.fields if name.startswith(prefix)]

    @property
    def audience_fields(self) -> list[forms.BoundField]:
        return self.of("by_")

    @property
    def word_fields(self) -> list[forms.BoundField]:
        return [*self.of("subject_"), *self.of("text_")]


class InvitedFilters(AddressFilters):
    """?standing= and ?q= of a campaign's people."""

    standing = choice_filter(pgettext_lazy("an invitation", "Standing"), gettext_lazy("Everybody"))
    q = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=100)

    def __init__(self, data: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.offer("standing", [*Standing.choices, ("answered", _("Answered"))])
        self.fields["q"].widget.attrs |= {
            "class": "form-control",
            "placeholder": _("Name or customer"),
            "aria-label": _("Name or customer"),
        }
