"""Makes `answers` a kind of file like any other, with a preset for each questionnaire."""

from django.utils.translation import gettext_lazy as _

from customers.imports.adding import Addition, Written
from surveys.models import Answer, Campaign, LoopHit, Response

from .answers import ANSWER, IMPORT, RESPONSE, WAVE
from .kind import ANSWERS, offered

ADDITION = Addition(
    kind=ANSWERS,
    writer=IMPORT,
    written=[
        Written(WAVE, Campaign, "t.name"),
        Written(RESPONSE, Response, "concat_ws(' · ', t.submitted_at::date::text, t.external_id)"),
        Written(ANSWER, Answer, "concat_ws(' · ', t.key, nullif(t.row, ''))"),
    ],
    parts=[LoopHit],
    offers=[offered],
    reasons={
        "no_answered_at": _("no date of the answer"),
        "nothing_answered": _("no question is answered"),
        "in_the_future": _("answered in the future"),
    },
    faults={"in_the_future": ("answered_at",)},
)
