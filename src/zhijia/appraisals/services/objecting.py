"""The subject objects to one mark of its result; somebody who did not give it answers, and perhaps gives it anew."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.models import Entry, Mark, Objection
from zhijia.appraisals.rules.scoring import HUNDREDTHS
from zhijia.appraisals.services import held, marking, promises, settling, terms, told
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access


def object_to(*, actor: Actor, at: datetime, entry_id: UUID, part: str, item: str, words: str) -> Objection:
    """The subject (an officer of the union concerned, or whoever acts for the employer it is about) says what is wrong
    with one mark, within the days there are; again, it is the objection that stands. Raises Refusal for the self-score,
    which is its own."""
    entry, scheme = held.entry(entry_id)
    actor = held.as_subject(actor, entry)
    stands = entry.objections.filter(part=part, item=item).first()
    if stands is not None:
        return stands
    marks = {one.code: scheme.by_part[one.code] for one in scheme.parts if one.by != "self"}
    if not any(one.code == item for one in marks.get(part, ())):
        raise Refusal("no_such_mark", _("There is no such mark to object to."))
    if entry.objection_until is None or entry.state != Entry.State.SCORED:
        raise Refusal("objection_is_to_a_result", promises.BROKEN["objection_is_to_a_result"])
    if days.business_day(at) > entry.objection_until:
        raise Refusal("objection_over", _("The days in which the result can be objected to are over."))
    if not words.strip():
        raise Refusal("words_missing", _("Say what is wrong with it."))
    with promises.kept():
        objection = Objection.objects.create(
            entry=entry,
            union_id=entry.union_id,
            county_id=entry.county_id,
            part=part,
            item=item,
            words=words.strip(),
            raised_at=at,
            user_id=actor.user_id or 0,
        )
    told.trail(actor, at, "appraisal.object", entry, {"part": part, "item": item})
    told.tell_holders(actor, at, "appraisal_objected", entry)
    return objection


def answer(*, actor: Actor, at: datetime, objection_id: int, said: str | None, words: str) -> Objection:
    """Somebody who runs it and gave no mark of this item answers: the mark stands (`said` none), or is given anew, and
    the result with it. Twice is once. Raises Refusal for whoever gave it or objected, and without words."""
    seen = Objection.objects.filter(pk=objection_id).first()
    if seen is None:
        raise NotForYou("no_such_objection", _("There is no such objection here."))
    entry, scheme = held.entry(seen.entry_id)
    actor = access.require(actor, told.HOLD, entry.run.union_id)
    objection = Objection.objects.select_for_update().get(pk=objection_id)
    if objection.state != Objection.State.OPEN:
        return objection
    if not words.strip():
        raise Refusal("words_missing", _("Say why."))
    mine = Mark.objects.filter(
        entry=entry, part=objection.part, item=objection.item, turn=0, user_id=actor.user_id
    )
    if mine.exists():
        broken = "mark_is_given_anew_by_another"
        raise Refusal(broken, promises.BROKEN[broken])
    if said is not None:
        rule = scheme.items[objection.item]
        points = marking.read(rule, said)
        with promises.kept():
            Mark.objects.create(
                entry=entry,
                union_id=entry.union_id,
                county_id=entry.county_id,
                part=objection.part,
                item=objection.item,
                turn=1,
                said=marking.typed(said),
                points=points,
                most=rule.points * HUNDREDTHS,
                words=words.strip()[: marking.LONGEST],
                shown=True,
                user_id=actor.user_id,
                made_at=at,
            )
    objection.state = Objection.State.KEPT if said is None else Objection.State.CHANGED
    objection.answer, objection.answered_at, objection.answered_by = words.strip(), at, actor.user_id
    with promises.kept():
        objection.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    if said is not None:
        numbers = terms.of(entry.run)
        settling.write(entry, settling.add_up(entry, scheme, numbers), numbers)
        entry.save(update_fields=list(settling.WRITTEN))
    told.trail(actor, at, "appraisal.answer", entry, {"part": objection.part, "item": objection.item})
    told.tell_subject(actor, at, "appraisal_answered", entry)
    return objection
