"""The kinds of messages (`definitions/notices/`): their words, their reason, their off switch."""

from zhijia.catalogue import definitions
from zhijia.catalogue.kinds import Notice

__all__ = ["Notice", "all", "get"]


def get(code: str) -> Notice:
    """The kind of message. Raises UnknownDefinition."""
    try:
        return definitions.load().notices[code]
    except KeyError:
        raise definitions.UnknownDefinition(f"There is no kind of message {code}.") from None


def all() -> tuple[Notice, ...]:
    """Every kind of message, by code."""
    return tuple(sorted(definitions.load().notices.values(), key=lambda notice: notice.code))
