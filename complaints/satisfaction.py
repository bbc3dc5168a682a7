"""How content the customer is with the handling of a case, as the survey after its closing tells.

The survey belongs to the app beside this one; the roof hands the one to the other.
"""

import datetime as dt

from django.db import transaction

from .models import Actor, Case, Step


@transaction.atomic
def rate(case: Case, points: float, actor: Actor, now: dt.datetime) -> None:
    """Keep the customer's satisfaction with the handling, 0 to 100 points; the last answer stands.

    Raises ValueError for points beyond that.
    """
    if not 0 <= points <= 100:
        raise ValueError(f"Satisfaction is between 0 and 100 points, not {points}.")
    case.satisfaction = round(points)
    case.save(update_fields=["satisfaction"])
    case.note(Step.RATE, actor, now, {"satisfaction": case.satisfaction})
