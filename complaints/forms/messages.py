"""Notes among us and replies to the customer."""

from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import life, replying
from complaints.models import Actor, Case, CaseMessage, Channel, ReplyTemplate, Step

from .steps import StepForm

Direction = CaseMessage.Direction


class MessageForm(StepForm):
    """What is written is kept, however the case changed meanwhile."""

    direction = Direction.NOTE
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))
    minutes = forms.IntegerField(label=gettext_lazy("Minutes spent"), required=False, min_value=0, max_value=10_000)

    def mark(self, case: Case) -> str:
        return ""

    @property
    def channel(self) -> str:
        return Channel.OTHER

    def act(self, case: Case, actor: Actor) -> None:
        message = CaseMessage(
            at=self.now,
            direction=self.direction,
            channel=self.channel,
            text=self.cleaned_data["text"],
            minutes=self.cleaned_data["minutes"],
        )
        life.write(case, message, actor, self.now)


class NoteForm(MessageForm):
    ids = "note_%s"
    title, action, done = gettext_lazy("Note"), gettext_lazy("Save the note"), gettext_lazy("Noted.")

    def prepare(self) -> None:
        self.fields["text"].label = gettext_lazy("Note inside: the customer does not see it")


class ReplyForm(MessageForm):
    """An answer: by mail it is sent, given by phone or in person it is written down."""

    title, action = gettext_lazy("Reply"), gettext_lazy("Reply")
    done = gettext_lazy("The reply is kept; the clocks of answers have stopped.")
    direction = Direction.OUT
    ids = "reply_%s"
    via = forms.ChoiceField(label=gettext_lazy("Through"), choices=Channel.choices)
    then_wait = forms.BooleanField(label=gettext_lazy("Then wait for the customer"), required=False)

    def prepare(self) -> None:
        self.fields["text"].label = gettext_lazy("Reply to the customer")
        if replying.is_mailable(self.case):
            self.fields["via"].help_text = _("E-mail goes to %(address)s.") % {
                "address": replying.address_of(self.case)
            }
        if not self.case.may(Step.WAIT):
            del self.fields["then_wait"]

    @cached_property
    def templates(self) -> list[ReplyTemplate]:
        """What can be answered with, in the customer's language."""
        return replying.offered(self.case)

    def values_of(self, case: Case) -> dict[str, Any]:
        mailed = Channel.EMAIL if replying.is_mailable(case) else case.channel
        slug = self.asked.get("template", "")
        template = replying.template_for(slug, replying.language_of(case)) if slug else None
        return {"via": mailed, "text": replying.filled(template, case, self.member)[1] if template else ""}

    @property
    def channel(self) -> str:
        via: str = self.cleaned_data["via"]
        return via

    def act(self, case: Case, actor: Actor) -> None:
        if self.channel == Channel.EMAIL:
            subject = f"{case.number} {case.subject}"
            data = self.cleaned_data
            replying.reply(case, subject, data["text"], actor, self.now, minutes=data["minutes"])
        else:
            super().act(case, actor)
        if self.cleaned_data.get("then_wait"):
            life.wait(case, actor, self.now)
