"""People are told what becomes of their nomination."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, time
from uuid import UUID

from procrastinate.contrib.django import app

from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Judge, Nomination, Round, RoundObjection
from zhijia.appraisals.services.rounds.holding import HOLD
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.notices import many
from zhijia.notices import services as notices
from zhijia.registry.models import Union
from zhijia.registry.queries.grants import holders, holders_below

REASON = "round"
CALLED, WAITS = "rounds.tell_called", "rounds.tell_waiting"


def person(actor: Actor, at: datetime, row: Nomination, found: Round, kind: str) -> None:
    """Tell whoever is nominated, or where that is nobody, whoever nominated."""
    to = {"to_person": row.person_id} if row.person_id else {"to_user": row.user_id}
    place = "rounds" if row.person_id else "work/rounds"
    notices.send(
        actor=actor,
        at=at,
        kind=kind,
        values=_values(found),
        link=f"/{place}/entries/{row.pk}/",
        reason=REASON,
        **to,
    )


def officers(actor: Actor, at: datetime, entry_id: UUID, found: Round, kind: str) -> None:
    """Tell whoever holds the round at its union of an entry; nobody of what they did themselves."""
    for user_id in holders([found.union_id], HOLD, at).get(found.union_id, ()):
        if user_id != actor.user_id:
            notices.send(
                actor=actor, at=at, kind=kind, values=_values(found), link=f"/work/rounds/entries/{entry_id}/",
                reason=REASON, to_user=user_id,
            )  # fmt: skip


def waits(actor: Actor, row: Nomination) -> None:
    """A nomination waits at a union from now on: whoever holds rounds there is told soon, but not of what they did
    themselves."""
    later = app.configure_task(WAITS, queue="default", allow_unknown=True)
    later.defer(round_id=row.round_id, union_id=row.at_union_id, but=actor.user_id)


def waiting(*, at: datetime, round_id: int, union_id: int, but: int | None = None) -> int:
    """Tell whoever holds rounds at the union how many nominations of the round wait there: one message a day, which
    says the number anew with each more that comes; how many were told. Nobody once none waits."""
    found = Round.objects.get(pk=round_id)
    union = Union.objects.get(pk=union_id)
    with whole() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{WAITS} {union_id}"])
        there = Nomination.objects.using("bulk").filter(round=found, at_union_id=union_id)
        number = there.filter(state__in=Nomination.WAITING).count()
        if not number:
            return 0
        link = f"/work/unions/{union.code}/rounds/?round={found.pk}"
        told = [
            (user_id, link, _values(found) | {"number": number})
            for user_id in holders([union_id], HOLD, at, using="bulk").get(union_id, ())
            if user_id != but
        ]
        today = datetime.combine(days.business_day(at), time.min, days.SHANGHAI)
        return many.tell_users_anew(at=at, since=today, kind="round_waits", told=told, reason=REASON)


def judges(
    actor: Actor, at: datetime, found: Round, kind: str, some: Iterable[Judge], *, link: str = ""
) -> None:
    """Tell these judges of the round; the message leads to its entries, or to this page."""
    for judge in some:
        notices.send(
            actor=actor, at=at, kind=kind, values=_values(found), link=link or f"/rounds/judging/{found.pk}/",
            reason=REASON, to_user=judge.user_id,
        )  # fmt: skip


def answered(actor: Actor, at: datetime, row: RoundObjection, entry: Nomination, found: Round) -> None:
    """Tell whoever objected, or appealed, where the answer stands."""
    place = f"{'rounds' if entry.person_id else 'work/rounds'}/entries/{entry.pk}" if row.appeal else "rounds"
    notices.send(
        actor=actor, at=at, kind="round_objection_answered", values=_values(found), link=f"/{place}/",
        reason=REASON, to_user=row.user_id,
    )  # fmt: skip


def called(*, at: datetime, round_id: int) -> int:
    """Tell whoever holds rounds at a union below that it can nominate, once each; how many. Nobody where unions do not
    nominate, or the call is open no more."""
    found = Round.objects.select_related("version").filter(pk=round_id, state=Round.State.OPEN).first()
    if found is None or "union" not in round_versions.definition(found.version).nominates:
        return 0
    values = _values(found) | {"until": found.closes_at}
    with whole() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{CALLED} {found.pk}"])
        told = [
            (user_id, f"/work/unions/{code}/rounds/{found.pk}/nominate/", values)
            for code, user_id in holders_below(Union.objects.get(pk=found.union_id), HOLD, at)
        ]
        return many.tell_users_once(at=at, kind="round_called", told=told, reason=REASON)


def each(
    at: datetime,
    rows: Sequence[Nomination],
    found: Round,
    kind: str,
    *,
    but: Collection[int] = (),
    **more: object,
) -> None:
    """The same to all who are nominated here, and of each entry that is no person to whoever holds rounds at the union
    that nominated it, but these, by the kind `<kind>_of_union`: a few statements, however many they are."""
    values = _values(found) | more
    people = [row.person_id for row in rows if row.person_id]
    many.tell(
        at=at, kind=kind, values=values, person_ids=people, link="appraisals:my_rounds", reason=REASON,
        using="default",
    )  # fmt: skip
    of_unions = [row for row in rows if row.person_id is None]
    holding = holders({row.union_id for row in of_unions}, HOLD, at)
    told = [
        (user_id, f"/work/rounds/entries/{row.pk}/", values | {"name": row.title})
        for row in of_unions
        for user_id in holding.get(row.union_id, ())
        if user_id not in but
    ]
    many.tell_users_each(at=at, kind=f"{kind}_of_union", told=told, reason=REASON)


def _values(found: Round) -> dict[str, object]:
    union = Union.objects.values_list("name", flat=True).get(pk=found.union_id)
    return {"union": union, "round": found.title}
