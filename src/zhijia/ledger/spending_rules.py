"""What is wrong with spending, in fen (DUE-14 to DUE-18). Pure: whoever calls hands the values in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

NEVER = frozenset({"cash", "shopping_card"})


@dataclass(frozen=True, slots=True)
class Got:
    """Somebody on a roster: what they get now, what they were given of the category this year before, whether they are
    a member of the union, and what they were given on the same occasion before."""

    person_id: UUID
    amount: int
    before: int = 0
    member: bool = True
    on_occasion: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """What is in force where and when it is paid: the ways it may be given, the most for a member and year and for one
    person (`capped`, `one_capped` say that there is such a limit at all; none in force means not allowed), the part of
    the participants that may win, the amount from which it is decided together, and the most for a member and the one
    `occasion`, which allows it by itself."""

    ways: frozenset[str]
    roster: bool
    capped: bool
    cap: int | None
    one_capped: bool
    each: int | None
    winners: tuple[int, int] | None
    together_from: int
    occasion: int | None = None


@dataclass(frozen=True, slots=True)
class Dues:
    """Member dues of the year, what was paid from them already, and how many times they may be made up for."""

    income: int
    used: int
    times: int

    @property
    def left(self) -> int:
        """What may still be spent: the dues, and a shortfall of at most so many times the dues (DUE-17)."""
        return max(0, self.income + self.income * self.times - self.used)


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to be spent: how much, how, on whom, how many took part, whether it was decided together and papers lie
    with it; the dues it is paid from, if it is."""

    amount: int
    way: str
    got: Sequence[Got]
    participants: int | None
    decided: bool
    papers: int
    dues: Dues | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Something about a voucher: a code of `spending_findings`, whether it stops it, by how much (fen) and for how many
    people, and the prohibition it points to."""

    code: str
    stops: bool = True
    by: int = 0
    people: int = 0
    prohibition: str = ""


def winners_allowed(participants: int, part: tuple[int, int]) -> int:
    """How many of the participants may win at most: (1, 3) is one of three."""
    return participants * part[0] // part[1]


def found(planned: Planned, limits: Limits) -> list[Found]:
    """Everything that is wrong with it, in the order in which people should read it."""
    return [
        *_way(planned, limits),
        *_roster(planned, limits),
        *_cap(planned, limits),
        *_each(planned, limits),
        *_winners(planned, limits),
        *_paid_from_dues(planned),
        *_papers(planned, limits),
    ]


def beyond_caps(planned: Planned, limits: Limits) -> list[Found]:
    """What is wrong with it for those who get it: the way, the roster, and the caps."""
    return [
        *_way(planned, limits),
        *_roster(planned, limits),
        *_cap(planned, limits),
        *_each(planned, limits),
    ]


def pointing(text: str, way: str, signs: Mapping[str, tuple[Sequence[str], Sequence[str]]]) -> list[Found]:
    """The prohibitions that words of the text, or the way, point to; of (words, ways) by prohibition. None stops it."""
    plain = text.casefold()
    return [
        Found("sign", stops=False, prohibition=prohibition)
        for prohibition, (words, ways) in signs.items()
        if way in ways or any(word.casefold() in plain for word in words)
    ]


def named_in(text: str, names: Sequence[str]) -> bool:
    """Whether one of the names stands in the text, whatever spaces lie between."""
    plain = "".join(text.split()).casefold()
    return any(len(name) > 1 and name in plain for name in ("".join(one.split()).casefold() for one in names))


def _way(planned: Planned, limits: Limits) -> list[Found]:
    if planned.way in limits.ways:
        return []
    return [Found("way_not_allowed", prohibition="extra_bonuses" if planned.way in NEVER else "")]


def _roster(planned: Planned, limits: Limits) -> list[Found]:
    if not limits.roster:
        return []
    if not planned.got:
        return [Found("nobody_named")]
    strangers = sum(not one.member for one in planned.got)
    return [Found("not_a_member", people=strangers)] if strangers else []


def _cap(planned: Planned, limits: Limits) -> list[Found]:
    if not limits.capped:
        return []
    if limits.cap is None and limits.occasion is None:
        return [Found("not_allowed_here", by=planned.amount, people=len(planned.got))]
    return [
        Found(code, by=sum(over), people=len(over), prohibition="extra_bonuses")
        for code, over in (
            ("cap_exceeded", _over(((one.before, one.amount) for one in planned.got), limits.cap)),
            (
                "occasion_exceeded",
                _over(((one.on_occasion, one.amount) for one in planned.got), limits.occasion),
            ),
        )
        if over
    ]


def _over(given: Iterable[tuple[int, int]], cap: int | None) -> list[int]:
    """By how much each goes beyond a cap, in fen, of what was given before and is given now."""
    return [] if cap is None else [before + now - cap for before, now in given if before + now > cap]


def _each(planned: Planned, limits: Limits) -> list[Found]:
    if not limits.one_capped:
        return []
    if limits.each is None:
        return [Found("not_allowed_here", by=planned.amount, people=len(planned.got))]
    over = [one.amount - limits.each for one in planned.got if one.amount > limits.each]
    return [Found("each_exceeded", by=sum(over), people=len(over))] if over else []


def _winners(planned: Planned, limits: Limits) -> list[Found]:
    if limits.winners is None:
        return []
    too_many = len(planned.got) - winners_allowed(planned.participants or 0, limits.winners)
    return [Found("too_many_winners", people=too_many)] if too_many > 0 else []


def _paid_from_dues(planned: Planned) -> list[Found]:
    if planned.dues is None or planned.amount <= planned.dues.left:
        return []
    return [Found("beyond_dues", by=planned.amount - planned.dues.left)]


def _papers(planned: Planned, limits: Limits) -> list[Found]:
    missing = [] if planned.papers else [Found("no_attachment")]
    if planned.amount >= limits.together_from and not planned.decided:
        missing.append(Found("not_decided"))
    return missing
