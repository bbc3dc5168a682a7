"""Forms of what members choose for themselves."""

import datetime as dt
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import tokens
from .models import ApiToken, Member, NoticePreference, Topic


class NoticePreferencesForm(forms.Form):
    """Two fields per topic: in the page, and by e-mail."""

    def __init__(self, member: Member, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        chosen = {preference.topic: preference for preference in member.notice_preferences.all()}
        for topic in Topic:
            preference = chosen.get(topic, NoticePreference(topic=topic))
            self.fields[f"{topic}_in_page"] = forms.BooleanField(required=False, initial=preference.in_page)
            self.fields[f"{topic}_email"] = forms.ChoiceField(
                choices=NoticePreference.Email.choices, initial=preference.email
            )

    def rows(self) -> list[dict[str, Any]]:
        """Per topic: its name and both bound fields."""
        return [
            {"label": topic.label, "in_page": self[f"{topic}_in_page"], "email": self[f"{topic}_email"]}
            for topic in Topic
        ]

    @transaction.atomic
    def save(self) -> None:
        for topic in Topic:
            NoticePreference.objects.update_or_create(
                member=self.member,
                topic=topic,
                defaults={
                    "in_page": self.cleaned_data[f"{topic}_in_page"],
                    "email": self.cleaned_data[f"{topic}_email"],
                },
            )


class TokenForm(forms.Form):
    """A new API token of a member: what for, what it may do, until when."""

    name = forms.CharField(
        label=gettext_lazy("What is it for?"), max_length=100,
        help_text=gettext_lazy("The program that will use it, e.g. the web shop."),
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What may it do?"),
        help_text=gettext_lazy("Never more than you may yourself."),
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("How long is it valid?"), coerce=int, initial=90,
        choices=[(30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")), (365, gettext_lazy("One year"))],
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip

    def __init__(self, member: Member, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        self.token: str | None = None
        offered = [(scope.value, scope.label) for scope in tokens.scopes_for(member)]
        self.fields["scopes"].choices = offered  # type: ignore[attr-defined]
        self.fields["scopes"].initial = [ApiToken.Scope.READ]

    def clean(self) -> dict[str, Any]:
        if self.member.auth_token_set.count() >= tokens.MOST:
            raise forms.ValidationError(_("You have %(most)s tokens; revoke one first."), params={"most": tokens.MOST})
        return self.cleaned_data

    def make(self) -> bool:
        """Make the token of the valid form, `token`; False, and an error, if its name is taken."""
        data = self.cleaned_data
        until = timezone.now() + dt.timedelta(days=data["days"])
        self.token = tokens.make(self.member, data["name"], data["scopes"], until)
        if self.token is None:
            self.add_error("name", _("You have a token of this name."))
        return self.token is not None
