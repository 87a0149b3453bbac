"""The data standard of the platform: the dictionary of elements and its code lists under one version.

The version names itself: the day the newest definition was decided and a digest of everything published, as
2026.11.21-3fa9c1d2. What is published is plain data (`content`), so that an edition that was kept reads the same
after the definitions have moved on.
"""

import hashlib
import json
from functools import lru_cache
from typing import Any

from zhijia.catalogue import definitions
from zhijia.catalogue.element_rules import Element
from zhijia.catalogue.kinds import CodeList
from zhijia.catalogue.text import Text

Content = dict[str, Any]
SHOWN = 8
"""Hexadecimal digits of the digest in a version."""


def version() -> str:
    """The version of the definitions in force."""
    return str(content()["version"])


def content() -> Content:
    """Everything published: elements by number, and the code lists they use. Made once for a set of definitions;
    not to be changed."""
    return _content(id(definitions.load()))


def element(code: str) -> Element:
    """The element of this code. Raises UnknownDefinition."""
    try:
        return definitions.load().elements[code]
    except KeyError:
        raise definitions.UnknownDefinition(f"There is no element {code}.") from None


def elements() -> list[Element]:
    """Every element, by number."""
    return sorted(definitions.load().elements.values(), key=lambda one: one.number)


def lists() -> list[CodeList]:
    """The code lists the elements use, by code."""
    used = {column.code_list for one in elements() for column in one.columns if column.code_list}
    return [definitions.load().codes[code] for code in sorted(used)]


def held_in() -> dict[str, list[str]]:
    """The elements that lie at each place of ours ("table.column", "vault:kind", "facts:kind")."""
    places: dict[str, list[str]] = {}
    for one in elements():
        for column in one.columns:
            for place in column.held_in:
                places.setdefault(place, []).append(one.code)
    return places


@lru_cache(maxsize=2)
def _content(library: int) -> Content:
    issued = max([one.issued for one in elements()] + [one.issued for one in lists()])
    published = {
        "elements": [_element(one) for one in elements()],
        "code_lists": {one.code: _list(one) for one in lists()},
    }
    digest = hashlib.sha256(json.dumps(published, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    named = f"{issued.year}.{issued.month}.{issued.day}-{digest[:SHOWN]}"
    return {"version": named, "issued": issued.isoformat(), "digest": digest, **published}


def _element(one: Element) -> Content:
    purpose = definitions.load().purposes.get(one.purpose)
    return {
        "number": one.number,
        "code": one.code,
        "subject": one.subject,
        "label": _words(one.label),
        "format": _words(one.format),
        "obligation": one.obligation,
        "sensitivity": one.sensitivity,
        "purpose": {"code": one.purpose, "label": _words(purpose.label) if purpose else None},
        "held": one.held,
        "why": _words(one.why) if one.why else None,
        "many": one.many,
        "anhui_code": one.anhui_code,
        "version": one.version,
        "source": one.source,
        "confidence": one.confidence,
        "columns": [column.model_dump(mode="json") for column in one.columns],
    }


def _list(one: CodeList) -> Content:
    return {
        "label": _words(one.label),
        "version": one.version,
        "source": one.source,
        "confidence": one.confidence,
        "outside": one.outside.model_dump() if one.outside else None,
        "options": [
            {
                "code": option.code,
                "label": _words(option.label),
                "from": option.since.isoformat() if option.since.year > 1 else "",
                "to": option.until.isoformat() if option.until else "",
            }
            for option in one.options
        ],
    }


def _words(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}
