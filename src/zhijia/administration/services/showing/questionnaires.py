"""A questionnaire shown before it is published: its pages, each asked as the answers so far lead to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhijia.catalogue.questionnaire_rules import Question, Questionnaire
from zhijia.questionnaires import branching, reading
from zhijia.questionnaires.models import Candidate
from zhijia.questionnaires.reading import Ballot, Read, Typed

STANDING = 3
"""Made-up candidates on a ballot that is only looked at."""


@dataclass(frozen=True, slots=True)
class Turned:
    """A page that is asked now: its questions and number, how many there are, what was answered on those before, and
    what is wrong with what was typed on it; no questions once all are answered."""

    questions: tuple[Question, ...]
    page: int
    pages: int
    said: Mapping[str, Any]
    wrong: Sequence[Any] = ()


def candidates() -> list[Candidate]:
    """People who stand on a ballot that is only looked at: they are nobody."""
    return [Candidate(number=number, name="〇〇〇") for number in range(1, STANDING + 1)]


def turn(asked: Questionnaire, typed: Typed, page: int, *, on: date, division: str) -> Turned:
    """The next page after this one (0: the first), given all that was typed; the same again where something on it is
    wrong, or where it grew by what was answered on it."""

    def asking(said: Mapping[str, Any]) -> list[tuple[Question, ...]]:
        if not any(question.when for question in asked.questions) and not asked.is_counted:
            return list(asked.blocks)
        return branching.pages(asked, said, day=on, division=division)

    ballot = Ballot([str(one.number) for one in candidates()] if asked.candidates else ())
    said: dict[str, Any] = {}
    pages = asking(said)
    for number in range(page):
        if number >= len(pages):
            break
        there = pages[number]
        read: Read = reading.read(there, typed, ballot)
        said |= read.answers
        if read.wrong:
            return Turned(there, number + 1, len(pages), said, read.wrong)
        pages = asking(said)
        if set(pages[number]) - set(there):
            return Turned(pages[number], number + 1, len(pages), said)
    questions = pages[page] if page < len(pages) else ()
    return Turned(questions, min(page, len(pages)) + 1, len(pages), said)
