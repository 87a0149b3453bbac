"""What can go wrong in a sentence: every refusal is an answer the reader can act on."""

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """A rule said no. `code` is stable and English; `message` is a lazy translated sentence that says
    what happened, why, by how much and what to do now. Views show it; the API answers 409 or 422 with it."""

    def __init__(self, code: str, message: Any, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.details: Mapping[str, Any] = details

    def __str__(self) -> str:
        return str(self.message)


class NotForYou(Refusal):
    """This actor may not do this. The edge answers 404 where a record is named, 403 elsewhere,
    and the refusal goes on the trail after the transaction has ended."""


class NeedsStepUp(NotForYou):
    """Allowed, once the password (and the second factor of staff) has been given again."""


class TooMany(Refusal):
    """A rate limit was reached; `details["retry_after"]` is in seconds. The edge answers 429."""
