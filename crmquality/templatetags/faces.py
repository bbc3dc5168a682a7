"""The small things used on every page: numbers as the reader writes them, badges, icons."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from crmquality.lib import formats, toasts
from crmquality.lib.due import Due, span
from crmquality.lib.due import due as due_chip
from crmquality.lib.text import converted, enumerated
from crmquality.rail import sections_for

register = template.Library()
register.filter(enumerated)
for formatter in (
    formats.decimal, formats.fixed, formats.signed, formats.percent, formats.money,
    formats.day, formats.local_day, formats.moment, formats.p_value,
):  # fmt: skip
    register.filter(formatter.__name__, formatter)


@register.filter
def scripted(words: str) -> str:
    """Words of themes, which are found in simplified characters, in those of the reader."""
    return converted("s2t", words) if get_language() == "zh-hant" else words


@register.filter
def ago(value: dt.datetime | None, zone: ZoneInfo | None = None) -> str:
    """How long ago, with the moment itself on hover."""
    if value is None:
        return formats.DASH
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(), formats.moment(value, zone), formats.since(value, timezone.now(), zone or dt.UTC),
    )  # fmt: skip


@register.simple_tag
def when(value: dt.datetime, zone: ZoneInfo, is_day: bool = False) -> str:
    """How long ago (or ahead), with the moment itself on hover; of a whole day only the day."""
    now = timezone.now()
    if not is_day:
        return format_html(
            '<time datetime="{}" title="{}">{}</time>',
            value.isoformat(), formats.moment(value, zone), formats.since(value, now, zone),
        )  # fmt: skip
    day = value.astimezone(zone).date()
    words = formats.days_since(day, now.astimezone(zone).date())
    return format_html('<time datetime="{}" title="{}">{}</time>', day.isoformat(), formats.day(day), words)


@register.inclusion_tag("_due.html", takes_context=True)
def due(context: template.Context, row: Any) -> dict[str, Due]:
    """The chip of a row that has due_on, due_time, done_at and cancelled_at."""
    zone = context["organisation"].zone
    return {"due": due_chip(row.due_on, row.due_time, timezone.now(), zone, row.done_at, row.cancelled_at)}


@register.filter
def seconds(value: float | None) -> str:
    """A time taken: 3.2 s, 1 min 20 s."""
    if value is None:
        return formats.DASH
    if value < 60:
        return f"{formats.fixed(value, 1)} s"
    return f"{int(value // 60)} min {int(value % 60)} s"


@register.filter
def working_span(value: float | None) -> str:
    """Working time in hours and minutes."""
    return formats.DASH if value is None else span(value)


@register.filter
def said(text: str) -> str:
    """A sentence that code or a stored row gives in English, in the reader's language."""
    return gettext(text) if text else ""


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    return mapping.get(key)


@register.filter
def call_with(function: Callable[[Any], Any], value: Any) -> Any:
    return function(value)


@register.filter
def with_class(field: BoundField, name: str) -> SafeString:
    """A form's field drawn with a CSS class; `is-invalid` too when it has errors."""
    classes = f"{name} is-invalid" if field.errors else name
    return field.as_widget(attrs={"class": classes})


@register.simple_tag
@lru_cache
def icon(name: str, label: str = "", classes: str = "") -> SafeString:
    """A drawing of static/icons.svg; without a label it is decoration."""
    spoken = 'role="img" aria-label="{}"' if label else 'aria-hidden="{}"'
    return format_html(
        '<svg class="icon {}" {}><use href="{}#{}"></use></svg>',
        classes,
        format_html(spoken, label or "true"),
        static("icons.svg"),
        name,
    )


@register.simple_tag
def undo_of(message: Message) -> dict[str, str]:
    """Address and token of a toast that can be undone; empty for others."""
    words = (message.extra_tags or "").split()
    return {"url": words[1], "token": words[2]} if words[:1] == [toasts.MARK] else {}


@register.inclusion_tag("_rail.html", takes_context=True)
def rail(context: template.Context, where: str) -> dict[str, Any]:
    """The sections the member may use; `where`: wide or drawer, as a page has both."""
    return {"entries": sections_for(context["request"]), "where": where}


@register.inclusion_tag("_score_badge.html")
def score_badge(current: Any, size: str = "") -> dict[str, Any]:
    """Number, band, trend and coverage of a customer's current score (None: not scored yet).

    Worded here and not in the template: a list draws it fifty times.
    """
    if not current:
        return {"current": None}
    change = current.change_30d
    facts = {
        "as_of": formats.day(current.as_of),
        "model": current.model,
        "low": formats.fixed(current.low, 1),
        "high": formats.fixed(current.high, 1),
        "coverage": formats.percent(current.coverage),
    }
    return {
        "current": current,
        "size": size,
        "score": formats.fixed(current.score, 1),
        "letter": "?" if current.band == "insufficient" else current.band,
        "band": gettext("Band %(band)s") % {"band": current.get_band_display()},
        "hover": gettext(
            "As of %(as_of)s, %(model)s. Between %(low)s and %(high)s whatever is missing. Coverage %(coverage)s."
        )
        % facts,
        "spoken": gettext("Coverage %(coverage)s") % facts,
        # A hair more than full, or the ends of a full ring do not meet.
        "coverage": round(101 * current.coverage),
        "trend": "" if change is None or abs(change) < 0.05 else "up" if change > 0 else "down",
        "change": formats.signed(change, 1),
    }


@register.inclusion_tag("_band.html")
def band(code: str, size: str = "") -> dict[str, str]:
    return {"band": code, "size": size}


@register.inclusion_tag("_month_bars.html")
def month_bars(months: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """How often in each month ("2026-11", 5), as bars one looks at; nothing for no months."""
    most = max((n for _month, n in months), default=0) or 1
    said = [f"{month}: {formats.decimal(n, 0)}" for month, n in months]
    heights = [round(28 * n / most) for _month, n in months]
    bars = [
        {"said": each, "x": 17 * place, "y": 28 - height, "height": height}
        for place, (each, height) in enumerate(zip(said, heights, strict=True))
    ]
    ends = [month for month, _n in months]
    return {
        "bars": bars, "width": max(17 * len(bars) - 3, 120 if len(bars) > 1 else 60), "spoken": enumerated(said),
        "first": ends[0] if ends else "", "last": ends[-1] if len(ends) > 1 else "",
    }  # fmt: skip


@register.inclusion_tag("_chart.html")
def chart(drawn: Any) -> dict[str, Any]:
    """A chart with its table a click away; the page must load echarts and charts.js."""
    return {"chart": drawn}
