"""What the surveys app knows of a customer's story: answers that were given with a name to them."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from crmquality.lib.timeline import Kind, Part, Telling
from crmquality.office.models import Organisation

from .models import Answer, Measure, Response

ANSWERED = Kind("survey", _("Surveys"), "survey")
# Confidential and anonymous answers are in nobody's story.
IDENTIFIED = "NOT is_held AND campaign_id IN (SELECT id FROM surveys_campaign WHERE privacy = 'identified')"


def timeline(office: Organisation) -> list[Part]:
    """The one part: a survey answered, with its grades and its words."""

    def answered(keys: Sequence[int]) -> dict[int, Telling]:
        responses = (
            Response.objects.filter(pk__in=keys).select_related("campaign", "contact").prefetch_related("answers")
        )
        return {response.pk: _told(response) for response in responses}

    return [
        Part(
            "survey", ANSWERED, _("Survey answered"), "surveys_response", answered, at="submitted_at", where=IDENTIFIED
        )
    ]


def _told(response: Response) -> Telling:
    answers = list(response.answers.all())
    who = response.contact.name if response.contact else ""
    words = "\n".join(answer.text for answer in answers if answer.text)
    return Telling(
        response.campaign.name, who, _grades(answers), _tone(answers), words, response.campaign.get_absolute_url()
    )


def _grades(answers: Sequence[Answer]) -> str:
    """The answers that say most: "Recommendation 9/10 · Overall satisfaction 8/10"."""
    told = (Measure.RECOMMENDATION, Measure.SATISFACTION, Measure.COMPLAINT, Measure.EFFORT)
    shown = [each for each in answers if each.measure in told and each.value is not None]
    return " · ".join(f"{Measure(each.measure).label} {each.value}/{each.scale_max}" for each in shown)


def _tone(answers: Sequence[Answer]) -> str:
    """Red where somebody would warn of us, green where somebody would recommend us."""
    grades = [each.value for each in answers if each.measure == Measure.RECOMMENDATION and each.value is not None]
    return ("red" if min(grades) <= 6 else "green" if min(grades) >= 9 else "secondary") if grades else "secondary"
