"""The arithmetic of questionnaires: what a ballot says line by line, who is elected, what is shown. Values in,
values out; anybody can do it again with a pencil, or with `static/questionnaires/recount.py`."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from zhijia.registry.term_rules import Share, elected, quorum_met, votes_needed

FOR, AGAINST, ABSTAIN = "for", "against", "abstain"
WAYS = (FOR, AGAINST, ABSTAIN)
"""What a voter says of a candidate; a line left empty abstains."""
Line = tuple[str, str, str]
"""One line of a ballot: the question, what of it (a candidate's number, a row), what was said."""
GRACE = timedelta(seconds=30)
"""What the way of a quiz's form through the net may take."""
BY_SLIP = ""
"""What a closed ballot says beside its answers where it came by a slip. No question has this name."""
One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Stands:
    """Whether a ballot stands (ORG-09, WC-03): who came of whom, how many had to come, how many votes it takes."""

    entitled: int
    attended: int
    quorum: bool
    needed: int


@dataclass(frozen=True, slots=True)
class Elected:
    """Who is elected, by candidate: those with enough votes, the most votes first. Those in `tied` had the same votes
    for the last seats; `drawn` says that a draw decided between them."""

    elected: tuple[str, ...]
    tied: tuple[str, ...] = ()
    drawn: bool = False


def lines(answers: Mapping[str, Any]) -> Iterator[Line]:
    """A ballot cut into its lines: nobody can tell any more which of them stood on one paper."""
    for question, said in answers.items():
        if isinstance(said, dict):
            yield from ((question, str(item), str(way)) for item, way in said.items())
        elif isinstance(said, list):
            yield from ((question, str(choice), "yes") for choice in said)
        elif said is not None:
            yield (question, "", _word(said))


def added(counted: Iterable[Line], paper: Mapping[str, Mapping[str, Mapping[str, int]]]) -> Counter[Line]:
    """How often each line was said, on screen and on paper (question, item, what was said, how often)."""
    counts = Counter(counted)
    for question, items in paper.items():
        for item, said in items.items():
            for way, many in said.items():
                counts[question, item, way] += many
    return counts


def stands(*, entitled: int, attended: int, quorum: Share, majority: Share, of: str) -> Stands:
    """Whether so many of those entitled came that the ballot stands, and how many votes decide: more than the share of
    those entitled (ORG-09), or of those who voted where the rule says so."""
    base = entitled if of == "entitled" else attended
    return Stands(
        entitled=entitled,
        attended=attended,
        quorum=quorum_met(entitled=entitled, attended=attended, share=quorum),
        needed=votes_needed(entitled=base, share=majority),
    )


def won(votes: Mapping[str, int], *, seats: int, needed: int, draw: str = "") -> Elected:
    """Who has the seats. A tie for the last of them elects none of those who tie, unless there is a `draw`: then the
    lowest SHA-256 of "draw:candidate" wins, which nobody can know before the ballots are published."""
    names = list(votes)
    flags = elected([votes[name] for name in names], seats=seats, needed=needed)
    chosen = [name for name, flag in zip(names, flags, strict=True) if flag]
    enough = [name for name in names if votes[name] >= needed]
    if len(chosen) == len(enough):
        return Elected(_by_votes(chosen, votes))
    border = max(votes[name] for name in enough if name not in chosen)
    tied = [name for name in enough if votes[name] == border and name not in chosen]
    if not draw:
        return Elected(_by_votes(chosen, votes), tuple(tied))
    lucky = drawn(tied, draw)[: seats - len(chosen)]
    return Elected(_by_votes([*chosen, *lucky], votes), tuple(tied), drawn=True)


def drawn(things: Iterable[One], seed: str) -> list[One]:
    """The things in the order a seed draws them: by the SHA-256 of "seed:thing"."""
    return sorted(things, key=lambda thing: hashlib.sha256(f"{seed}:{thing}".encode()).hexdigest())


def hidden(counts: Sequence[int], least: int) -> list[bool]:
    """Which cells of a whole are not shown: those of 1 to `least` - 1; and, as long as the sum of all tells what the
    covered ones are, or that few people are in them together, the next smallest too. Where that is not enough, all:
    cells with nobody in them point at the one that is covered."""
    covered = [0 < count < least for count in counts]
    shown = [place for place, count in enumerate(counts) if count and not covered[place]]
    for place in sorted(shown, key=lambda place: counts[place]):
        if not _tell(counts, covered, least):
            break
        covered[place] = True
    return [True] * len(counts) if _tell(counts, covered, least) else covered


def _tell(counts: Sequence[int], covered: Sequence[bool], least: int) -> bool:
    """Whether the sum tells what the covered cells are."""
    left = [count for count, cover in zip(counts, covered, strict=True) if cover]
    return bool(left) and _tells(left, least)


def _tells(small: Sequence[int], least: int) -> bool:
    """Whether somebody who knows the sum of these cells, each of 1 to `least` - 1 or one above, knows too much."""
    total, many = sum(small), len(small)
    return many == 1 or total < least or total in {many, many * (least - 1)}


def hidden_apart(counts: Sequence[int], of: int, least: int) -> list[bool]:
    """Which cells are not shown where each stands by itself, some of `of` people: few who said it, or few who did
    not."""
    return [0 < count < least or 0 < of - count < least for count in counts]


def agree(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    """The fields in which two counts of the papers differ."""
    names = sorted({*first, *second})
    return [name for name in names if (first.get(name) or 0) != (second.get(name) or 0)]


def published(counted: Sequence[tuple[str, str, str, str]]) -> str:
    """The ballots as everybody may have them: a line each, id, question, item, said, in the order of the ids. Its
    SHA-256 in UTF-8 is the poll's digest."""
    return "".join(",".join(row) + "\n" for row in [("id", "question", "item", "said"), *sorted(counted)])


def digest(text: str) -> str:
    """SHA-256 of the published ballots: a stranger's tools know it."""
    return hashlib.sha256(text.encode()).hexdigest()


def points(right: Mapping[str, Sequence[str]], worth: Mapping[str, int], said: Mapping[str, Any]) -> int:
    """The points of a try: those of each question whose right choices, and no others, were chosen."""
    return sum(worth[name] for name, choices in right.items() if _chosen(said.get(name)) == set(choices))


def _chosen(said: Any) -> set[str]:
    if isinstance(said, list):
        return {str(one) for one in said}
    return set() if said is None else {_word(said)}


def _by_votes(names: Iterable[str], votes: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: -votes[name]))


def _word(said: Any) -> str:
    return ("yes" if said else "no") if isinstance(said, bool) else str(said)
