"""Posting entries: once for each source, balanced in each union and fund, taken back by a counter-entry alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger import rules
from zhijia.ledger.models import Entry, Leg
from zhijia.ledger.rules import Line
from zhijia.registry import access
from zhijia.registry.models import Union

POST = "ledger.post"
CARRY_OVER = "carry_over"
"""The kind of entry that ends a year: it is no spending."""
_POST = "SELECT * FROM ledger_post(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::bigint[], %s::bigint[])"
BROKEN: dict[str, Promise] = {
    "entry_balances": _(
        "Debits and credits have to be equal in each fund. Money of one fund never pays for another."
    ),
    "leg_stands_on_an_open_account": _("One of the accounts is not open at this union on that day."),
    "leg_falls_on_an_open_day": _(
        "The books are closed on that day. Choose a later day, or ask the union above."
    ),
    "account_does_not_cross_zero": _("There is not so much money in this account. Nothing was posted."),
    "leg_moves_something": _("A line of nothing says nothing. Leave it out."),
    "spending_has_a_budget_line": _(
        "The approved budget of this year has no line for this. Nothing was posted."
    ),
    "budget_is_not_exceeded": _(
        "This would spend more than the budget allows. The union above can raise the line."
    ),
    "entry_corrected_once": _("This entry has been taken back already."),
    "voucher_is_taken_back_whole": _(
        "This entry belongs to a voucher. Take the voucher back, so that what members were given is free again."
    ),
}
"""What each promise of the database says to people, by its name."""


@dataclass(frozen=True, slots=True)
class Source:
    """What an entry is posted for: one entry stands for each."""

    kind: str
    id: str
    purpose: str = ""


def post(
    *,
    actor: Actor,
    at: datetime,
    union: Union,
    day: date,
    kind: str,
    source: Source,
    lines: Sequence[Line],
    note: str = "",
) -> int:
    """Post an entry of this union; its number. The same source again answers the entry that stands, if it says the
    same. Raises Refusal for lines that do not balance, a closed or a coming day, too little money, and a source that
    was posted differently."""
    actor = access.require(actor, POST, union.pk)
    if len(lines) < 2:
        raise Refusal("entry_balances", BROKEN["entry_balances"])
    if day > days.business_day(at):
        raise Refusal("day_to_come", _("That day has not come yet."))
    number, stood = _posted(actor, at, union, day, kind, source, lines, note, None)
    if stood and not _says(number, day, lines):
        raise Refusal(
            "posted_differently", _("This has been posted already, with other lines. Nothing was changed.")
        )
    if not stood:
        _trail(actor, at, "ledger.post", union, number)
    return number


def take_back(*, actor: Actor, at: datetime, entry_id: int, day: date, reason: str) -> int:
    """Take an entry back by a counter-entry on an open day: both stay. Once; a second call answers the first's. Raises
    Refusal for a counter-entry, and where the money has been spent meanwhile."""
    entry = Entry.objects.filter(pk=entry_id).first()
    if entry is None:
        raise NotForYou("no_such_entry", _("There is no such entry at your union."))
    union = Union.objects.get(pk=entry.union_id)
    actor = access.require(actor, POST, union.pk)
    if entry.corrects_id is not None:
        raise Refusal(
            "is_a_counter_entry", _("A counter-entry is not taken back. Post the entry again instead.")
        )
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the auditor can understand."))
    if day > days.business_day(at) or day < entry.day:
        raise Refusal("day_does_not_fit", _("An entry is taken back on its own day or later, up to today."))
    if entry.kind == CARRY_OVER and day != entry.day:
        raise Refusal(
            "day_does_not_fit", _("What was carried over is taken back on the last day of its year.")
        )
    lines = rules.turned(Line(leg.account_id, leg.amount) for leg in entry.legs.order_by("number"))
    source = Source("ledger_entry", str(entry.pk), "take_back")
    number, stood = _posted(actor, at, union, day, entry.kind, source, lines, reason.strip(), entry.pk)
    if not stood:
        _trail(actor, at, "ledger.take_back", union, number, reason.strip())
    return number


def _posted(
    actor: Actor,
    at: datetime,
    union: Union,
    day: date,
    kind: str,
    source: Source,
    lines: Sequence[Line],
    note: str,
    corrects: int | None,
) -> tuple[int, bool]:
    """The entry's number, and whether it stood already, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            _POST,
            [
                *(
                    union.pk,
                    union.stands_in,
                    day,
                    kind,
                    source.kind,
                    source.id,
                    source.purpose,
                    note,
                    corrects,
                ),
                *(actor.user_id, at, [line.account_id for line in lines], [line.amount for line in lines]),
            ],
        )
        number, stood, broken = cursor.fetchone()
    if broken:
        raise Refusal(broken, BROKEN.get(broken, BROKEN["leg_stands_on_an_open_account"]))
    return int(number), bool(stood)


def _says(entry_id: int, day: date, lines: Sequence[Line]) -> bool:
    """Whether the entry that stands says the same."""
    stands = (
        Leg.objects.filter(entry_id=entry_id).order_by("number").values_list("account_id", "amount", "day")
    )
    return list(stands) == [(line.account_id, line.amount, day) for line in lines]


def _trail(actor: Actor, at: datetime, action: str, union: Union, number: int, reason: str = "") -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="ledger_entry",
        subject_id=number,
        place=access.place_of(union),
        reason=reason,
    )
