"""Who stood for a committee, as the minutes list them: a line each with name or member number, post and votes. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.errors import Refusal

_BETWEEN = re.compile(r"[\s,，、;；]+")
_MEMBER_NUMBER = re.compile(r"[0-9]{20}")
MOST = 200
"""More lines than any committee has candidates."""


@dataclass(frozen=True, slots=True)
class Stood:
    """A line of the list: who, for which post (a code), with how many votes."""

    who: str
    post: str
    votes: int

    @property
    def is_number(self) -> bool:
        """Whether they are named by their member number."""
        return _MEMBER_NUMBER.fullmatch(self.who) is not None


def read(text: str, *, post_of: Callable[[str], str | None]) -> list[Stood]:
    """The lines of the list. `post_of` gives the code of a post as people write it. Raises Refusal for the first line
    that cannot be read, and for an empty or endless list."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not 0 < len(lines) <= MOST:
        raise Refusal(
            "committee_empty", _("Write who stood, one line each, at most %(most)d.") % {"most": MOST}
        )
    return [_line(number, line, post_of) for number, line in enumerate(lines, start=1)]


def _line(number: int, line: str, post_of: Callable[[str], str | None]) -> Stood:
    parts = _BETWEEN.split(line)
    post = post_of(parts[1]) if len(parts) == 3 else None
    votes = parts[2].removesuffix("票") if len(parts) == 3 else ""
    if post is None or not re.fullmatch(r"[0-9]{1,6}", votes):
        raise Refusal(
            "committee_line",
            _("Line %(number)d: write name or member number, post and votes, for example: 王建国 主席 30.")
            % {"number": number},
        )
    return Stood(parts[0], post, int(votes))
