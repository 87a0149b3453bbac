"""The file of one case as an officer reads it: facts, answers beside the documents, what was said, what can be done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.matter_rules import Material as MaterialRule
from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.matter_steps import Step as StepRule
from zhijia.files.models import StoredFile
from zhijia.kernel.actors import Actor
from zhijia.matters import flow, signers
from zhijia.matters.models import Case, Decision, Linked, Material, Step
from zhijia.matters.queries import mine
from zhijia.matters.services import asking, merging, moving, noticing, stops, versions
from zhijia.matters.services.appealing import REASON
from zhijia.matters.services.joining import ROUTED
from zhijia.registry import access
from zhijia.registry.queries import colleagues
from zhijia.rules.explaining import Explanation, Told
from zhijia.vault import services as vault

WAYS_HERE: dict[str, Any] = {
    "chosen": _("by the union's poster or by choosing it"),
    "employer": _("the employer belongs to this union"),
    "place": _("no union at work: the union of the place"),
    "pool": _("gig worker with no unit: the holding pool"),
}
"""By which way somebody came to the union they ask to join."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer beside its question; of a sealed one the mask, and the id by which it can be shown."""

    label: Any
    words: str
    sealed: UUID | None = None
    held: bool = False
    """Whether it comes from the register and nobody wrote it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A document of the case, and whether it is a picture that can be shown at once."""

    material: Material
    label: Any
    picture: bool


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the rule in words: how deep it stands, what we hold, and whether it holds."""

    depth: int
    words: Any
    now: Any
    verdict: bool | None


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody decided at a step; `by` is a log-in of staff, empty for the applicant."""

    decision: Decision
    step: Any
    by: str


@dataclass(frozen=True, slots=True)
class Ways:
    """What can be done at the step: the ways it allows, where the case may go back to, colleagues who may sign."""

    may: frozenset[str]
    back: Sequence[StepRule]
    colleagues: Sequence[tuple[int, str]]
    duplicates: Sequence[Case]


def find(actor: Actor, case_id: UUID) -> Case | None:
    """The case, when it was handed in and the actor decides for a union that has to do with it."""
    case = (
        Case.objects.select_related("version", "merged_into", "appeals")
        .filter(pk=case_id)
        .exclude(state="draft")
        .first()
    )
    if case is None:
        return None
    places = [place for place in (case.union_id, case.other_union_id) if place is not None]
    places += list(case.steps.values_list("seat_id", flat=True).distinct())
    held = access.unions_granted(actor, "matter.decide")
    return case if held and any(access.may(actor, "matter.decide", place) for place in places) else None


def here(case: Case) -> Step | None:
    """The step the case is at, or the one that is open after it has closed."""
    return case.steps.filter(state__in=stops.HERE).first()


def ways(actor: Actor, case: Case, matter: Matter, step: Step | None) -> Ways | None:
    """What this actor can do here now; none where it is not theirs to do."""
    if step is None or step.state != Step.State.ACTIVE:
        return None
    rule = matter.step(step.code)
    if not access.may(actor, rule.permission, step.seat_id):
        return None
    back = flow.returnable(matter, moving.path(case)) if case.closed_at is None else ()
    others = set(signers.all_signers(rule.permission, step.seat_id)) - {actor.user_id, case.user_id}
    return Ways(
        may=rule.ways,
        back=back,
        colleagues=sorted(colleagues.called(others).items(), key=lambda pair: pair[1]),
        duplicates=duplicates(case),
    )


def duplicates(case: Case) -> list[Case]:
    """Other open cases of the same person about the same matter."""
    if case.person_id is None:
        return []
    same = Case.objects.filter(person_id=case.person_id, code=case.code, state__in=merging.GOES_ON)
    return list(same.exclude(pk=case.pk).order_by("opened_at")[:5])


def answers(case: Case, matter: Matter, at: datetime) -> list[Answered]:
    """The questions that were answered, in words."""
    kept = mine.given(case, matter, at)
    sealed = [kept[question.name].pk for question in matter.form if question.sealed and question.name in kept]
    masks = vault.masked_many(asking.VALUE, sealed) if sealed else {}
    shown = [Answered(_("Why they object"), str(kept[REASON].value))] if REASON in kept else []
    if ROUTED in kept:
        shown.append(Answered(_("Came here"), WAYS_HERE[str(kept[ROUTED].value)]))
    for question in matter.form:
        answer = kept.get(question.name)
        if answer is None:
            continue
        if question.sealed:
            shown.append(Answered(question.label, masks.get(answer.pk) or "", answer.pk))
        else:
            words = mine.in_words(matter, question, answer.value)
            shown.append(Answered(question.label, words, held=question.type == "held"))
    return shown


def documents(case: Case, matter: Matter) -> list[Kept]:
    """The documents of the case, of the one it objects to and of the one it is a part of, in the order in which the
    definition asks for them."""
    cases = [pk for pk in (case.pk, case.appeals_id, case.part_of_id) if pk is not None]
    materials = list(Material.objects.filter(case_id__in=cases).order_by("pk"))
    pictures = set(
        StoredFile.objects.filter(
            pk__in=[material.file_id for material in materials], media_type__startswith="image/"
        ).values_list("pk", flat=True)
    )
    order: list[MaterialRule] = list(matter.materials)
    return [
        Kept(material, rule.label, material.file_id in pictures)
        for rule in order
        for material in materials
        if material.code == rule.code
    ]


def history(case: Case, matter: Matter) -> list[Said]:
    """What was decided so far, the latest first."""
    said = mine.said(case, matter)
    names = colleagues.called(decision.by_user_id for decision, _label in said)
    return [Said(decision, step, names.get(decision.by_user_id or 0, "")) for decision, step in said]


def clauses(told: Explanation | None) -> list[Clause]:
    """The rule clause by clause, each under its head."""
    return list(_clauses(told.told, 0)) if told and told.told else []


def dossier(case: Case) -> list[tuple[Case, Any]]:
    """The cases that stand in one dossier with this one, as far as the actor sees them, with why."""
    links = Linked.objects.filter(Q(case=case) | Q(to=case)).select_related("case__version", "to__version")
    return [
        (
            link.to if link.case_id == case.pk else link.case,
            _("An objection to the notice") if link.why == noticing.OBJECTION else link.why,
        )
        for link in links
    ]


def label(case: Case) -> Any:
    """What a case is about, by its own version."""
    return versions.definition(case.version).label


def _clauses(told: Told, depth: int) -> Iterator[Clause]:
    yield Clause(depth, told.clause, told.now, told.verdict)
    for part in told.parts:
        yield from _clauses(part, depth + 1)
