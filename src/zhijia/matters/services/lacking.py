"""What a form still lacks: the answers and documents its definition asks for, given what was answered so far."""

from collections.abc import Collection
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.matter_rules import Matter, Question
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.matters import answers
from zhijia.matters.models import Answer, Case, Material, Step
from zhijia.matters.services import grounds, held, known, listed
from zhijia.registry.models import Union
from zhijia.vault import services as vault

WRITES = (Case.State.DRAFT, Case.State.PAUSED)
"""While whoever asks may still change what they wrote."""
VALUE = "matters_answer.value"
"""The vault's kind of sealed answers."""


class NotComplete(Exception):
    """The form cannot be handed in or kept so: which questions, and why. What can be kept was kept."""

    def __init__(self, wrong: tuple[answers.Wrong, ...]) -> None:
        super().__init__()
        self.wrong = wrong


def settle(case: Case, matter: Matter, at: datetime) -> dict[str, Any]:
    """What is handed in, by question: the answers to what is asked. Those a draft keeps besides, in case somebody
    changes their mind, are let go of. Raises NotComplete while something is lacking, Refusal where what was answered
    cannot hold."""
    given = Given(case, matter, at)
    if wrong := given.lacking():
        raise NotComplete(tuple(wrong))
    given.require_sound()
    here = {question.name for question in matter.form if question.at == given.part}
    gone = {name: given.kept[name].pk for name in (here & given.kept.keys()) - given.asked()}
    if gone:
        vault.remove(VALUE, list(gone.values()))
        Answer.objects.filter(pk__in=list(gone.values())).delete()
    _keep_held(given, gone.keys())
    return {name: value for name, value in given.values.items() if name not in gone}


def _keep_held(given: "Given", gone: Collection[str]) -> None:
    """What the register held when the request was handed in is part of it."""
    rows = [given.kept[name] for name in given.held if name not in gone]
    if rows:
        Answer.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["case", "name"], update_fields=["value"]
        )


class Given:
    """The answers of a case, which questions they make it ask, and what is still to be done, in the part of the form
    that is answered now (`part_of`), or at the step that is named."""

    def __init__(self, case: Case, matter: Matter, at: datetime, part: str | None = None) -> None:
        self.part = part_of(case, matter) if part is None else part
        self.case, self.matter, self.at, self.day = case, matter, at, days.business_day(at)
        self.kept = {answer.name: answer for answer in case.answers.all()}
        self.held = held.of(case, matter) if case.state in WRITES and not self.part else {}
        if self.held:
            self.kept |= {name: Answer(case=case, name=name, value=said) for name, said in self.held.items()}
        self.values = {name: answer.value for name, answer in self.kept.items()}
        self._whens = {question.name: question.when for question in matter.form}
        known = case.person_id is not None
        self._found = {question.name: False for question in matter.form if known and question.newcomers}

    @cached_property
    def division(self) -> str:
        """Where the case begins, for the numbers its conditions name."""
        return Union.objects.values_list("division", flat=True).get(pk=self.case.union_id)

    def asked(self) -> set[str]:
        """The questions that are asked: those whose condition does not say no. An answer to a question that is not
        asked counts as none, and what hangs on it is not asked either."""
        return {
            question.name
            for question in self.matter.form
            if question.at == self.part and self.is_asked(question.name)
        }

    def shown(self) -> list[tuple[Question, str]]:
        """What is not asked because the register holds it, in words; nothing where it does not yet."""
        asked = self.asked()
        return [
            (
                question,
                held.in_words(question, self.held[question.name]) if question.name in self.held else "",
            )
            for question in self.matter.form
            if question.type == "held" and question.name in asked
        ]

    def mistaken(self) -> list[answers.Wrong]:
        """What was typed into them and cannot be taken, with the sentence about it."""
        asked = self.asked()
        return [
            answers.Wrong(question.name, _said_of(question, self.kept[question.name], self.at))
            for question in self.matter.form
            if question.name in self.kept and self.kept[question.name].typed and question.name in asked
        ]

    def counted(self) -> dict[str, Any]:
        """The values that count: not those of questions that are not asked."""
        left = {question.name for question in self.matter.form if question.at == self.part} - self.asked()
        return {name: value for name, value in self.values.items() if name not in left}

    def require_sound(self) -> None:
        """Raises Refusal with the definition's own words where the answers do not hold together."""
        checks = [check for check in self.matter.checks if check.at == self.part]
        row = grounds.row_of(self.matter, self.counted()) if checks else {}
        for check in checks:
            said = grounds.holds(self.matter, check.rule, row, day=self.day, division=self.division)
            if said is False:
                raise Refusal("answers_unsound", str(check.words))

    def lacking(self) -> list[answers.Wrong]:
        """What is to be done before the form can be handed in: what was typed and cannot be taken, then the required
        answers and materials that are not there."""
        labels = {question.name: question.label for question in self.matter.form}
        wrong = [
            answers.Wrong(
                one.name, _("%(question)s: %(said)s") % {"question": labels[one.name], "said": one.words}
            )
            for one in self.mistaken()
        ]
        needed = self.asked() - {one.name for one in wrong}
        missing = answers.missing(self.matter, self.values, lambda question: question.name in needed)
        return wrong + missing + listed.lacking(self.case, self.matter, self.at) + self._materials_missing()

    def is_asked(self, name: str) -> bool:
        """Whether this one is; questions that wait for one another in a circle are."""
        if name not in self._found:
            self._found[name] = True
            self._found[name] = self.holds(self._whens.get(name, ""))
        return self._found[name]

    def holds(self, when: str) -> bool:
        """Whether what has this condition is wanted: not where it says no, nor where it cannot be told because a
        question it reads is not asked."""
        if not when:
            return True
        read = grounds.reads(self.matter, when)
        given = {name: self.values.get(name) for name in read if self.is_asked(name)}
        row = grounds.row_of(self.matter, given)
        verdict = grounds.holds(self.matter, when, row, day=self.day, division=self.division)
        return verdict is True or (verdict is None and len(given) == len(read))

    def _materials_missing(self) -> list[answers.Wrong]:
        needed = [one for one in self.matter.materials if one.at == self.part and one.required]
        if not needed:
            return []
        case = self.case
        cases = [pk for pk in (case.pk, case.appeals_id, case.part_of_id) if pk is not None]
        there = set(Material.objects.filter(case_id__in=cases).values_list("code", flat=True))
        return [
            answers.Wrong(material.code, _("Add: %(material)s.") % {"material": material.label})
            for material in needed
            if material.code not in there and self.holds(material.when)
        ]


def part_of(case: Case, matter: Matter) -> str:
    """The step whose questions whoever asked answers now, or may answer once more; empty before any reports."""
    reports = [step.code for step in matter.steps if step.does == "report"]
    if not reports or case.state == Case.State.DRAFT:
        return ""
    been = case.steps.filter(code__in=reports, state__in=(Step.State.PAUSED, Step.State.DONE))
    return been.order_by("number").values_list("code", flat=True).last() or ""


def _said_of(question: Question, answer: Answer, at: datetime) -> Any:
    """What is wrong with an answer that could not be taken when it was typed."""
    typed = vault.read_inside(VALUE, answer.pk) if question.sealed else answer.typed
    _value, words = answers.read(question, typed, known=known.known(at))
    return words or _("Look at this answer once more and go on.")
