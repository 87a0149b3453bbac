"""What a human makes of two registrations: one person or two. A merge can be undone while both can still be told apart.

Nothing here happens by itself: an officer with both registrations in scope decides, says why, and gives the password
again; the person is told and may object.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.kernel.ids import new_id
from zhijia.kernel.promises import constraint_of
from zhijia.notices import services as notices
from zhijia.registry import access
from zhijia.registry.models import Merge, Pair, Person, TransferLeg

DECIDE = "identity.decide"
SINCE = {
    "undone": _("This merge has been undone already. Nothing was changed."),
    "merged_again": _("This person has been merged with another registration since. Undo that merge first."),
    "membership": _(
        "The person has joined, moved or left since. Nobody can say for which registration; it stays merged."
    ),
    "card": _(
        "The person was given a card since, or it ended. It cannot be split; the registrations stay merged."
    ),
    "consent": _(
        "The person has agreed to something since, or taken it back. Ask them first; it stays merged."
    ),
    "given": _(
        "A drive has given this person something since. It cannot be split; the registrations stay merged."
    ),
    "data": _(
        "The person's data were changed since. Nobody can say for which registration; it stays merged."
    ),
    "account": _(
        "The person's account was changed since. It cannot be split; the registrations stay merged."
    ),
}
"""Why an undo is refused, by the word the database answers."""


def keep_apart(*, actor: Actor, at: datetime, pair_id: UUID, reason: str) -> None:
    """They are two people: the pair is not proposed again. Raises Refusal for a pair that was decided already."""
    pair, actor = _decide(actor, pair_id, reason)
    pair.state, pair.reason = Pair.State.DIFFERENT, reason.strip()
    pair.decided_at, pair.decided_by = at, actor.user_id
    pair.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    _trail(actor, at, "identities.keep_apart", pair, pair.first_id, pair.second_id, reason)


def merge(*, actor: Actor, at: datetime, pair_id: UUID, stays: UUID, reason: str) -> Merge:
    """They are one person, and the registration `stays` goes on: what the other has follows it (MEM-02).

    A membership of the other that overlaps one of this never was: its facts are taken back on their own days. Needs
    step-up. Raises Refusal for a pair that was decided already, while a transfer of either waits, and while both are
    nominated in one round that goes on."""
    pair, actor = _decide(actor, pair_id, reason)
    if not actor.stepped_up:
        raise NeedsStepUp("needs_step_up", _("Give your password again first."))
    if stays not in (pair.first_id, pair.second_id):
        raise Refusal("neither_of_the_two", _("Choose which of the two registrations stays."))
    goes = pair.second_id if stays == pair.first_id else pair.first_id
    if actor.person_id in (stays, goes):
        raise Refusal(
            "own_registration", _("Nobody merges their own registrations. Ask a colleague to decide.")
        )
    people = _both(pair)
    if TransferLeg.objects.filter(person_id__in=people, state=TransferLeg.State.PENDING).exists():
        raise Refusal(
            "transfer_waits", _("A transfer of this person is waiting. Answer it first, then merge.")
        )
    identity = new_id()
    with _one_in_a_round(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT registry_merge_people(%s, %s, %s, %s, %s, %s, %s)",
            [identity, pair.pk, stays, goes, reason.strip(), at, days.business_day(at)],
        )
        (without_person,) = cursor.fetchone()
    _trail(actor, at, "identities.merge", pair, stays, goes, reason)
    _tell(actor, at, "registrations_merged", [(None, stays), (without_person, None)])
    return Merge.objects.get(pk=identity)


def undo(*, actor: Actor, at: datetime, merge_id: UUID, reason: str) -> None:
    """Both registrations again, exactly as they were, and the pair open to be decided anew. Needs step-up.
    Raises Refusal with what has been done since that cannot be told apart, NotForYou for a merge of other unions."""
    done = Merge.objects.select_for_update().filter(pk=merge_id).first()
    if done is None:
        raise NotForYou("no_such_merge", _("There is no such merge at your union."))
    actor = _may(actor, done.union_id, done.gone_union_id)
    _need_reason(reason)
    if not actor.stepped_up:
        raise NeedsStepUp("needs_step_up", _("Give your password again first."))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT registry_unmerge(%s, %s, %s, %s)",
            [done.pk, at, days.business_day(at), reason.strip()],
        )
        (refused,) = cursor.fetchone()
    if refused:
        raise Refusal(f"merge_{refused}", SINCE[refused])
    pair = Pair.objects.get(pk=done.pair_id)
    _trail(actor, at, "identities.undo", pair, done.person_id, done.gone_id, reason)
    _tell(actor, at, "registrations_apart", [(None, done.person_id), (None, done.gone_id)])


def object_to(*, actor: Actor, at: datetime, merge_id: UUID, words: str) -> None:
    """The person says that the merged registrations are not all theirs; whoever merges sees it. Once is enough."""
    own = Merge.objects.filter(person_id=actor.person_id) if actor.person_id else Merge.objects.none()
    done = own.filter(pk=merge_id, undone_at__isnull=True).first()
    if done is None:
        raise NotForYou("no_such_merge", _("There is no such merge of yours."))
    if not words.strip():
        raise Refusal("reason_missing", _("Say what is not yours, so that an officer can look."))
    Merge.objects.filter(pk=done.pk, objected_at__isnull=True).update(
        objection=words.strip()[:300], objected_at=at
    )
    audit.record(
        actor=actor,
        at=at,
        action="identities.object",
        subject="merge",
        subject_id=done.pk,
        place=audit.Place(done.union_id, done.county_id, done.person_id),
    )


def _decide(actor: Actor, pair_id: UUID, reason: str) -> tuple[Pair, Actor]:
    """The open pair, held, and the actor by the right over both sides."""
    pair = Pair.objects.select_for_update().filter(pk=pair_id).first()
    if pair is None:
        raise NotForYou("no_such_pair", _("There is no such pair at your union."))
    actor = _may(actor, pair.union_id, pair.other_union_id)
    if pair.state != Pair.State.OPEN:
        raise Refusal(
            "answered_already", _("Somebody has decided about these two already. Nothing was changed.")
        )
    _need_reason(reason)
    return pair, actor


def _may(actor: Actor, *unions: int | None) -> Actor:
    for union_id in unions:
        if union_id is None:
            raise NotForYou("no_such_pair", _("There is no such pair at your union."))
        actor = access.require(actor, DECIDE, union_id)
    return actor


def _both(pair: Pair) -> list[UUID]:
    """Both registrations, held in one order, so that two officers never wait for each other for good."""
    wanted = [pair.first_id, pair.second_id]
    people = list(Person.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    if len(people) < len(wanted):
        raise Refusal(
            "registration_gone",
            _("One of the two has been merged or moved in the meantime. Open the list again."),
        )
    return wanted


@contextmanager
def _one_in_a_round() -> Iterator[None]:
    """A person is nominated once in a round: until one of the two nominations was withdrawn nothing is merged."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        broken = constraint_of(error)
        if broken != "nomination_one_live_of_a_person":
            raise
        raise Refusal(
            "nominated_twice",
            _(
                "Both registrations are nominated in one round that goes on. Have one nomination withdrawn, then merge."
            ),
        ) from None


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why. Your reason is kept and the person can read it."))


def _trail(actor: Actor, at: datetime, action: str, pair: Pair, stays: UUID, goes: UUID, reason: str) -> None:
    """A line for each side, so that each union's auditor reads it."""
    sides = {pair.first_id: (pair.union_id, pair.county_id)}
    sides[pair.second_id] = (pair.other_union_id, pair.other_county_id)
    for person_id in (stays, goes):
        audit.record(
            actor=actor,
            at=at,
            action=action,
            subject="pair",
            subject_id=pair.pk,
            place=audit.Place(*sides[person_id], person_id),
            reason=reason,
            detail={"other": str(goes if person_id == stays else stays)},
        )


def _tell(actor: Actor, at: datetime, kind: str, whom: Sequence[tuple[int | None, UUID | None]]) -> None:
    for user_id, person_id in whom:
        notices.send(
            actor=actor,
            at=at,
            to_user=user_id,
            to_person=person_id,
            kind=kind,
            values={},
            link="registry:my_data",
            reason="membership",
        )
