"""Marks: each item saved by itself, by the subject of itself and by those who were named, until they hand in."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.models import Assessor, Entry, Mark, Proof
from zhijia.appraisals.rules import scoring
from zhijia.appraisals.rules.scoring import HUNDREDTHS, NotAMark
from zhijia.appraisals.services import filling, held, promises, settling, told
from zhijia.catalogue.appraisal_rules import Appraisal, Criterion, Marked
from zhijia.kernel import days, rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal

WRONG: Mapping[str, Promise] = {
    "cannot_lack": _("This item applies to everybody."),
    "how_often": _("Write how often, as a whole number."),
    "yes_or_no": _("Choose yes or no."),
    "which_step": _("Choose one of the steps."),
    "points_as_number": _("Write the points as a number, with two decimals at most."),
    "points_up_to": _("No more can be given than the item has points."),
}
LONGEST = 1000


LACKS: Mapping[str, Promise] = {
    "mark": _("not marked yet"),
    "words": _("the explanation in words is missing"),
    "file": _("the photo or file is missing"),
}
"""What an item can lack before it is handed in."""


class NotAllMarked(Refusal):
    """Handing in before every item has its mark and what shows it; `lacking` are the items with what each lacks, a key
    of LACKS."""

    def __init__(self, lacking: tuple[tuple[Criterion, str], ...]) -> None:
        words = _("Still to be marked or shown by evidence: %(items)s.")
        named = "、".join(str(item.label) for item, _lack in lacking)
        super().__init__("not_all_marked", words % {"items": named})
        self.lacking = lacking


def score_self(*, actor: Actor, at: datetime, entry_id: UUID, item: str, said: str, words: str = "") -> Mark:
    """The subject scores itself on one item; again, it changes it. Raises Refusal for what is no mark of the item, and
    once it was handed in or the day has passed."""
    entry, scheme = held.entry(entry_id)
    actor = held.as_subject(actor, entry)
    part = self_part(scheme)
    _in_time(entry, at)
    if entry.state != Entry.State.BEGUN:
        raise Refusal("handed_in_already", _("The self-score was handed in and stands."))
    return _put(actor, at, entry, part, _item(scheme, part, item), said, words, None)


def hand_in(*, actor: Actor, at: datetime, entry_id: UUID) -> Entry:
    """The self-score is whole and stands; figures are kept as they are now (those an employer's own account does not
    see, once there is a result), and the entry is marked. Twice is once. Raises NotAllMarked."""
    entry, scheme = held.entry(entry_id)
    actor = held.as_subject(actor, entry)
    if entry.state != Entry.State.BEGUN:
        return entry
    _in_time(entry, at)
    part = self_part(scheme)
    lacking = _lacking(entry, scheme, part, None)
    if lacking:
        raise NotAllMarked(lacking)
    if not held.is_its_employer(actor, entry):
        filling.keep(entry, scheme, at)
    entry.state, entry.handed_at, entry.handed_by = Entry.State.MARKING, at, actor.user_id
    with promises.kept():
        entry.save(update_fields=["state", "handed_at", "handed_by"])
    told.trail(actor, at, "appraisal.hand_in", entry)
    told.tell_assessors(actor, at, "appraisal_to_mark", entry)
    settling.tell_if_all_marked(actor, at, entry, scheme, "appraisal_self_score_last")
    return entry


def mark(
    *, actor: Actor, at: datetime, entry_id: UUID, part: str, item: str, said: str, words: str = ""
) -> Mark:
    """Who was named for the part marks one item; again, they change it. Raises NotForYou for anybody else, and Refusal
    for what is no mark of the item, and once they have handed in."""
    entry, scheme = held.seen(entry_id)
    assessor = _mine(actor, entry, part)
    rule = scheme.part(part)
    if assessor.handed_at is not None:
        raise Refusal("handed_in_already", _("You have handed in. What you gave stands."))
    if entry.state == Entry.State.BEGUN and not rule.all_along:
        raise Refusal("self_score_first", _("The self-score has not come in yet."))
    return _put(actor, at, entry, rule, _item(scheme, rule, item), said, words, assessor)


def hand_over(*, actor: Actor, at: datetime, entry_id: UUID, part: str) -> Assessor:
    """Who was named has marked every item of the part; once all have, they see each other's marks. Twice is once.
    Raises NotAllMarked."""
    entry, scheme = held.seen(entry_id)
    assessor = _mine(actor, entry, part)
    if assessor.handed_at is not None:
        return assessor
    lacking = _lacking(entry, scheme, scheme.part(part), assessor)
    if lacking:
        raise NotAllMarked(lacking)
    assessor.handed_at = at
    with promises.kept():
        assessor.save(update_fields=["handed_at"])
    rows.run("SELECT appraisals_show(%s, %s)", [entry.pk, part])
    told.trail(actor, at, "appraisal.hand_over", entry, {"part": part})
    settling.tell_if_all_marked(actor, at, entry, scheme, "appraisal_marked")
    return assessor


def self_part(scheme: Appraisal) -> Marked:
    """The part by which the subject scores itself. Raises Refusal where there is none."""
    for part in scheme.parts:
        if part.by == "self":
            return part
    raise Refusal("no_self_score", _("Nobody scores themselves in this appraisal."))


def lack(rule: Marked, item: Criterion, mark: Mark | None, *, shown: bool) -> str:
    """What an item of the part lacks before it can be handed in, a key of LACKS; nothing for one that lacks nothing.
    Evidence is needed of a self-score that claims points, and `shown` says whether there is a photo or file."""
    if mark is None:
        return "" if item.extra else "mark"
    if rule.by != "self" or mark.points in (None, 0):
        return ""
    if "text" in item.needs and not mark.words:
        return "words"
    return "file" if needs_file(item) and not shown else ""


def needs_file(item: Criterion) -> bool:
    """Whether a self-score of the item is shown by a photo or file."""
    return not {"photo", "file"}.isdisjoint(item.needs)


def typed(said: str) -> str:
    """What somebody typed, digits and points of any width as plain ones."""
    return unicodedata.normalize("NFKC", said).strip()


def read(item: Criterion, said: str) -> int | None:
    """The hundredths of what somebody typed. Raises Refusal with the sentence why it is no mark."""
    try:
        return scoring.points_of(item, typed(said))
    except NotAMark as wrong:
        raise Refusal(wrong.code, WRONG[wrong.code]) from None


def _put(
    actor: Actor,
    at: datetime,
    entry: Entry,
    part: Marked,
    item: Criterion,
    said: str,
    words: str,
    assessor: Assessor | None,
) -> Mark:
    """The mark in its place, new or changed."""
    points = read(item, said)
    where = {"entry": entry, "part": part.code, "item": item.code, "assessor": assessor, "turn": 0}
    found = Mark.objects.select_for_update().filter(**where).first() or Mark(
        **where,
        union_id=entry.union_id,
        county_id=entry.county_id,
        most=item.points * HUNDREDTHS,
        shown=assessor is None,
    )
    found.said, found.points, found.words = typed(said), points, words.strip()[:LONGEST]
    found.user_id, found.made_at = actor.user_id, at
    with promises.kept():
        if found.pk is None:
            found.save(force_insert=True)
        else:
            found.save(update_fields=["said", "points", "words", "user_id", "made_at"])
    return found


def _item(scheme: Appraisal, part: Marked, code: str) -> Criterion:
    for item in scheme.by_part[part.code]:
        if item.code == code:
            return item
    raise Refusal("mark_is_of_an_item_of_its_part", promises.BROKEN["mark_is_of_an_item_of_its_part"])


def _mine(actor: Actor, entry: Entry, part: str) -> Assessor:
    found = Assessor.objects.select_for_update().filter(
        entry=entry, part=part, user_id=actor.user_id or 0, left_at__isnull=True
    )
    mine = found.first()
    if mine is None:
        raise NotForYou("not_named_for_it", _("You are not named for this."))
    return mine


def _lacking(
    entry: Entry, scheme: Appraisal, part: Marked, assessor: Assessor | None
) -> tuple[tuple[Criterion, str], ...]:
    """Items of the part that lack something, each with what: a mark, and of a self-score its evidence."""
    given = {
        one.item: one for one in Mark.objects.filter(entry=entry, part=part.code, assessor=assessor, turn=0)
    }
    shown = set(
        Proof.objects.filter(entry=entry, part=part.code, assessor=assessor).values_list("item", flat=True)
    )
    found = (
        (item, lack(part, item, given.get(item.code), shown=item.code in shown))
        for item in scheme.by_part[part.code]
    )
    return tuple((item, what) for item, what in found if what)


def _in_time(entry: Entry, at: datetime) -> None:
    if days.business_day(at) > entry.run.self_until:
        raise Refusal("self_score_over", _("The day for the self-score has passed. Ask the union above."))
