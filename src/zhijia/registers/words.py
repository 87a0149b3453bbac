"""The words a row is found by: pairs of characters for Chinese, whole words for the rest. No dictionary, so nothing
that was written is lost and nothing has to be kept up to date (ADR 0022). Pure."""

import re
from collections.abc import Iterable

MOST = 400
"""So many words a row keeps; a long text is found by its beginning."""
LONGEST = 600
"""Characters of a text that are read."""
OPEN = "."
"""Stands in front of the words everybody a list is open to may find a row by."""
_RUNS = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003ffff]+|[0-9a-z]+")


def grams(text: str) -> list[str]:
    """The words of a text, each once. One character that stands alone is a word."""
    found: dict[str, None] = {}
    for run in _RUNS.findall(text[:LONGEST].casefold()):
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
