"""What follows from what a bank says, and what has to be looked at before money goes. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MOVES: Mapping[tuple[str, str], str] = {
    ("sending", "paid"): "paid",
    ("sending", "failed"): "failed",
    ("sending", "returned"): "returned",
    ("sending", "accepted"): "sending",
    ("sending", "not_found"): "unknown",
    ("unknown", "paid"): "paid",
    ("unknown", "failed"): "failed",
    ("unknown", "returned"): "returned",
    ("unknown", "accepted"): "unknown",
    ("unknown", "not_found"): "unknown",
    ("failed", "paid"): "paid",
    ("paid", "returned"): "returned",
}
"""Where a payment goes from a state by what the bank says. Anything else (a word that came late, twice or out of order)
changes nothing."""


def after(state: str, said: str) -> str | None:
    """The state after the bank has said this; none where it changes nothing."""
    return MOVES.get((state, said))


@dataclass(frozen=True, slots=True)
class Going:
    """A payment as it would go: its number, to whom, and the keyed digest of the account."""

    payment_id: int
    name: str
    account_key: str


def shared(going: Iterable[Going]) -> set[int]:
    """The payments that go to an account to which another name is paid too: two people with one account are kin, a
    mistake, or worse."""
    names: dict[str, set[str]] = defaultdict(set)
    some = list(going)
    for one in some:
        names[one.account_key].add(one.name)
    return {one.payment_id for one in some if len(names[one.account_key]) > 1}


def same_name(one: str, other: str) -> bool:
    """Whether two names are one: spaces and the dots in names of minorities are written in several ways."""
    return _bare(one) == _bare(other)


def _bare(name: str) -> str:
    return "".join(letter for letter in name if letter.isalnum()).casefold()
