"""A contest as those who hold it see it: how many, and never who."""

from dataclasses import dataclass
from datetime import date

from zhijia.catalogue import parameters
from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.kernel import rows
from zhijia.questionnaires.models import Poll
from zhijia.questionnaires.rules import hidden_apart

SMALL = "questionnaires.small_cell"


@dataclass(frozen=True, slots=True)
class Contest:
    """How many entered, how many of them handed in, and how many of those passed; none where that would tell of few
    people. Practice counts nowhere."""

    entered: int
    handed_in: int
    passed: int | None


def of(poll: Poll, asked: Questionnaire, *, division: str, day: date) -> Contest | None:
    """The figures of a quiz, for whoever keeps it; none of anything else."""
    if asked.contest is None:
        return None
    part, whole = parameters.value(asked.contest.passes, division=division, day=day)
    entered, handed_in, passed = rows.run(
        "SELECT * FROM questionnaires_contest(%s::int, %s::int, %s::int)", [poll.pk, int(part), int(whole)]
    )[0]
    least = int(parameters.value(SMALL, division=division, day=day))
    (covered,) = hidden_apart([passed], handed_in, least)
    return Contest(entered, handed_in, None if covered else passed)
