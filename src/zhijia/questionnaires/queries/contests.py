"""A contest as those who hold it see it: how many, and never who."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from zhijia.catalogue import parameters
from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.kernel import days, rows
from zhijia.questionnaires.models import Poll
from zhijia.questionnaires.rules import GRACE, hidden_apart

SMALL = "questionnaires.small_cell"


@dataclass(frozen=True, slots=True)
class Contest:
    """How many entered, how many of them handed in, and how many of those passed: said once it is `over` and
    nobody's answers count any more (who looks before and after somebody hands in would read how they did), and not
    where it would tell of few people. Practice counts nowhere."""

    entered: int
    handed_in: int
    passed: int | None
    over: bool


def of(poll: Poll, asked: Questionnaire, *, division: str, at: datetime) -> Contest | None:
    """The figures of a quiz, for whoever keeps it; none of anything else."""
    if asked.contest is None:
        return None
    day = days.business_day(at)
    part, whole = parameters.value(asked.contest.passes, division=division, day=day)
    entered, handed_in, passed = rows.run(
        "SELECT * FROM questionnaires_contest(%s::int, %s::int, %s::int)", [poll.pk, int(part), int(whole)]
    )[0]
    least = int(parameters.value(SMALL, division=division, day=day))
    (covered,) = hidden_apart([passed], handed_in, least)
    over = at > _last(poll, asked.contest.minutes, division)
    return Contest(entered, handed_in, passed if over and not covered else None, over)


def _last(poll: Poll, allowed: str, division: str) -> datetime:
    """The moment up to which the answers count of whoever entered last."""
    minutes = parameters.value(allowed, division=division, day=days.business_day(poll.closes_at))
    return poll.closes_at + timedelta(minutes=minutes) + GRACE
