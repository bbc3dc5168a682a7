"""Forms of what members choose for themselves."""

from typing import Any

from django import forms
from django.db import transaction

from .models import Member, NoticePreference, Topic


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
