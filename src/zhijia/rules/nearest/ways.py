"""How a change comes about: what somebody can put right at once, and what only the days bring."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zhijia.rules.nearest.searching import Change
from zhijia.rules.nearest.seeing import can_be_changed
from zhijia.rules.nearest.skeleton import Skeleton, Verdict
from zhijia.rules.nearest.together import Together
from zhijia.rules.nearest.waiting import Waiting


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways to the wanted verdict. What nobody can change comes by waiting, all of it on one and the same day, on
    which the rule then says so: another clause may have turned meanwhile."""

    skeleton: Skeleton
    verdicts: Sequence[Verdict]
    wanted: bool
    together: Together
    waiting: Waiting

    def open(self, number: int, wanted: bool) -> bool:
        """Whether the clause can become so: somebody changes it, or some day does."""
        return self._changeable(number) or self.waiting.first(lambda then: then[number] is wanted) is not None

    def comes(self, change: Change) -> bool:
        """Whether all of the change can be so at once, now or some day."""
        fixed = [number for number in change if not self._changeable(number)]
        return not fixed or self._first(change, fixed) is not None

    def days(self, change: Change, number: int) -> int | None:
        """After how many days this clause of the change is so by itself, and the rule says as wanted once the others
        are; none where it never is."""
        if number not in self.waiting.bound:
            return None
        fixed = [one for one in change if not self._changeable(one)]
        return self._first(change, {*fixed, number})

    def _first(self, change: Change, by_itself: Iterable[int]) -> int | None:
        waited = tuple(by_itself)

        def so(then: Sequence[Verdict]) -> bool:
            if any(then[number] is not change[number] for number in waited):
                return False
            after = [change.get(number, verdict) for number, verdict in enumerate(then)]
            return self.skeleton.decide(after) is self.wanted and self.together.can_be(after)

        return self.waiting.first(so)

    def _changeable(self, number: int) -> bool:
        return can_be_changed(self.skeleton.clauses[number])
