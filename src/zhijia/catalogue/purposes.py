"""What personal data is used for (`definitions/purposes/`): the texts people agree to, by version."""

from zhijia.catalogue import definitions
from zhijia.catalogue.kinds import Purpose
from zhijia.catalogue.text import Text

__all__ = ["Purpose", "all", "asked", "get", "text"]


def get(code: str) -> Purpose:
    """The purpose with today's text. Raises UnknownDefinition."""
    try:
        return definitions.load().purposes[code]
    except KeyError:
        raise definitions.UnknownDefinition(f"There is no purpose {code}.") from None


def all() -> tuple[Purpose, ...]:
    """Every purpose, by code."""
    return tuple(sorted(definitions.load().purposes.values(), key=lambda purpose: purpose.code))


def asked() -> tuple[Purpose, ...]:
    """The purposes that rest on consent and that a member's own page asks one by one (PI-01)."""
    return tuple(p for p in all() if p.basis == "consent" and p.asked_in == "register")


def text(code: str, version: int | str) -> Text:
    """The words somebody agreed to, by the version kept with the consent. Raises UnknownDefinition."""
    purpose = get(code)
    texts = {purpose.version: purpose.text} | {old.version: old.text for old in purpose.earlier}
    if int(version) not in texts:
        raise definitions.UnknownDefinition(f"The purpose {code} has no text of version {version}.")
    return texts[int(version)]
