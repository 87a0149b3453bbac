"""The words a row is found by: pairs of characters for Chinese, whole words for the rest. No dictionary, so nothing
that was written is lost and nothing has to be kept up to date (ADR 0022). Pure."""

import re
from collections.abc import Iterable

MOST = 400
"""So many words a row keeps; a long text is found by its beginning."""
LONGEST = 600
"""Characters of a text that are read."""
MOST_OF_FILE = 20_000
"""So many words are kept of a file."""
OPEN = "."
"""Stands in front of the words everybody a list is open to may find a row by."""
_RUNS = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003ffff]+|[0-9a-z]+")


def grams(text: str, longest: int | None = LONGEST) -> list[str]:
    """The words of a text, each once; of its first characters where it is `longest`. One character that stands alone is
    a word."""
    found: dict[str, None] = {}
    for run in _RUNS.findall(text[:longest].casefold()):
        if run[0] < "㐀" or len(run) == 1:
            found[run] = None
        else:
            for place in range(len(run) - 1):
                found[run[place : place + 2]] = None
    return list(found)


def of(texts: Iterable[str], shown: Iterable[str]) -> list[str]:
    """The words of a row: those of all texts its officers may find it by, and those of the texts `shown` to
    everybody."""
    found: dict[str, None] = {}
    for text in texts:
        found.update(dict.fromkeys(grams(text)))
    words = list(found)[:MOST]
    open_ones: dict[str, None] = {}
    for text in shown:
        open_ones.update(dict.fromkeys(grams(text)))
    return [*words, *(OPEN + word for word in list(open_ones)[:MOST])] if open_ones else words


def of_file(text: str, row: Iterable[str], *, shown: bool) -> list[str]:
    """The words of what a file says, with those of its row, so that a search may name words of both; `shown`: everybody
    the list is open to may find it by them."""
    found = grams(text, None)[:MOST_OF_FILE]
    return list(dict.fromkeys([*row, *found, *([OPEN + word for word in found] if shown else [])]))
