"""What the complaints app starts with: categories, causes, policies, the ladder. What is there is left alone."""

import tomllib
from pathlib import Path

from django.utils.translation import gettext_noop as N_

from .models import Category, EscalationStep, ReplyTemplate, ResponsePolicy, RootCause

# Code, name, whether it is about the quality of products, and the parts.
CATEGORIES = (
    ("product-quality", N_("Product quality"), True, (
        ("defect", N_("Defect")), ("performance", N_("Performance")), ("durability", N_("Durability")),
        ("safety", N_("Safety")), ("not-as-described", N_("Not as described")),
    )),
    ("delivery", N_("Delivery"), False, (
        ("late-delivery", N_("Late delivery")), ("wrong-goods", N_("Wrong goods")),
        ("missing-goods", N_("Missing goods")), ("damaged-in-transit", N_("Damaged on the way")),
        ("packaging", N_("Packaging")),
    )),
    ("service-attitude", N_("Service attitude"), False, (
        ("unfriendly", N_("Unfriendly")), ("not-reachable", N_("Not reachable")),
        ("no-answer", N_("No answer")), ("promise-not-kept", N_("Promise not kept")),
    )),
    ("billing", N_("Billing"), False, (
        ("wrong-price", N_("Wrong price")), ("wrong-invoice", N_("Wrong invoice")), ("refund", N_("Refund")),
    )),
    ("after-sales", N_("After-sales service"), False, (
        ("repair", N_("Repair")), ("spare-parts", N_("Spare parts")), ("return-exchange", N_("Return or exchange")),
        ("installation", N_("Installation")),
    )),
    ("documentation", N_("Documentation"), False, (
        ("missing-documents", N_("Missing documents")), ("unclear-instructions", N_("Unclear instructions")),
    )),
    ("privacy", N_("Privacy"), False, ()),
    ("other", N_("Other"), False, ()),
)  # fmt: skip
CAUSES = (
    ("material", N_("Material or parts")), ("production", N_("Production")), ("design", N_("Design")),
    ("supplier", N_("Supplier")), ("logistics", N_("Logistics")), ("planning", N_("Planning and stock")),
    ("communication", N_("Communication")), ("training", N_("Training")), ("system", N_("IT system")),
    ("policy", N_("Our own rules")), ("customer-use", N_("Use by the customer")), ("unknown", N_("Not found")),
)  # fmt: skip
# Severity: minutes of working time to acknowledge, answer first, answer next, resolve.
POLICIES = {4: (30, 60, 120, 960), 3: (60, 240, 240, 1440), 2: (240, 480, 480, 2880), 1: (480, 960, 960, 4800)}
# Customers of tier A are promised half of that.
TIGHTER = {"A": 0.5}
REPLY_TEXTS = Path(__file__).with_name("reply_texts.toml")
LADDER = ((1, 0, "owner"), (2, 120, "lead"), (3, 480, "manager"))


def load() -> dict[str, int]:
    """Load what is missing; how many rows of each were made."""
    return {
        "categories": _categories(),
        "root_causes": _causes(),
        "response_policies": _policies(),
        "escalation_steps": _ladder(),
        "reply_templates": _templates(),
    }


def _categories() -> int:
    if Category.objects.exists():
        return 0
    for position, (code, name, is_quality, parts) in enumerate(CATEGORIES):
        whole = Category.objects.create(code=code, name=name, position=position, is_product_quality=is_quality)
        Category.objects.bulk_create(
            Category(code=part, name=label, parent=whole, position=place, is_product_quality=is_quality)
            for place, (part, label) in enumerate(parts)
        )
    return Category.objects.count()


def _causes() -> int:
    if RootCause.objects.exists():
        return 0
    causes = [RootCause(code=code, name=name, position=place) for place, (code, name) in enumerate(CAUSES)]
    return len(RootCause.objects.bulk_create(causes))


def _policies() -> int:
    if ResponsePolicy.objects.exists():
        return 0
    rows = []
    for tier, factor in {"": 1.0, **TIGHTER}.items():
        for severity, minutes in POLICIES.items():
            acknowledge, response, following, resolve = (int(each * factor) for each in minutes)
            rows.append(
                ResponsePolicy(
                    severity=severity,
                    tier=tier,
                    acknowledge_minutes=acknowledge,
                    response_minutes=response,
                    next_minutes=following,
                    resolve_minutes=resolve,
                )
            )
    return len(ResponsePolicy.objects.bulk_create(rows))


def _ladder() -> int:
    if EscalationStep.objects.exists():
        return 0
    rungs = [EscalationStep(level=level, delay_minutes=delay, receiver=who) for level, delay, who in LADDER]
    return len(EscalationStep.objects.bulk_create(rungs))


def _templates() -> int:
    """Those that are missing: a language or a text that a release adds comes to old companies too."""
    there = set(ReplyTemplate.objects.values_list("slug", "language"))
    texts = tomllib.loads(REPLY_TEXTS.read_text())
    missing = [
        ReplyTemplate(slug=slug, language=language, **words)
        for slug, languages in texts.items()
        for language, words in languages.items()
        if (slug, language) not in there
    ]
    return len(ReplyTemplate.objects.bulk_create(missing))
