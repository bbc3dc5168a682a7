"""The small things used on every page: numbers as the reader writes them, badges, icons."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, to_locale

from crmquality.rail import sections_for

register = template.Library()


def _locale() -> Locale:
    return Locale.parse(to_locale(get_language() or "en"))


@register.filter
def decimal(value: float | None, places: int = 1) -> str:
    """A number with at most `places` decimals in the reader's form; a dash for no data."""
    if value is None:
        return "–"
    pattern = "#,##0" + ("." + "#" * places if places else "")
    return numbers.format_decimal(value, format=pattern, locale=_locale())


@register.filter
def fixed(value: float | None, places: int = 1) -> str:
    """As `decimal`, with exactly `places` decimals, so that columns line up."""
    if value is None:
        return "–"
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return numbers.format_decimal(value, format=pattern, locale=_locale())


@register.filter
def signed(value: float | None, places: int = 1) -> str:
    """A change: always with its sign, true minus included."""
    if value is None:
        return "–"
    size = fixed(abs(value), places)
    if size == fixed(0, places):
        return size
    return ("+" if value > 0 else "−") + size


@register.filter
def percent(share: float | None, places: int = 0) -> str:
    """A share of 0-1 as percent."""
    if share is None:
        return "–"
    pattern = "#,##0" + ("." + "#" * places if places else "") + "%"
    return numbers.format_percent(share, format=pattern, locale=_locale())


@register.filter
def money(minor: int | None, currency: str) -> str:
    """An amount in minor units as money: 123456 GBP is £1,234.56."""
    if minor is None:
        return "–"
    precision = numbers.get_currency_precision(currency)
    return numbers.format_currency(minor / 10**precision, currency, locale=_locale())


@register.filter
def day(value: dt.date | None) -> str:
    return dates.format_date(value, "medium", locale=_locale()) if value else "–"


@register.filter
def moment(value: dt.datetime | None, zone: ZoneInfo | None = None) -> str:
    """Date and time in the organisation's zone."""
    if value is None:
        return "–"
    return dates.format_datetime(value, "short", tzinfo=zone or dt.UTC, locale=_locale())


@register.filter
def ago(value: dt.datetime | None, zone: ZoneInfo | None = None) -> str:
    """How long ago, with the moment itself on hover."""
    if value is None:
        return "–"
    gone = dates.format_timedelta(value - timezone.now(), add_direction=True, locale=_locale())
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', value.isoformat(), moment(value, zone), gone
    )


@register.filter
def seconds(value: float | None) -> str:
    """A time taken: 3.2 s, 1 min 20 s."""
    if value is None:
        return "–"
    if value < 60:
        return f"{fixed(value, 1)} s"
    return f"{int(value // 60)} min {int(value % 60)} s"


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    return mapping.get(key)


@register.filter
def with_class(field: BoundField, name: str) -> SafeString:
    """A form's field drawn with a CSS class; `is-invalid` too when it has errors."""
    classes = f"{name} is-invalid" if field.errors else name
    return field.as_widget(attrs={"class": classes})


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A drawing of static/icons.svg; without a label it is decoration."""
    role = format_html('role="img" aria-label="{}"', label) if label else format_html(
        'aria-hidden="true"'
    )
    return format_html(
        '<svg class="icon" {}><use href="{}#{}"></use></svg>', role, static("icons.svg"), name
    )


@register.inclusion_tag("_rail.html", takes_context=True)
def rail(context: template.Context, where: str) -> dict[str, Any]:
    request = context["request"]
    return {"entries": sections_for(request), "where": where}


@register.inclusion_tag("_score_badge.html")
def score_badge(current: Any, size: str = "") -> dict[str, Any]:
    """Number, band, trend and coverage of a customer's current score (None: not scored yet)."""
    change = getattr(current, "change_30d", None)
    return {
        "current": current,
        "size": size,
        "coverage": round(100 * current.coverage) if current else 0,
        "trend": "" if change is None or abs(change) < 0.05 else "up" if change > 0 else "down",
    }


@register.inclusion_tag("_band.html")
def band(code: str, size: str = "") -> dict[str, str]:
    return {"band": code, "size": size}
