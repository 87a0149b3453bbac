"""Template tags of the house, built into every template: icons, controls, money, days, the chart."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.forms import BoundField
from django.template import Library
from django.utils.formats import date_format
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from zhijia.ui import codes, controls, icons
from zhijia.ui.charts import Bar, Chart

register = Library()
SHANGHAI = ZoneInfo("Asia/Shanghai")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An inline drawing; give `label` only where no word stands beside it."""
    return mark_safe(icons.draw(name, str(conditional_escape(label))))  # noqa: S308  our own sprite, label escaped


@register.simple_tag
def qr_code(text: str, label: str) -> SafeString:
    """A QR code as an inline drawing; `label` says to those who cannot see it what it is for."""
    return codes.draw(text, label)


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The input, select or text area of a bound field, with our class and the fitting keyboard."""
    return controls.draw(field)


@register.inclusion_tag("ui/_bar_chart.html")
def bar_chart(pairs: Iterable[tuple[Any, float]], shape: str = "columns") -> dict[str, Any]:
    """Bars of (label, count) pairs; the caller has the heading and the table twin beside it."""
    bars = [Bar(label, value, grouped(value)) for label, value in pairs]
    return {"chart": Chart("", "", bars), "shape": shape}


@register.filter
def control_kind(field: BoundField) -> str:
    """How a bound field is laid out: `line`, `check`, `choices`, `file`, `hidden`."""
    return controls.kind(field)


@register.filter
def money(fen: int | None) -> str:
    """Fen as yuan with two places and grouped thousands: 335000 is `3,350.00`; nothing for None."""
    if fen is None:
        return ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan:,}.{rest:02d}"


@register.filter
def grouped(number: float | None) -> str:
    """A count with its thousands grouped; nothing for None."""
    return "" if number is None else f"{number:,}"


@register.filter
def day(value: date | datetime | None) -> str:
    """A business day of Asia/Shanghai in the reader's language: 2026年11月21日, 21 Nov 2026."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI).date()
    return date_format(value, "DATE_FORMAT")


@register.filter
def moment(value: datetime | None) -> str:
    """A day and the minute of Asia/Shanghai: 2026年11月21日 14:05."""
    if value is None:
        return ""
    local = value.astimezone(SHANGHAI)
    return f"{date_format(local.date(), 'DATE_FORMAT')} {local:%H:%M}"


def between() -> str:
    """What stands between things told one after the other."""
    return "、" if (get_language() or "zh").startswith("zh") else ", "


@register.filter
def listed(things: Iterable[Any], name: str = "") -> str:
    """Things told one after the other, as the reader's language parts them (of each its attribute of this name); days
    as the house writes them."""
    said = [getattr(one, name) if name else one for one in things]
    return between().join(day(one) if isinstance(one, date) else str(one) for one in said)


@register.filter
def attribute(record: Any, name: str) -> Any:
    """A field of a record by name, of a mapping or an object; empty where it has none."""
    return record.get(name, "") if hasattr(record, "get") else getattr(record, name, "")
