"""Days, moments and months chosen from the browser's calendar, or written as people write them where it has none."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

PARTED = re.compile(r"[年月/.]")
TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})?")
MONTH = re.compile(r"([1-9]\d{3})-(0?[1-9]|1[0-2])")
HOUR = re.compile(r"([^:]*?)[T\s]*(\d{1,2}:\d{2}(:\d{2})?)")
MOMENT = "%Y-%m-%dT%H:%M"
"""How a browser's calendar writes a day and an hour."""


class DayField(forms.DateField):
    """A day, as 2026-11-23, 2026/11/23, 2026.11.23, 20261123 or 2026年11月23日, in wide digits, too."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"invalid": _("Write the day like 2026-11-23.")})
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def to_python(self, value: Any) -> Any:
        """The day."""
        return super().to_python(_with_hyphens(value) if isinstance(value, str) else value)


class MomentField(forms.DateTimeField):
    """A day, written in the same ways, and an hour, in the time of Beijing."""

    widget = forms.DateTimeInput(format=MOMENT, attrs={"type": "datetime-local"})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"invalid": _("Write the day and hour like 2026-11-23 09:00.")})
        super().__init__(input_formats=[MOMENT, "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"], **kwargs)

    def to_python(self, value: Any) -> Any:
        """The moment."""
        if isinstance(value, str) and (parts := HOUR.fullmatch(unicodedata.normalize("NFKC", value).strip())):
            value = f"{_with_hyphens(parts[1])} {parts[2]}"
        return super().to_python(value)


class MonthField(forms.CharField):
    """A month, written in the same ways, as the integer yyyymm."""

    widget = forms.TextInput(attrs={"type": "month"})

    def clean(self, value: Any) -> Any:
        """The month as a number."""
        text = super().clean(value)
        if not text:
            return None
        written = MONTH.fullmatch(_with_hyphens(text))
        if written is None:
            raise forms.ValidationError(_("Write the month like 2026-10."), code="invalid")
        return int(written[1]) * 100 + int(written[2])


def _with_hyphens(text: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if together := TOGETHER.fullmatch(plain):
        return "-".join(part for part in together.groups() if part)
    return PARTED.sub("-", plain).removesuffix("日").removesuffix("-")
