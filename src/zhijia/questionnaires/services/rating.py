"""Something that was done is rated by whom it was done for (好差评): asked once, some of those who do not answer once
more, and a low mark is followed up by somebody who had no part in the decision."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import parameters, ports
from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.facts import services as facts
from zhijia.facts.services import NewFact
from zhijia.kernel import days, names
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices import many
from zhijia.notices import services as notices
from zhijia.questionnaires import reading, versions
from zhijia.questionnaires.models import Rating
from zhijia.questionnaires.reading import Ballot, Read, Typed
from zhijia.registry import access, tree
from zhijia.registry.models import Union
from zhijia.registry.queries.grants import holders

FOLLOW = "poll.hold"
PORT = "questionnaires.done"
WHERE = "questionnaires.where"
"""The port `questionnaires.where.<source>`: the address of what was rated, by its number."""
LOW = "rating_low"
LOOKS_BACK = timedelta(days=2)
"""How far back it is looked for what was done: as long as jobs may have stood still."""
_ASK = """
INSERT INTO questionnaires_rating (id, code, source, source_id, about, user_id, not_by, asked_at, answers, low,
  followed, union_id, county_id)
VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, to_jsonb(%s::bigint[]), %s, '{}', false, '', %s, %s)
ON CONFLICT ON CONSTRAINT rating_asked_once DO NOTHING"""


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: the kind and number of its record, what it is called, for whom, where, and who decided it."""

    source: str
    source_id: str
    about: str
    user_id: int
    union_id: int
    county_id: int
    by: Sequence[int] = ()


def ask(*, actor: Actor, at: datetime) -> int:
    """Ask how it went, of whatever rooms say was done lately (ports `questionnaires.done.<room>`: since, until); how
    many were asked. Each is asked once, however often it is looked."""
    found: list[Done] = [
        one for said in ports.call_all(PORT, since=at - LOOKS_BACK, until=at) for one in said
    ]
    asking = {
        one.rated.source: one.code
        for one in versions.all_in_force(day=days.business_day(at)).values()
        if one.rated
    }
    told = []
    with whole() as cursor:
        for done in found:
            if done.source in asking:
                cursor.execute(
                    _ASK,
                    [
                        *(asking[done.source], done.source, done.source_id, done.about[:120], done.user_id),
                        *(list(done.by), at, done.union_id, done.county_id),
                    ],
                )
                told += [done] * cursor.rowcount
    for done in told:
        _tell(actor, at, done.user_id, done.about)
    return len(told)


def give(*, actor: Actor, at: datetime, rating_id: UUID, typed: Typed) -> Read:
    """Rate it, once and in time. A low mark waits for a follow-up. What is wrong in the form is answered."""
    row = Rating.objects.select_for_update().filter(pk=rating_id, user_id=actor.user_id or 0).first()
    if row is None or actor.user_id is None:
        raise NotForYou("no_such_rating", _("There is nothing of yours to rate here."))
    if row.answered_at is not None:
        raise Refusal("rated_already", _("You rated this already. Thank you."))
    asked = versions.all_in_force(day=days.business_day(at))[row.code]
    assert asked.rated is not None
    if at >= until(row, asked, at):
        raise Refusal("rating_ended", _("This can no longer be rated."))
    read = reading.read(asked.questions, typed, Ballot())
    if read.wrong:
        return read
    row.answers, row.answered_at = read.answers, at
    row.mark = read.answers[asked.rated.by]
    row.low = row.mark <= asked.rated.low
    row.save(update_fields=["answers", "answered_at", "mark", "low"])
    facts.record(
        [
            NewFact(
                kind="rating.given", union_id=row.union_id, county_id=row.county_id, day=days.business_day(at),
                record="rating", record_id=row.pk, dimensions={"mark": row.mark, "questionnaire": row.code},
            )
        ]
    )  # fmt: skip
    return read


def until(row: Rating, asked: Questionnaire, at: datetime) -> datetime:
    """The end of the time in which what was done can be rated."""
    return row.asked_at + timedelta(days=parameters.value(asked.days, day=days.business_day(at)))


def follow(*, actor: Actor, at: datetime, rating_id: UUID, words: str) -> Rating:
    """Somebody asked what was wrong and put it right: never one of those who decided."""
    row = Rating.objects.select_for_update().filter(pk=rating_id).first()
    actor = access.require(actor, FOLLOW, row.union_id if row else None)
    if row is None or not row.low:
        raise NotForYou("no_such_rating", _("There is no low rating here."))
    if row.followed_at is not None:
        return row
    if actor.user_id in row.not_by or actor.user_id == row.user_id:
        raise Refusal(
            "own_rating",
            _("You decided this yourself. A colleague who had no part in it has to follow it up."),
        )
    if not words.strip():
        raise Refusal("reason_missing", _("Say what was found and what was done."))
    row.followed_by, row.followed_at, row.followed = actor.user_id, at, names.seen(words)
    row.save(update_fields=["followed_by", "followed_at", "followed"])
    union = Union.objects.get(pk=row.union_id)
    audit.record(
        actor=actor, at=at, action="rating.follow", subject="rating", subject_id=row.pk, place=access.place_of(union)
    )  # fmt: skip
    return row


def tell_low(*, at: datetime) -> int:
    """Tell those who follow up low ratings at the union, once, of each that waits; where all of them had a part in it,
    those of the nearest union above who had none. One of which nobody could be told waits until somebody can. How many
    were told. As many statements for many as for one."""
    with whole():
        untold = Rating.objects.using("bulk").filter(low=True, followed_at__isnull=True, told_at__isnull=True)
        found = list(untold.order_by("answered_at", "pk"))
        told: list[tuple[int, str, dict[str, object]]] = []
        done = []
        for row, union, free in _hearing(found, at):
            link = f"/work/ratings/{union.code}/?rating={row.pk}"
            told += [(user_id, link, {"about": row.about}) for user_id in free]
            done.append(row.pk)
        if not done:
            return 0
        Rating.objects.using("bulk").filter(pk__in=done).update(told_at=at)
        return many.tell_users_once(at=at, kind=LOW, told=told, reason="rating")


def _hearing(found: Sequence[Rating], at: datetime) -> Iterator[tuple[Rating, Union, list[int]]]:
    """Each of these ratings somebody can follow up, with the nearest union that has such people, and who they are."""
    above = tree.paths({row.union_id for row in found}) if found else {}
    unions = Union.objects.in_bulk({pk for way in above.values() for pk in way})
    held = holders(unions, FOLLOW, at, using="bulk") if unions else {}
    for row in found:
        nearest_first = sorted(above.get(row.union_id, ()), key=lambda pk: -unions[pk].tree_left)
        for pk in nearest_first:
            free = sorted(set(held.get(pk, ())) - {*row.not_by, row.user_id})
            if free:
                yield row, unions[pk], free
                break


def waiting(union: Union, *, reader: int) -> QuerySet[Rating]:
    """The low ratings at the union and under it that nobody has followed up yet, the longest waiting first; those this
    reader (an account) may not follow up stand last (`own`)."""
    under = tree.under(union.pk).values("pk")
    own = Q(user_id=reader) | Q(not_by__contains=[reader])
    rows = Rating.objects.filter(low=True, followed_at__isnull=True, union_id__in=under)
    return rows.annotate(own=Case(When(own, then=1), default=0)).order_by("own", "answered_at", "pk")


def after(rows: QuerySet[Rating], last: Rating, *, reader: int) -> QuerySet[Rating]:
    """Those of `waiting` that stand after this one."""
    own = int(reader in {*last.not_by, last.user_id})
    later = Q(answered_at__gt=last.answered_at) | Q(answered_at=last.answered_at, pk__gt=last.pk)
    return rows.filter(Q(own__gt=own) | Q(later, own=own))


def where(row: Rating) -> str:
    """The address of what was rated; nothing where its room says none."""
    name = f"{WHERE}.{row.source}"
    return str(ports.call(name, row.source_id)) if ports.answered(name) else ""


def ask_again(*, actor: Actor, at: datetime) -> int:
    """Ask some of those who did not answer once more, so that not only the angry and the happy are heard: one in so
    many, chosen by the rating's random id. How many. For the role that sees all."""
    asked_again = 0
    for asked in versions.all_in_force(day=days.business_day(at)).values():
        if asked.rated is None:
            continue
        today = days.business_day(at)
        each = parameters.value(asked.rated.again_one_in, day=today)
        since = at - timedelta(days=parameters.value(asked.days, day=today))
        rows = Rating.objects.using("bulk").filter(
            code=asked.code,
            answered_at__isnull=True,
            again_at__isnull=True,
            asked_at__range=(since, at - (at - since) / 2),
        )
        for row in rows.iterator():
            if row.pk.int % each == 0:
                _tell(actor, at, row.user_id, row.about)
                Rating.objects.using("bulk").filter(pk=row.pk).update(again_at=at)
                asked_again += 1
    return asked_again


def _tell(actor: Actor, at: datetime, user_id: int, about: str) -> None:
    notices.send(
        actor=actor,
        at=at,
        to_user=user_id,
        kind="rating_asked",
        values={"about": about},
        link="questionnaires:mine",
    )
