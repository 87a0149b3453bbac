"""A voucher on its way: handed in, checked by another person, posted, taken back whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from zhijia.facts import services as facts
from zhijia.facts.services import NewFact
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.promises import constraint_of
from zhijia.ledger.queries import allowances
from zhijia.ledger.rules import Line
from zhijia.ledger.services import accounts, posting, told
from zhijia.ledger.services.posting import Source
from zhijia.ledger.services.spending import flagging, judging, preparing
from zhijia.ledger.services.spending.flagging import CHECK
from zhijia.ledger.spending_models import Voucher
from zhijia.registry import access
from zhijia.registry.models import Union

SOURCE = "spending_voucher"
LOCK = 0x5A4A_0036
CAP = "given_stays_within_the_cap"


def hand_in(*, actor: Actor, at: datetime, voucher_id: int) -> Voucher:
    """The draft waits for somebody else to check it. Raises Refusal with what stops it. Twice is once."""
    voucher = _held(voucher_id)
    actor = access.require(actor, preparing.PREPARE, voucher.union_id)
    if voucher.state == Voucher.State.WAITING:
        return voucher
    _in_state(voucher, Voucher.State.DRAFT)
    judging.require_sound(preparing.renewed(at, voucher, flagging.union_of(voucher)))
    voucher.state, voucher.returned = Voucher.State.WAITING, ""
    voucher.save(update_fields=["state", "returned"])
    told.of_voucher(actor, at, "voucher.hand_in", voucher)
    return voucher


def check(*, actor: Actor, at: datetime, voucher_id: int) -> Voucher:
    """Somebody who did not prepare it finds it right, under the caps of now; it can be posted. Raises Refusal for who
    prepared it."""
    voucher = _held(voucher_id)
    actor = access.require(actor, CHECK, voucher.union_id)
    if voucher.state == Voucher.State.CHECKED:
        return voucher
    _in_state(voucher, Voucher.State.WAITING)
    if actor.user_id == voucher.prepared_by:
        raise Refusal("own_voucher", _("Whoever prepared a voucher does not check it. Ask a colleague."))
    judging.require_sound(preparing.renewed(at, voucher, flagging.union_of(voucher)))
    voucher.lines.update(**_caps(voucher))
    voucher.state, voucher.checked_by, voucher.checked_at = Voucher.State.CHECKED, actor.user_id, at
    voucher.save(update_fields=["state", "checked_by", "checked_at"])
    told.of_voucher(actor, at, "voucher.check", voucher)
    return voucher


def give_back(*, actor: Actor, at: datetime, voucher_id: int, reason: str) -> Voucher:
    """Whoever checks it gives it back to be put right, and says what is wrong."""
    voucher = _held(voucher_id)
    actor = access.require(actor, CHECK, voucher.union_id)
    _in_state(voucher, Voucher.State.WAITING, Voucher.State.CHECKED)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the auditor can understand."))
    voucher.state, voucher.returned = Voucher.State.DRAFT, reason.strip()
    voucher.checked_by, voucher.checked_at = None, None
    voucher.save(update_fields=["state", "returned", "checked_by", "checked_at"])
    told.of_voucher(actor, at, "voucher.give_back", voucher, reason.strip())
    return voucher


def drop(*, actor: Actor, at: datetime, voucher_id: int) -> Voucher:
    """A draft is not needed; it stays to be read. Twice is once."""
    voucher = _held(voucher_id)
    actor = access.require(actor, preparing.PREPARE, voucher.union_id)
    if voucher.state == Voucher.State.DROPPED:
        return voucher
    _in_state(voucher, Voucher.State.DRAFT)
    voucher.state = Voucher.State.DROPPED
    voucher.save(update_fields=["state"])
    flagging.renew(at=at, voucher=voucher, found=[])
    told.of_voucher(actor, at, "voucher.drop", voucher)
    return voucher


def post(*, actor: Actor, at: datetime, voucher_id: int) -> Voucher:
    """The checked voucher stands in the books: its number, its entry, what each member was given. Nothing of it stays
    where a rule, the budget or a cap says no, whoever posts at once. Twice is once."""
    with _whole():
        voucher = _held(voucher_id)
        union = flagging.union_of(voucher)
        actor = access.require(actor, posting.POST, union.pk)
        if voucher.state == Voucher.State.POSTED:
            return voucher
        _in_state(voucher, Voucher.State.CHECKED)
        judging.require_sound(judging.of(voucher, union))
        caps = _caps(voucher)
        if set(voucher.lines.values_list(*caps)) - {tuple(caps.values())}:
            raise Refusal(
                "limit_changed",
                _("The limit has changed since this was checked. Give it back, and have it checked again."),
            )
        voucher.entry_id = posting.post(
            actor=actor,
            at=at,
            union=union,
            day=voucher.day,
            kind="spending",
            source=Source(SOURCE, str(voucher.pk)),
            lines=_entry_lines(actor, at, union, voucher),
            note=voucher.title,
        )
        voucher.state, voucher.number = Voucher.State.POSTED, _next_number(voucher)
        voucher.save(update_fields=["state", "number", "entry"])
        told.of_voucher(actor, at, "voucher.post", voucher)
        facts.record([_fact("spending.posted", voucher, voucher.day)])
    return voucher


def take_back(*, actor: Actor, at: datetime, voucher_id: int, day: date, reason: str) -> Voucher:
    """A posted voucher is taken back whole: by a counter-entry, and members have what they were given free again. Both
    stay to be read. Twice is once."""
    with _whole():
        voucher = _held(voucher_id)
        actor = access.require(actor, posting.POST, voucher.union_id)
        if voucher.state == Voucher.State.TAKEN_BACK:
            return voucher
        _in_state(voucher, Voucher.State.POSTED)
        voucher.state = Voucher.State.TAKEN_BACK
        voucher.save(update_fields=["state"])
        assert voucher.entry_id is not None
        posting.take_back(actor=actor, at=at, entry_id=voucher.entry_id, day=day, reason=reason)
        told.of_voucher(actor, at, "voucher.take_back", voucher, reason.strip())
        facts.record([_fact("spending.taken_back", voucher, day)])
    return voucher


def _caps(voucher: Voucher) -> dict[str, int | None]:
    """The most for one on the roster: in the year, and on its occasion."""
    limits = allowances.limits(
        judging.spending_of(voucher.category), flagging.union_of(voucher), voucher.day, voucher.occasion
    )
    return {"cap": limits.cap, "occasion_cap": limits.occasion}


@contextmanager
def _whole() -> Iterator[None]:
    """All of it or nothing; a cap that others reached meanwhile is a refusal."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if constraint_of(error) != CAP:
            raise
        raise Refusal(
            CAP,
            _(
                "Somebody on the roster has been given more by another voucher meanwhile. Look at what is left."
            ),
        ) from None


def _held(voucher_id: int) -> Voucher:
    """The voucher with its union's vouchers held: one of a union is decided at a time."""
    found = Voucher.objects.filter(pk=voucher_id).values_list("union_id", flat=True).first()
    if found is None:
        raise NotForYou("no_such_voucher", _("There is no such voucher at your union."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, found])
    return Voucher.objects.select_for_update().get(pk=voucher_id)


def _in_state(voucher: Voucher, *states: Voucher.State) -> None:
    if voucher.state not in states:
        raise Refusal(
            "voucher_not_there", _("This voucher is not where that can be done. Look at how it stands now.")
        )


def _entry_lines(actor: Actor, at: datetime, union: Union, voucher: Voucher) -> list[Line]:
    """What is spent on one side, the money that leaves on the other, in the fund of that money."""
    spent = accounts.for_role(
        actor=actor,
        at=at,
        union=union,
        role=judging.spending_of(voucher.category).role,
        fund=voucher.paid_from.fund,
        day=voucher.day,
    )
    return [Line(spent.pk, voucher.amount), Line(voucher.paid_from_id, -voucher.amount)]


def _next_number(voucher: Voucher) -> int:
    last = Voucher.objects.filter(union_id=voucher.union_id, year=voucher.year).aggregate(last=Max("number"))
    return (last["last"] or 0) + 1


def _fact(kind: str, voucher: Voucher, day: date) -> NewFact:
    return NewFact(
        kind=kind,
        union_id=voucher.union_id,
        county_id=voucher.county_id,
        day=day,
        record="voucher",
        record_id=voucher.pk,
        quantity=max(1, voucher.lines.count()),
        amount=voucher.amount,
        dimensions={"category": voucher.category},
    )
