"""What somebody marked and wrote, as it is kept; each mistake in a sentence beside its question. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.asking import answers
from zhijia.catalogue.asking.answers import Wrong
from zhijia.catalogue.questionnaire_rules import Question, Questionnaire
from zhijia.questionnaires.rules import ABSTAIN, FOR, WAYS

Typed = Mapping[str, Sequence[str]]
"""A form as it was sent: by the name of a field what stands in it."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a poll adds to its questions: the candidates by their number, and how many may be marked."""

    numbers: Sequence[str] = ()
    seats: int = 0


@dataclass(slots=True)
class Read:
    """What was understood, and what was not."""

    answers: dict[str, Any] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)


def read(questions: Iterable[Question], typed: Typed, ballot: Ballot, *, demanding: bool = True) -> Read:
    """The answers to these questions. Of a draft (not `demanding`) what is missing is not asked for yet."""
    found = Read()
    for question in questions:
        value, words = _read(question, typed, ballot)
        if words is None and value is None and question.required and demanding:
            words = _("Please answer this question.")
        if words is not None:
            found.wrong.append(Wrong(question.name, words))
        elif value is not None:
            found.answers[question.name] = value
    return found


def typed(questions: Iterable[Question], said: Mapping[str, Any]) -> dict[str, list[str]]:
    """The answers as they stand in the fields of a form."""
    fields: dict[str, list[str]] = {}
    for question in questions:
        value = said.get(question.name)
        if isinstance(value, dict):
            fields |= {f"{question.name}.{item}": [str(one)] for item, one in value.items()}
        elif isinstance(value, list):
            fields[question.name] = [str(one) for one in value]
        elif isinstance(value, bool):
            fields[question.name] = ["yes" if value else "no"]
        elif value is not None:
            fields[question.name] = [str(value)]
    return fields


def asked(questionnaire: Questionnaire, holds: Callable[[str], bool | None]) -> list[Question]:
    """The questions that are asked, as the conditions hold of what was answered: those whose `when` says no are left
    out, those whose `when` cannot be told yet too."""
    return [question for question in questionnaire.questions if not question.when or holds(question.when)]


def _read(question: Question, typed: Typed, ballot: Ballot) -> tuple[Any, Any]:
    reader = _READERS.get(question.type)
    if reader is not None:
        return reader(question, typed, ballot)
    given = list(typed.get(question.name, ()))
    if question.type == "choices":
        value, words = answers.read(question, given, known=_nobody)
        return (value, words) if words else _within(question, value)
    return answers.read(question, given[-1] if given else "", known=_nobody)


def _nobody(_kind: str, _value: str) -> bool:
    return False


def _within(question: Question, chosen: list[str] | None) -> tuple[Any, Any]:
    """Between so few and so many of the choices."""
    many = len(chosen or ())
    if question.most is not None and many > question.most:
        return None, _("Mark at most %(most)s; you marked %(many)s.") % {"most": question.most, "many": many}
    if chosen and question.least is not None and many < question.least:
        return None, _("Mark at least %(least)s.") % {"least": question.least}
    return chosen, None


def _scale(question: Question, typed: Typed, _ballot: Ballot) -> tuple[Any, Any]:
    return _mark(question, _last(typed, question.name))


def _mark(question: Question, text: str) -> tuple[Any, Any]:
    if not text:
        return None, None
    if text.isascii() and text.isdigit() and len(text) < 4 and int(text) in question.scale:
        return int(text), None
    return None, _CHOOSE


def _matrix(question: Question, typed: Typed, _ballot: Ballot) -> tuple[Any, Any]:
    marks: dict[str, int] = {}
    for row in question.rows:
        mark, words = _mark(question, _last(typed, f"{question.name}.{row.code}"))
        if words is not None:
            return None, words
        if mark is not None:
            marks[row.code] = mark
    if marks and len(marks) < len(question.rows) and question.required:
        return None, _("Answer each of the lines.")
    return marks or None, None


def _ranking(question: Question, typed: Typed, _ballot: Ballot) -> tuple[Any, Any]:
    places = {item.code: _last(typed, f"{question.name}.{item.code}") for item in question.ranked}
    given = {code: text for code, text in places.items() if text}
    if not given:
        return None, None
    allowed = {str(place) for place in range(1, len(question.ranked) + 1)}
    if set(given.values()) - allowed or len(set(given.values())) < len(given) or len(given) < len(places):
        return None, _("Give each a place of its own: 1 for the first, 2 for the next.")
    return {code: int(text) for code, text in given.items()}, None


def _candidates(question: Question, typed: Typed, ballot: Ballot) -> tuple[Any, Any]:
    """What is said of each candidate: for, against, or nothing. No more may be marked for than there are seats."""
    begins = f"{question.name}."
    said = {name.removeprefix(begins): values for name, values in typed.items() if name.startswith(begins)}
    if set(said) - set(ballot.numbers):
        return None, _("Somebody on this ballot does not stand. Open the ballot anew.")
    if any(len(values) > 1 for values in said.values()):
        return None, _("Mark one thing only in each line.")
    marks = {number: said.get(number, [ABSTAIN])[-1] or ABSTAIN for number in ballot.numbers}
    if set(marks.values()) - set(WAYS):
        return None, _CHOOSE
    chosen = list(marks.values()).count(FOR)
    most = ballot.seats or question.most or len(ballot.numbers)
    if chosen > most:
        return None, _(
            "You marked %(chosen)s, and %(most)s can be elected. Take %(over)s off and vote again."
        ) % {"chosen": chosen, "most": most, "over": chosen - most}
    return marks, None


def _last(typed: Typed, name: str) -> str:
    given = typed.get(name, ())
    return str(given[-1]).strip() if given else ""


_CHOOSE = _("Choose one of the list.")
_READERS: dict[str, Callable[[Question, Typed, Ballot], tuple[Any, Any]]] = {
    "scale": _scale,
    "matrix": _matrix,
    "ranking": _ranking,
    "candidates": _candidates,
}
