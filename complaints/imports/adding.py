"""Makes `complaints` a kind of file like any other."""

from django.utils.translation import gettext_lazy as _

from complaints.models import Case, CaseClock, CasePause, CaseStep
from customers.imports.adding import Addition, Written

from .cases import CASES, TARGET
from .kind import COMPLAINTS
from .links import OF_LINKS
from .presets import PRESETS, RULES
from .words import TYPES

ADDITION = Addition(
    kind=COMPLAINTS,
    writer=CASES,
    written=[Written(TARGET, Case, "concat_ws(' · ', 'K-' || to_char(t.id, 'FM999999000000'), t.subject)")],
    parts=(CaseClock, CasePause, *OF_LINKS),
    left_to_database=(CaseStep,),
    types=TYPES,
    rules=RULES,
    presets=PRESETS,
    reasons={
        "no_received_at": _("no date of receipt"),
        "no_closed_at": _("resolved or closed, but not when"),
        "before_received": _("acknowledged, answered, resolved or closed before it was received"),
        "closed_before_resolved": _("closed before it was resolved"),
        "unknown_order": _("no order of this customer has that number"),
        "unknown_product": _("no product has that code"),
    },
    faults={
        "no_subject": ("subject", "text"),
        "no_closed_at": ("status",),
        "before_received": ("closed_at", "resolved_at", "responded_at", "acknowledged_at"),
        "closed_before_resolved": ("closed_at",),
        "unknown_order": ("orders",),
        "unknown_product": ("products",),
    },
)
