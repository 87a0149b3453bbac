"""The kinds of messages (`definitions/notices/`): their words and their off switch."""

import json
from collections.abc import Mapping
from datetime import date, datetime

from zhijia.catalogue import codes, definitions, fields
from zhijia.catalogue.kinds import Notice
from zhijia.catalogue.text import Text
from zhijia.ui.templatetags import ui

__all__ = ["Notice", "all", "body", "both", "get", "kept", "reason", "title"]


def get(code: str) -> Notice:
    """The kind of message. Raises UnknownDefinition."""
    try:
        return definitions.load().notices[code]
    except KeyError:
        raise definitions.UnknownDefinition(f"There is no kind of message {code}.") from None


def all() -> tuple[Notice, ...]:
    """Every kind of message, by code."""
    return tuple(sorted(definitions.load().notices.values(), key=lambda notice: notice.code))


def kept(code: str, values: Mapping[str, object]) -> dict[str, str]:
    """The values of a message as they are stored, a day and a moment by ISO 8601. Raises ValueError when they are not
    exactly those that the kind declares."""
    declared = get(code).values
    if set(values) != set(declared):
        raise ValueError(f"{code} takes the values {', '.join(declared) or 'none'}")
    return {name: _stored(declared[name], value) for name, value in values.items()}


def title(code: str, values: Mapping[str, str]) -> str:
    """The message's title in the active language, its placeholders filled."""
    return _filled(get(code).title, get(code), values)


def body(code: str, values: Mapping[str, str]) -> str:
    """The message's text in the active language, its placeholders filled."""
    return _filled(get(code).body, get(code), values)


def reason(code: str, values: Mapping[str, str]) -> str:
    """Why somebody gets the message, in the active language, its placeholders filled."""
    return _filled(get(code).reason, get(code), values)


def both(text: Text) -> str:
    """A text of a definition as a value of the kind `both`: read in the reader's language."""
    return json.dumps({"en": text.en, "zh": text.zh}, ensure_ascii=False)


def _filled(text: Text, notice: Notice, values: Mapping[str, str]) -> str:
    return str(text).format(
        **{name: _shown(how, values.get(name, "")) for name, how in notice.values.items()}
    )


def _stored(how: str, value: object) -> str:
    if how == "day":
        return date.fromisoformat(str(value)).isoformat()
    if how == "moment":
        return datetime.fromisoformat(str(value)).isoformat()
    return str(value)


def _shown(how: str, value: str) -> str:
    if how == "text" or not value:
        return value
    if how == "day":
        return ui.day(date.fromisoformat(value))
    if how == "moment":
        return ui.moment(datetime.fromisoformat(value))
    if how == "both":
        return str(Text(**json.loads(value)))
    return str(fields.get(value).label) if how == "field" else codes.label(how, value)
