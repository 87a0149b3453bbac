"""What is said under a key of a definition, as it is typed into a form and read back. Pure: what comes back is what was
there before wherever nothing was changed."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from zhijia.catalogue.filling.shapes import Key

ABSENT: Any = object()
"""Nothing is said under the key."""


def shown(key: Key, said: Any) -> Any:
    """What the form shows of something said: a text by language (the English one empty where it is the Chinese), a list
    for what is chosen, else as it is typed."""
    if key.sort == "text":
        zh, en = ((said or {}).get(language, "") for language in ("zh", "en"))
        return {"zh": zh or en, "en": "" if en == zh or not zh else en}
    if key.sort in {"several", "lines"}:
        return [str(one) for one in said or ()]
    if key.sort == "value":
        return "" if said is None else typed(said)
    if key.sort == "day":
        return None if said == date.min else said
    return said


def told(key: Key, typed: Any, before: Any) -> Any:
    """What is said under the key once this was typed; ABSENT where that is nothing, or what holds anyhow. What means
    the same as before stays as it was written."""
    now = _READ.get(key.sort, _line)(typed)
    if before is not ABSENT and _same(key, now, _READ.get(key.sort, _line)(_again(key, before))):
        return before
    if now is None or now in ("", [], {}):
        return ABSENT
    if not key.needed and now == _READ.get(key.sort, _line)(_again(key, key.default)):
        return ABSENT
    if key.sort == "several" and before is not ABSENT:
        return [*(one for one in before if one in now), *(one for one in now if one not in before)]
    return _written(now)


def in_order(chosen: list[str], before: Any) -> list[str]:
    """What is chosen, first what was chosen before in its order."""
    kept = [one for one in before if one in chosen] if isinstance(before, list) else []
    return [*kept, *(one for one in chosen if one not in kept)]


def lines_of(text: str) -> list[str]:
    """The lines that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def plain(text: str) -> Any:
    """A value as somebody types it: yes or no, a whole number, else words."""
    text = text.strip()
    if text in {"true", "false"}:
        return text == "true"
    if re.fullmatch(r"-?[0-9]{1,15}", text):
        return int(text)
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            return str(json.loads(text))
        except ValueError:
            return text
    return text


def typed(value: Any) -> str:
    """A value so that `plain` reads it as it was."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    odd = isinstance(value, str) and plain(text) != text
    return json.dumps(text, ensure_ascii=False) if odd else text


def is_list(of: Any) -> bool:
    """Whether the values of such pairs are several."""
    return getattr(of, "__origin__", None) in {tuple, list}


def _again(key: Key, said: Any) -> Any:
    """What is said as a form would hand it back."""
    if key.sort in {"pairs", "value"}:
        return said
    return shown(key, said)


def _same(key: Key, now: Any, before: Any) -> bool:
    if key.sort == "several":
        return set(now) == set(before)
    return bool(now == before)


def _line(typed: Any) -> Any:
    return typed if typed is None else str(typed).replace("\r\n", "\n").strip()


def _both(typed: Mapping[str, str]) -> dict[str, str]:
    zh, en = (_line(typed.get(language) or "") for language in ("zh", "en"))
    return {"en": en or zh, "zh": zh or en} if zh or en else {}


def _yes(typed: Any) -> bool:
    return typed is True or (isinstance(typed, str) and typed.lower() == "true")


def _number(typed: Any) -> Decimal | None:
    try:
        return None if typed in (None, "") else Decimal(str(typed))
    except ArithmeticError:
        return None


def _day(typed: Any) -> str | None:
    return None if typed in (None, "") else str(typed)


def _itself(typed: Any) -> Any:
    return typed


def _written(value: Any) -> Any:
    """A value as it stands in the text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    return value


_READ: dict[str, Callable[[Any], Any]] = {
    "text": _both,
    "whole": _number,
    "decimal": _number,
    "yes_no": _yes,
    "day": _day,
    "several": _itself,
    "lines": _itself,
    "pairs": _itself,
    "value": _itself,
}
