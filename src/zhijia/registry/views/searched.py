"""What was searched for, kept in the session under a random key: a name is personal and never stands in an address."""

from zhijia.kernel.ids import new_id
from zhijia.kernel.requests import Asked

NAMES, PAGES = "searched_names", "searched_pages"
KEPT, LONGEST = 20, 100


def keep(request: Asked, typed: str) -> str:
    """Keep it; answers the key. The oldest goes."""
    key = new_id().hex[-12:]
    names = dict(list(request.session.get(NAMES, {}).items())[-KEPT:])
    request.session[NAMES] = {**names, key: typed[:LONGEST]}
    return key


def kept(request: Asked, key: str) -> str:
    """What was kept under this key; nothing for a key nobody gave."""
    return str(request.session.get(NAMES, {}).get(key, ""))


def pages_before(request: Asked, key: str, after: str) -> int | None:
    """How many pages of this search come before the one behind `after`; None for a place nobody was shown."""
    shown: list[str] = request.session.get(PAGES, {}).get(key, [])
    if not after:
        return 0
    return shown.index(after) + 1 if after in shown else None


def go_on(request: Asked, key: str, after: str) -> None:
    """The search goes on behind this place."""
    pages: dict[str, list[str]] = dict(list(request.session.get(PAGES, {}).items())[-KEPT:])
    if after not in pages.get(key, []):
        request.session[PAGES] = {**pages, key: [*pages.get(key, []), after]}
