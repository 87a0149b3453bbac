"""The result of a poll as people read it: each question with its counts, who is elected, what passed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from zhijia.catalogue import codes, parameters
from zhijia.catalogue.questionnaire_rules import Question, Questionnaire
from zhijia.questionnaires.models import Candidate, Poll, Strip
from zhijia.questionnaires.rules import ABSTAIN, AGAINST, FOR, hidden, hidden_apart
from zhijia.ui.charts import Bar, Chart

PAGE = 5_000
Lines = Mapping[tuple[str, str, str], int]


@dataclass(frozen=True, slots=True)
class Stood:
    """A candidate with their votes. `elected` is None where nothing is decided."""

    row: Candidate
    votes: int
    against: int
    abstained: int
    elected: bool | None
    tied: bool


@dataclass(slots=True)
class Part:
    """One question: the candidates, or its counts as a chart; `passed` where it was a motion."""

    question: Question
    stood: Sequence[Stood] = ()
    charts: list[Chart] = field(default_factory=list)
    passed: bool | None = None
    covered: bool = False
    texts: Sequence[str] = ()


def parts(poll: Poll, asked: Questionnaire, *, day: date, texts: bool = False) -> list[Part]:
    """The questions with what was counted; small cells of what was no decision are covered."""
    counts: Lines = {(q, item, said): many for q, item, said, many in poll.result.get("lines", ())}
    least = parameters.value(asked.small, day=day) if asked.small and asked.sort != "vote" else 0
    return [_part(poll, question, counts, least, texts) for question in asked.questions]


def strips(poll: Poll) -> Iterator[tuple[str, str, str, str]]:
    """The published ballots, line by line in the order of their random ids, a few thousand at a time."""
    after: UUID | None = None
    while True:
        rows = Strip.objects.filter(poll=poll, open=True).order_by("id")
        found = list(
            (rows.filter(id__gt=after) if after else rows).values_list("id", "question", "item", "said")[
                :PAGE
            ]
        )
        yield from ((str(key), question, item, said) for key, question, item, said in found)
        if len(found) < PAGE:
            return
        after = found[-1][0]


def as_data(poll: Poll, asked: Questionnaire) -> dict[str, Any]:
    """What a stranger's program needs beside the ballots to count them anew."""
    said = {key: value for key, value in poll.result.items() if key != "lines"}
    numbers = [str(number) for number in poll.candidates.order_by("number").values_list("number", flat=True)]
    questions = [
        {
            "name": one.name,
            "type": one.type,
            "passes": one.passes,
            "candidates": numbers if one == asked.candidates else [],
        }
        for one in asked.questions
    ]
    about = {"title": poll.title, "entitled": poll.entitled, "cast": poll.cast, "seats": poll.seats}
    return {**about, "sha256": poll.digest, "questions": questions, **said}


def _part(poll: Poll, question: Question, counts: Lines, least: int, texts: bool) -> Part:
    part = Part(question)
    said = poll.result.get("decided", {}).get(question.name)
    if question.type == "candidates":
        part.stood = _stood(poll, question, counts, said)
    elif question.type in {"text", "long_text"}:
        rows = Strip.objects.filter(poll=poll, question=question.name).order_by("id")
        part.texts = list(rows.values_list("said", flat=True)[:PAGE]) if texts else ()
    else:
        for item, title, offered in _cells(question):
            values = [counts.get((question.name, *one), 0) for one, _words in offered]
            cover = _covered(question, values, poll.cast or 0, least)
            part.covered = part.covered or any(cover)
            bars = [
                Bar(
                    words,
                    0 if covered else value,
                    _("not shown") if covered else f"{value:,}",
                )
                for (_one, words), value, covered in zip(offered, values, cover, strict=True)
            ]
            part.charts.append(Chart(title if item else "", _("answers"), bars))
    part.passed = said["passed"] if said and "passed" in said else None
    return part


def _covered(question: Question, values: Sequence[int], cast: int, least: int) -> list[bool]:
    """The cells of a chart that are not shown. Choices of several do not add up to a whole."""
    if not least:
        return [False] * len(values)
    return hidden_apart(values, cast, least) if question.type == "choices" else hidden(values, least)


def _stood(poll: Poll, question: Question, counts: Lines, said: Mapping[str, Any] | None) -> list[Stood]:
    def votes(number: int, way: str) -> int:
        return counts.get((question.name, str(number), way), 0)

    tied = said["tied"] if said else ()
    rows = [
        Stood(
            row, votes(row.number, FOR), votes(row.number, AGAINST), votes(row.number, ABSTAIN),
            str(row.number) in said["elected"] if said else None, str(row.number) in tied,
        )
        for row in poll.candidates.order_by("number")
    ]  # fmt: skip
    return sorted(rows, key=lambda stood: (-stood.votes, stood.row.number))


def _cells(question: Question) -> Iterator[tuple[str, Any, list[tuple[tuple[str, str], Any]]]]:
    """The charts of a question: (item, title, [((item, said), words)])."""
    if question.type == "choices":
        yield "", "", [((choice.code, "yes"), choice.label) for choice in question.choices]
    elif question.type == "choice":
        yield "", "", [(("", choice.code), choice.label) for choice in question.choices]
    elif question.type == "yes_no":
        yield "", "", [(("", "yes"), _("Yes")), (("", "no"), _("No"))]
    elif question.type == "scale":
        yield "", "", [(("", str(mark)), _mark(question, mark)) for mark in question.scale]
    elif question.type == "matrix":
        for row in question.rows:
            yield (
                row.code,
                row.label,
                [((row.code, str(mark)), _mark(question, mark)) for mark in question.scale],
            )
    elif question.type == "ranking":
        places = range(1, len(question.ranked) + 1)
        for item in question.ranked:
            yield item.code, item.label, [((item.code, str(n)), _("place %(n)s") % {"n": n}) for n in places]


def _mark(question: Question, mark: int) -> str:
    """A mark with the words of the scale's end, where it is one."""
    ends = {question.scale[0]: question.low, question.scale[-1]: question.high}
    return f"{mark} {ends[mark]}" if ends.get(mark) else str(mark)


def state_words(poll: Poll) -> str:
    """The state of a poll in a word."""
    return str(codes.label("poll_states", poll.state))
