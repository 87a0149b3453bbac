"""Posting entries: once for each source, balanced in each union and fund, taken back by a counter-entry alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.kernel import days, rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger import rules
from zhijia.ledger.models import Entry, Leg
from zhijia.ledger.rules import CARRY_OVER, MOST_FEN, Line
from zhijia.registry import access
from zhijia.registry.models import Union

POST = "ledger.post"
_POST = f"""
WITH held AS MATERIALIZED ({access.GRANT}),
posted AS MATERIALIZED (
  SELECT held.id AS grant_id, said.entry_id, said.stood, said.broken FROM held CROSS JOIN LATERAL ledger_post(
    %(union)s::int, %(county)s::int, %(on_day)s::date, %(kind)s::text, %(source)s::text, %(source_id)s::text,
    %(purpose)s::text, %(note)s::text, %(corrects)s::bigint, %(user)s::bigint, %(at)s::timestamptz,
    %(accounts)s::bigint[], %(amounts)s::bigint[]) AS said),
told AS (
  {audit.TELLING.format(subject_id="posted.entry_id::text", grant_id="posted.grant_id")}
  FROM posted WHERE posted.broken IS NULL AND NOT posted.stood)
SELECT entry_id, stood, broken FROM posted"""  # noqa: S608 - statements of ours
"""May they, the entry with its legs, and its line on the trail: one statement, one way to the server and back."""
BROKEN: dict[str, Promise] = {
    "entry_balances": _(
        "Debits and credits have to be equal in each fund. Money of one fund never pays for another."
    ),
    "leg_stands_on_an_open_account": _("One of the accounts is not open at this union on that day."),
    "leg_falls_on_an_open_day": _(
        "The books are closed on that day. Choose a later day, or ask the union above."
    ),
    "account_does_not_cross_zero": _("There is not so much money in this account. Nothing was posted."),
    "sum_fits_the_books": _(
        "This sum is larger than the books can hold. Look whether it has too many digits."
    ),
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
OTHERWISE = _("This has been posted already, with other lines. Nothing was changed.")


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
    same. Raises Refusal for lines that do not balance, a closed or a coming day, too little money, a sum that no column
    holds, and a source that was posted differently."""
    if len(lines) < 2 or day > days.business_day(at) or any(abs(line.amount) > MOST_FEN for line in lines):
        access.require(actor, POST, union.pk)
        raise _never(lines, at, day)
    entry = _Entry(union, day, kind, source, lines, note)
    number, stood = _posted(actor, at, entry, "ledger.post")
    if stood and not _says(number, day, lines):
        raise Refusal("posted_differently", OTHERWISE)
    return number


def take_back(*, actor: Actor, at: datetime, entry_id: int, day: date, reason: str) -> int:
    """Take an entry back by a counter-entry on an open day: both stay. Once; a second call answers the first's. Raises
    Refusal for a counter-entry, and where the money has been spent meanwhile."""
    entry = Entry.objects.filter(pk=entry_id).first()
    if entry is None:
        raise NotForYou("no_such_entry", _("There is no such entry at your union."))
    union = Union.objects.get(pk=entry.union_id)
    access.require(actor, POST, union.pk)
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
    back = _Entry(union, day, entry.kind, source, lines, reason.strip(), entry.pk)
    number, _stood = _posted(actor, at, back, "ledger.take_back", reason.strip())
    return number


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is to be posted."""

    union: Union
    day: date
    kind: str
    source: Source
    lines: Sequence[Line]
    note: str
    corrects: int | None = None


def _never(lines: Sequence[Line], at: datetime, day: date) -> Refusal:
    """Why lines are not posted whatever the books say: too few of them, a day to come, or a sum too large."""
    if day > days.business_day(at):
        return Refusal("day_to_come", _("That day has not come yet."))
    broken = "entry_balances" if len(lines) < 2 else "sum_fits_the_books"
    return Refusal(broken, BROKEN[broken])


def _posted(actor: Actor, at: datetime, entry: _Entry, action: str, reason: str = "") -> tuple[int, bool]:
    """The entry's number, and whether it stood already; what is new is on the trail. Raises NotForYou."""
    union, source = entry.union, entry.source
    said = audit.telling(
        actor=actor, at=at, action=action, subject="ledger_entry", place=access.place_of(union), reason=reason
    )
    found = rows.run(
        _POST,
        access.asked(actor, POST, union.pk)
        | said
        | {
            "county": union.stands_in,
            "on_day": entry.day,
            "kind": entry.kind,
            "source": source.kind,
            "source_id": source.id,
            "purpose": source.purpose,
            "note": entry.note,
            "corrects": entry.corrects,
            "at": at,
            "accounts": _column(line.account_id for line in entry.lines),
            "amounts": _column(line.amount for line in entry.lines),
        },
    )
    if not found:
        raise access.not_for_you()
    ((number, stood, broken),) = found
    if broken:
        raise Refusal(broken, BROKEN.get(broken, BROKEN["leg_stands_on_an_open_account"]))
    if number is None:  # it stands at a union whose books they do not read
        raise Refusal("posted_differently", OTHERWISE)
    return int(number), bool(stood)


def _column(numbers: Iterable[int]) -> str:
    """An array in PostgreSQL's words: one plan for large sums and small ones, whose lists would be of other types."""
    return f"{{{','.join(map(str, numbers))}}}"


def _says(entry_id: int, day: date, lines: Sequence[Line]) -> bool:
    """Whether the entry that stands says the same."""
    stands = (
        Leg.objects.filter(entry_id=entry_id).order_by("number").values_list("account_id", "amount", "day")
    )
    return list(stands) == [(line.account_id, line.amount, day) for line in lines]
