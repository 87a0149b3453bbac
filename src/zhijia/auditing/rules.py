"""How entries are drawn, by a seed anybody can draw with again, and what makes an entry worth a look. Pure.

The lot of an entry is the SHA-256 of "seed:number"; the smallest lots are drawn. So whoever has the seed, the
numbers and a tool that knows SHA-256 checks a sample without us.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

REST_DAY, SPLIT = "rest_day", "split"
PATTERNS = (REST_DAY, SPLIT)
"""What the calendar or neighbouring entries show, which no rule about one entry can say."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry or a payment that can be drawn: what it moved (fen), on which account of the chart, whether that is
    spending."""

    id: int
    day: date
    amount: int
    code: str
    spends: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """An entry that was drawn, the stratum it was drawn from, and what made it worth a look."""

    candidate: Candidate
    stratum: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """The numbers in force when a sample was drawn, in fen and days, kept with it: the limits of the bands of amounts;
    the limit payments are split under, how near to it (percent) and within how many days; which days were days of
    rest; the risks it is drawn by, each with the version of its rule; and which of the rules held for what, then."""

    bands: Sequence[int] = ()
    split_limit: int = 0
    split_percent: int = 0
    split_days: int = 0
    rest_days: Collection[date] = ()
    risks: Mapping[str, int] = field(default_factory=dict)
    declared: Mapping[int, Sequence[str]] = field(default_factory=dict)


def digest(numbers: Iterable[int], amounts: Iterable[int]) -> str:
    """The SHA-256, in hexadecimal, of "number:amount" a line each: what a population was."""
    lines = (f"{number}:{amount}\n" for number, amount in zip(numbers, amounts, strict=True))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def lot(seed: str, number: int) -> str:
    """The lot of an entry: the smaller, the earlier it is drawn."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def at_random(seed: str, candidates: Iterable[Candidate], size: int) -> list[Drawn]:
    """The `size` candidates with the smallest lots, in their order."""
    return [Drawn(one) for one in _by_lot(seed, candidates)[:size]]


def stratified(seed: str, candidates: Iterable[Candidate], size: int, bands: Sequence[int]) -> list[Drawn]:
    """As many of each stratum (account and band of amounts) as its part of the money asks for, drawn by lot; of a
    stratum at least one while there is room, the largest first."""
    strata: dict[str, list[Candidate]] = defaultdict(list)
    for one in candidates:
        strata[stratum_of(one, bands)].append(one)
    counts = shares({name: sum(one.amount for one in some) for name, some in strata.items()},
                    {name: len(some) for name, some in strata.items()}, size)  # fmt: skip
    return [
        Drawn(one, name) for name in sorted(strata) for one in _by_lot(seed, strata[name])[: counts[name]]
    ]


def by_risk(seed: str, candidates: Sequence[Candidate], size: int, terms: Terms) -> list[Drawn]:
    """The risks are the strata: of each at least one while there is room, then those with most risks; always the one
    with most of them first, then by lot. What has none is not drawn."""
    flags = flagged(candidates, terms)
    ranked = sorted(
        (one for one in candidates if flags.get(one.id)),
        key=lambda one: (-len(flags[one.id]), lot(seed, one.id)),
    )
    strata: dict[int, str] = {}
    for risk in sorted(terms.risks):
        first = next((one for one in ranked if risk in flags[one.id] and one.id not in strata), None)
        if first is not None and len(strata) < size:
            strata[first.id] = risk
    for one in ranked:
        if len(strata) < size:
            strata.setdefault(one.id, flags[one.id][0])
    return [Drawn(one, strata[one.id], flags[one.id]) for one in ranked if one.id in strata]


def stratum_of(one: Candidate, bands: Sequence[int]) -> str:
    """The account and how many limits of the bands the amount has reached: "503/2"."""
    return f"{one.code}/{sum(one.amount >= limit for limit in bands)}"


def shares(weights: Mapping[str, int], most: Mapping[str, int], size: int) -> dict[str, int]:
    """How many of each: by weight (more than nothing) with the largest remainder, ties by name; at least one each
    while there is room, and never more than there are. What one cannot take goes to the others."""
    counts = dict.fromkeys(weights, 0)
    for name in sorted(weights, key=lambda name: (-weights[name], name))[:size]:
        counts[name] = 1
    left = min(size, sum(most.values())) - sum(counts.values())
    while left > 0:
        room = [name for name in sorted(weights) if counts[name] < most[name]]
        total = sum(weights[name] for name in room)
        parts = {name: divmod(left * weights[name], total) for name in room}
        whole = {name: min(parts[name][0], most[name] - counts[name]) for name in room}
        if not any(whole.values()):
            whole = dict.fromkeys(sorted(room, key=lambda name: (-parts[name][1], name))[:left], 1)
        for name, more in whole.items():
            counts[name] += more
        left -= sum(whole.values())
    return counts


def flagged(candidates: Sequence[Candidate], terms: Terms) -> dict[int, tuple[str, ...]]:
    """What makes each worth a look, in the order of the words, of the risks that were asked for: the rules that held,
    and of spending what the calendar and its neighbours show. It says nothing about whoever entered it."""
    spending = [one for one in candidates if one.spends]
    splits = _splits(spending, terms) if SPLIT in terms.risks else set()
    rest_days = terms.rest_days if REST_DAY in terms.risks else ()
    found = {}
    for one in candidates:
        flags = set(terms.declared.get(one.id, ()))
        if one.spends and one.day in rest_days:
            flags.add(REST_DAY)
        if one.id in splits:
            flags.add(SPLIT)
        if flags:
            found[one.id] = tuple(sorted(flags))
    return found


def _splits(spending: Sequence[Candidate], terms: Terms) -> set[int]:
    """Entries just under the limit with another such one on the same account within the days: perhaps one payment that
    was split."""
    just_under: dict[str, list[Candidate]] = defaultdict(list)
    for one in sorted(spending, key=lambda one: (one.day, one.id)):
        if terms.split_limit * terms.split_percent <= one.amount * 100 and one.amount < terms.split_limit:
            just_under[one.code].append(one)
    found = set()
    for some in just_under.values():
        for earlier, later in pairwise(some):
            if later.day - earlier.day <= timedelta(days=terms.split_days):
                found.update({earlier.id, later.id})
    return found


def _by_lot(seed: str, candidates: Iterable[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda one: lot(seed, one.id))
