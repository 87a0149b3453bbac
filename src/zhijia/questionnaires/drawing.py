"""A question as its form is drawn: the fields by name, what stands in them, and what is wrong."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.questionnaire_rules import Question, Questionnaire
from zhijia.questionnaires.models import Candidate
from zhijia.questionnaires.reading import Typed
from zhijia.questionnaires.rules import ABSTAIN, AGAINST, FOR

WORDS = {FOR: _("Agree"), AGAINST: _("Against"), ABSTAIN: _("Abstain")}
KINDS = {"choice": "radio", "yes_no": "radio", "scale": "radio", "choices": "checkbox"}


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose."""

    value: str
    words: Any
    chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a question: its name, its words where the question has several, and what can be chosen."""

    name: str
    words: Any
    about: str
    options: Sequence[Option]
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question with its lines. `kind` is how each of them is answered. `depends`: not everybody is asked; then `only`
    says with which answers, for script, and `unless` for people: each question with the answers that lead here."""

    question: Question
    kind: str
    lines: Sequence[Line]
    wrong: Any = None
    depends: bool = False
    only: str = ""
    unless: Sequence[tuple[Any, str]] = ()


def drawn(question: Question, typed: Typed, candidates: Sequence[Candidate], wrong: Any = None) -> Drawn:
    """The question as it is asked, with what was typed."""
    name = question.name
    kind = KINDS.get(question.type, "radio")
    if question.type == "candidates":
        lines = [
            _line(
                f"{name}.{row.number}",
                f"{row.number}. {row.called}",
                list(WORDS.items()),
                typed,
                row.about,
                ABSTAIN,
            )
            for row in candidates
        ]
        return Drawn(question, "marks", lines, wrong)
    if question.type == "matrix":
        marks = [(str(mark), str(mark)) for mark in question.scale]
        return Drawn(
            question,
            "scale",
            [_line(f"{name}.{row.code}", row.label, marks, typed) for row in question.rows],
            wrong,
        )
    if question.type == "ranking":
        places = [(str(place), str(place)) for place in range(1, len(question.ranked) + 1)]
        lines = [_line(f"{name}.{item.code}", item.label, places, typed) for item in question.ranked]
        return Drawn(question, "select", lines, wrong)
    if question.type == "scale":
        return Drawn(
            question, "scale", [_line(name, "", [(str(m), str(m)) for m in question.scale], typed)], wrong
        )
    if question.type == "yes_no":
        return Drawn(question, kind, [_line(name, "", [("yes", _("Yes")), ("no", _("No"))], typed)], wrong)
    if question.choices:
        offered = [(choice.code, choice.label) for choice in question.choices]
        return Drawn(question, kind, [_line(name, "", offered, typed)], wrong)
    return Drawn(question, question.type, [_line(name, "", [], typed)], wrong)


def depending(one: Drawn, asked: Questionnaire, only: Mapping[str, Sequence[Any]] | None) -> Drawn:
    """The question with the answers to others that lead to it (`branching.only_with`)."""
    if only is None:
        return replace(one, depends=True)
    if not only:
        return one
    fields = {name: [_field(value) for value in values] for name, values in only.items()}
    unless = []
    for name, values in fields.items():
        offered = {
            option.value: str(option.words) for option in drawn(asked.by_name[name], {}, []).lines[0].options
        }
        unless.append((asked.by_name[name].label, _("” or “").join(offered[value] for value in values)))
    return replace(one, depends=True, only=json.dumps(fields), unless=unless)


def _field(value: Any) -> str:
    """An answer as it stands in the field of a form."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _line(
    name: str, words: Any, offered: Sequence[tuple[str, Any]], typed: Typed, about: str = "", first: str = ""
) -> Line:
    given = list(typed.get(name, ())) or ([first] if first else [])
    options = [Option(value, label, value in given) for value, label in offered]
    return Line(name, words, about, options, given[-1] if given and not offered else "")
