"""The smallest changes: by growing size over the skeleton, so that the first found is the smallest."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from itertools import combinations, product

from zhijia.rules.nearest.skeleton import Skeleton, Verdict, leaves
from zhijia.rules.nearest.together import Together

EXACT = 12
"""Up to this many clauses (or facts) somebody can change, sets of every size are looked at: the answer is exact."""

BEYOND = 3
"""Beyond, sets of up to so many; above that nothing is claimed."""

FEW = 5
"""How many sets of the smallest size are given, in the order of the rule's text."""

Change = Mapping[int, bool]
"""What clauses have to become, by their number."""


def smallest_changes(
    skeleton: Skeleton,
    verdicts: Sequence[Verdict],
    wanted: bool,
    *,
    can_become: Callable[[int, bool], bool],
    together: Together,
    comes: Callable[[Change], bool] = lambda change: True,
) -> list[Change]:
    """The smallest sets of clauses that make the rule `wanted`, none of them superfluous; at most FEW. A clause is
    changed only where it `can_become` so, only to verdicts that can stand together, and only where all of it `comes`
    about."""
    targets = _targets(skeleton, verdicts, wanted, can_become, together)
    most = len(targets) if len(targets) <= EXACT else BEYOND
    for size in range(1, most + 1):
        found: list[Change] = []
        for chosen in combinations(sorted(targets), size):
            for become in product(*(targets[clause] for clause in chosen)):
                change = dict(zip(chosen, become, strict=True))
                after = _after(verdicts, change)
                if skeleton.decide(after) is wanted and together.can_be(after) and comes(change):
                    found.append(change)
                    break
            if len(found) == FEW:
                break
        if found:
            return found
    return []


def _targets(
    skeleton: Skeleton,
    verdicts: Sequence[Verdict],
    wanted: bool,
    can_become: Callable[[int, bool], bool],
    together: Together,
) -> dict[int, tuple[bool, ...]]:
    """What each clause may be changed to: what helps, and what follows from a change of the same value."""
    helps: dict[int, set[bool]] = {}
    for clause, good in leaves(skeleton.formula):
        ways = {True, False} if good is None or clause in together.bound else {good is wanted}
        helps.setdefault(clause, set()).update(ways)
    return {
        clause: allowed
        for clause, good in helps.items()
        if (
            allowed := tuple(
                w for w in (True, False) if w in good and verdicts[clause] is not w and can_become(clause, w)
            )
        )
    }


def _after(verdicts: Sequence[Verdict], change: Change) -> list[Verdict]:
    return [change.get(number, verdict) for number, verdict in enumerate(verdicts)]


def smallest_questions(
    skeleton: Skeleton,
    verdicts: Sequence[Verdict],
    lacking: Mapping[int, frozenset[Hashable]],
    *,
    together: Together,
) -> tuple[Hashable, ...] | None:
    """The smallest set of facts that decides whatever the answers are, of those each clause lacks. Beyond EXACT facts,
    a set none of which can be left out. None where not even all of them decide."""
    facts = list(
        dict.fromkeys(fact for number in sorted(lacking) for fact in sorted(lacking[number], key=str))
    )

    def decides(asked: Sequence[Hashable]) -> bool:
        free = [number for number, facts in lacking.items() if facts and facts <= set(asked)]
        return all(verdict is not None for verdict in _outcomes(skeleton, verdicts, free, together))

    if not decides(facts):
        return None
    if len(facts) > EXACT:
        for fact in reversed(facts):
            without = [other for other in facts if other != fact]
            facts = without if decides(without) else facts
        return tuple(facts)
    return next(
        asked for size in range(len(facts) + 1) for asked in combinations(facts, size) if decides(asked)
    )


def _outcomes(
    skeleton: Skeleton, verdicts: Sequence[Verdict], free: Sequence[int], together: Together
) -> Iterator[Verdict]:
    """Every verdict there can be once these clauses are known. Beyond EXACT of them, it counts as unknown as soon as
    any other clause is."""
    if len(free) > EXACT:
        others = [
            number for number, verdict in enumerate(verdicts) if verdict is None and number not in set(free)
        ]
        yield None if others else True
        return
    for answers in product((True, False), repeat=len(free)):
        after = _after(verdicts, dict(zip(free, answers, strict=True)))
        if together.can_be(after):
            yield skeleton.decide(after)
