"""Looking at values: masked for everybody in scope, clear only through `reveal`, used inside by services."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.audit.models import Entry
from zhijia.catalogue import parameters
from zhijia.kernel import ciphers, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal, TooMany
from zhijia.vault import kinds
from zhijia.vault.models import Secret
from zhijia.vault.places import SEALING, binding, row

LOOK = "vault.reveal"


class NotHere(NotForYou):
    """The vault holds no such value, or this actor is not in its scope; from outside the two look alike."""

    def __init__(self) -> None:
        super().__init__("not_here", _("There is nothing here to show you."))


def masked(kind: str, row_id: UUID | int) -> str:
    """The value as people may see it who need not know it (PI-08); empty when there is none in scope."""
    return masked_many(kind, [row_id]).get(row(row_id), "")


def masked_many(kind: str, row_ids: Sequence[UUID | int]) -> dict[UUID, str]:
    """The masked values of a page of rows, in one query; rows without a value, or out of scope, are
    missing."""
    chosen = kinds.get(kind)
    found = Secret.objects.filter(kind=chosen.number, row_id__in=[row(row_id) for row_id in row_ids])
    return {secret.row_id: chosen.mask(unseal(secret)) for secret in found}


def reveal(actor: Actor, kind: str, row_id: UUID | int, *, reason: str, at: datetime) -> str:
    """The clear value, for somebody in scope who says why (PI-08, S-19). The look is on the trail.

    The caller has asked `access.require`. Raises NeedsStepUp unless the password was given again, Refusal
    without a reason, TooMany beyond a day's looks, NotHere when there is nothing in the actor's scope."""
    chosen = kinds.get(kind)
    if chosen.machine:
        raise NotHere
    day = days.business_day(at)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why you need to see the whole value. Your reason is kept."))
    if parameters.value("vault.unmask_needs_step_up", day=day) and not actor.stepped_up:
        raise NeedsStepUp("needs_step_up", _("Give your password again to see the whole value."))
    secret = _secret(chosen, row_id)
    _require_few_looks(actor, at)
    audit.record(
        actor=actor,
        at=at,
        action=LOOK,
        subject=kind,
        subject_id=secret.row_id,
        place=audit.Place(secret.union_id, secret.county_id, secret.person_id),
        reason=reason,
    )
    return unseal(secret)


def open_to_use(kind: str, row_id: UUID | int) -> str | None:
    """A machine's own value (second factor, single sign-on, key of a file), for the platform to use and never
    to show; None when there is none. Raises UnknownKind for a kind that tells something about a person."""
    chosen = kinds.get(kind)
    if not chosen.machine:
        raise kinds.UnknownKind(f"{kind} is opened by reveal alone")
    found = Secret.objects.filter(kind=chosen.number, row_id=row(row_id)).first()
    return unseal(found) if found else None


def read_inside(kind: str, row_id: UUID | int) -> str:
    """The clear value for a service that seals it elsewhere or compares it, within the actor's scope. It must
    not reach a page, an answer, a message or the trail. Raises NotHere."""
    return unseal(_secret(kinds.get(kind), row_id))


def opened_many(kind: str, row_ids: Sequence[UUID | int]) -> dict[UUID, str]:
    """The clear values of many rows for a table that leaves the house, in one query; rows without a value, or out
    of scope, are missing. The caller has asked for the right, a purpose and the password, and puts all of it on the
    trail in one line. Raises NotHere for a machine's values."""
    chosen = kinds.get(kind)
    if chosen.machine:
        raise NotHere
    if not row_ids:
        return {}
    found = Secret.objects.filter(kind=chosen.number, row_id__in=[row(row_id) for row_id in row_ids])
    return {secret.row_id: unseal(secret) for secret in found}


def unseal(secret: Secret) -> str:
    """Open one row with the key it names. Raises CannotOpen, NoKey."""
    sealed = bytes(secret.sealed)
    key = ciphers.keyring().key(SEALING, ciphers.key_id(sealed))
    return ciphers.open(key, sealed, binding(kinds.by_number(secret.kind), secret.row_id)).decode()


def _secret(kind: kinds.Kind, row_id: UUID | int) -> Secret:
    found = Secret.objects.filter(kind=kind.number, row_id=row(row_id)).first()
    if found is None:
        raise NotHere
    return found


def _require_few_looks(actor: Actor, at: datetime) -> None:
    day = days.business_day(at)
    since = datetime.combine(day, time.min, days.SHANGHAI)
    looks = Entry.objects.filter(user_id=actor.user_id, action=LOOK, at__gte=since).count()
    limit = parameters.value("vault.unmask_per_day", day=day)
    if looks >= limit:
        midnight = datetime.combine(day, time.max, days.SHANGHAI)
        sentence = _(
            "You have looked at %(limit)d whole values today, the most for one day. Ask again tomorrow."
        )
        values: Mapping[str, int] = {"limit": limit}
        raise TooMany(
            "looks_used_up", sentence % values, retry_after=int((midnight - at).total_seconds()) + 1
        )
