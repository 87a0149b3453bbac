"""People are told what becomes of their nomination."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Judge, Nomination, Round, RoundObjection
from zhijia.appraisals.services.rounds.holding import HOLD
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.notices import many
from zhijia.notices import services as notices
from zhijia.registry.models import Union
from zhijia.registry.queries.grants import holders, holders_below

REASON = "round"
CALLED = "rounds.tell_called"


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


def officers(
    actor: Actor, at: datetime, entry_id: UUID, found: Round, kind: str, *, union_id: int | None = None
) -> None:
    """Tell whoever holds the round at its union, or holds rounds at this one, of an entry; nobody of what they did
    themselves."""
    where = found.union_id if union_id is None else union_id
    for user_id in holders([where], HOLD, at).get(where, ()):
        if user_id != actor.user_id:
            notices.send(
                actor=actor, at=at, kind=kind, values=_values(found), link=f"/work/rounds/entries/{entry_id}/",
                reason=REASON, to_user=user_id,
            )  # fmt: skip


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
