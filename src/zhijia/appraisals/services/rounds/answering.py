"""What a nomination answers: read from what was typed, with its files, and shown again."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Q

from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Clearance, Judge, Nomination
from zhijia.audit.services import Place
from zhijia.catalogue import codes, divisions
from zhijia.catalogue.asking import answers
from zhijia.catalogue.asking.answers import Wrong
from zhijia.catalogue.round_rules import Question
from zhijia.catalogue.round_rules import Round as Definition
from zhijia.files import services as files
from zhijia.files.models import StoredFile
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry import access
from zhijia.ui.templatetags.ui import day as day_words
from zhijia.ui.templatetags.ui import money

FILES = "appraisals.nomination"
"""The owner of the files of nominations and of what outside offices answered; `owner_id` is the nomination's id."""
MOST_FILES = 6


def read(asked: Definition, typed: Mapping[str, Any], *, on: date) -> tuple[dict[str, Any], list[Wrong]]:
    """(the values of what was typed, none where it was emptied; the mistakes)."""

    def known(kind: str, value: str) -> bool:
        if kind == "division":
            return value.isdecimal() and divisions.get(value) is not None
        return codes.holds(kind, value, on)

    values: dict[str, Any] = {}
    wrong: list[Wrong] = []
    for question in asked.questions:
        if question.name in typed and question.type != "file":
            value, words = answers.read(question, typed[question.name], known=known)
            if words is None:
                values[question.name] = value
            else:
                wrong.append(Wrong(question.name, words))
    return values, wrong


def stored(
    actor: Actor, at: datetime, row: Nomination, asked: Definition, sent: Mapping[str, list[Any]]
) -> tuple[dict[str, list[str]], list[Wrong]]:
    """(the files of each question after these were added; a sentence for each that was not taken). They are called by
    their question: a name somebody gave a file tells a blind judge whose it is."""
    found: dict[str, list[str]] = {}
    wrong: list[Wrong] = []
    for question in asked.questions:
        if question.type != "file":
            continue
        there = list(row.answers.get(question.name) or [])
        for file in sent.get(question.name, [])[: MOST_FILES - len(there)]:
            try:
                called = f"{question.label}-{len(there) + 1}{Path(file.name or '').suffix}"
                there.append(str(keep_file(actor, at, row, file, called)))
            except Refusal as refusal:
                wrong.append(Wrong(question.name, str(refusal)))
        if there:
            found[question.name] = there
    return found, wrong


def keep_file(actor: Actor, at: datetime, row: Nomination, file: Any, called: str) -> UUID:
    """Take in one file of a nomination. Refuses what `files` refuses."""
    place = Place(row.union_id, row.county_id, row.person_id)
    return files.store(
        actor=actor,
        at=at,
        content=file.file,
        name=called,
        owner=FILES,
        owner_id=row.pk,
        place=place,
    )


def may_open(actor: Actor, stored_file: StoredFile) -> bool:
    """The port of the files: whoever nominates or is nominated, officers of the unions it passes, and judges, of what
    they are to read; the papers of outside offices officers alone."""
    row = Nomination.objects.select_related("round__version").filter(pk=UUID(stored_file.owner_id)).first()
    if row is None:
        return False
    key, asked = str(stored_file.pk), round_versions.definition(row.round.version)
    if access.may(actor, "round.hold", row.union_id) or access.may(actor, "round.hold", row.round.union_id):
        return True
    if Clearance.objects.filter(nomination=row, file_id=stored_file.pk).exists():
        return False
    own = Q(user_id=actor.user_id or 0) | Q(person_id=actor.person_id)
    answered = {file for _question, _words, given in shown(asked.questions, row.answers) for file in given}
    if key in answered and Nomination.objects.filter(own, pk=row.pk).exists():
        return True
    judges = Judge.objects.filter(round_id=row.round_id, user_id=actor.user_id or 0, out_at__isnull=True)
    stage = next((one for one in asked.stages if one.code == row.round.stage), None)
    seen = judged(asked, blind=stage is None or stage.blind)
    return judges.exists() and any(
        key in (row.answers.get(one.name) or []) for one in seen if one.type == "file"
    )


def judged(asked: Definition, *, blind: bool) -> list[Question]:
    """The questions judges read; of a blind stage those that do not tell who is meant."""
    return [one for one in asked.questions if one.judged and not (blind and one.tells)]


def shown(
    questions: Sequence[Question], given: Mapping[str, Any]
) -> Iterator[tuple[Question, str, list[str]]]:
    """Each question that is answered, with its answer in words, and the files of one that asks for files."""
    for question in questions:
        value = given.get(question.name)
        if value is not None:
            yield question, words(question, value), value if question.type == "file" else []


def words(question: Question, value: Any) -> str:
    """One answer as people read it."""
    if question.type == "choice":
        return _label(question, value)
    if question.type == "choices":
        return "、".join(_label(question, one) for one in value)
    if question.type == "code":
        return str(codes.label(question.code_list, value))
    if question.type == "yes_no":
        return str(codes.label("yes_no", "1" if value else "0"))
    if question.type == "money":
        return money(value)
    if question.type == "date":
        return day_words(date.fromisoformat(value))
    if question.type == "division":
        return divisions.full_name(value)
    return "" if question.type == "file" else str(value)


def _label(question: Question, code: str) -> str:
    return next((str(choice.label) for choice in question.choices if choice.code == code), code)
