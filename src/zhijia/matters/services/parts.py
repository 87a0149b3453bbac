"""Several matters in one go (一件事一次办): one form, handed in once, opens a case for each item, its part. Each goes
its own way; `settling.py` ends the case they are parts of."""

from datetime import datetime
from uuid import UUID

from zhijia.catalogue import matter_items
from zhijia.catalogue.matter_rules import Matter
from zhijia.facts import services as facts
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.ids import new_id
from zhijia.matters import at_hand
from zhijia.matters.models import Case, MatterVersion
from zhijia.matters.services import copying, outcomes, telling, versions

OPEN = (Case.State.OPEN, Case.State.PAUSED)


def check_ready(case: Case, matter: Matter, at: datetime) -> None:
    """Before it is handed in: raises the Refusal that the outcome of an item would meet."""
    if not matter.items:
        return
    for version in wanted(case, matter, at):
        outcomes.check_ready(case, versions.definition(version), at)


def made(*, actor: Actor, at: datetime, case: Case, matter: Matter) -> list[tuple[Case, Matter]]:
    """The parts of a case that was just handed in, ready to be handed in: one for each item that is asked for, with the
    answers it asks. All of them stand before the first one goes its way, so that none is taken for the last."""
    facts.record(
        [
            facts.NewFact(
                kind="matter.together",
                union_id=case.union_id,
                county_id=case.county_id,
                day=days.business_day(at),
                record="case",
                record_id=case.pk,
                person_id=case.person_id,
                dimensions={"matter": case.code},
            )
        ]
    )
    telling.together_opened(actor=actor, at=at, case=case, matter=matter)
    return [(_made(case, version, at), versions.definition(version)) for version in wanted(case, matter, at)]


def hold(case_id: UUID) -> list[Case]:
    """The open parts of a case, locked in the order of their keys. Whoever holds a case and its parts holds the parts
    first, as an officer does who ends one of them."""
    parts = Case.objects.select_for_update().filter(part_of=case_id, state__in=OPEN)
    return list(parts.order_by("pk"))


def wanted(case: Case, matter: Matter, at: datetime) -> list[MatterVersion]:
    """The definitions of what is asked for, given the answers, in their order."""
    given = dict(case.answers.values_list("name", "value"))
    day = days.business_day(at)
    return [versions.in_force(item.matter, at=at, day=day) for item in matter_items.wanted(matter, given)]


def _made(case: Case, version: MatterVersion, at: datetime) -> Case:
    about = versions.definition(version)
    part = Case.objects.create(
        id=new_id(),
        part_of=case,
        version=version,
        code=version.code,
        person_id=case.person_id,
        user_id=case.user_id,
        desk_user_id=case.desk_user_id,
        desk_agreed_at=case.desk_agreed_at,
        asking_union_id=case.asking_union_id,
        asking_employer_id=case.asking_employer_id,
        shown_name=case.shown_name,
        union_id=case.union_id,
        county_id=case.county_id,
        made_at=at,
        changed_at=at,
    )
    at_hand.take(part.pk)
    asked = {question.name: question.sealed for question in about.form if not question.at}
    noted = dict.fromkeys(case.answers.filter(name__startswith="_").values_list("name", flat=True), False)
    copying.answers(case, part, sealed={**noted, **asked}, at=at)
    return part
