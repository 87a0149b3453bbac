"""Opening a union's books and the accounts in them; closing days, and opening them again from above."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.ledger.models import Account, Book
from zhijia.ledger.services import accounts, told
from zhijia.registry import access, tree
from zhijia.registry.models import Union

MANAGE, CLOSE, REOPEN = "ledger.manage", "ledger.close", "ledger.reopen"


def open_book(*, actor: Actor, at: datetime, union: Union, since: date) -> Book:
    """The union's books, from this day on; those that stand where they do."""
    actor = access.require(actor, MANAGE, union.pk)
    book, made = Book.objects.get_or_create(
        union_id=union.pk, defaults={"county_id": union.stands_in, "opened_on": since}
    )
    if made:
        told.of_book(actor, at, "ledger.open_book", union, {"since": since.isoformat()})
    return book


def open_account(
    *,
    actor: Actor,
    at: datetime,
    union: Union,
    code: str,
    fund: str,
    title: str = "",
    day: date | None = None,
) -> Account:
    """An account of the chart in force on the day (today), in a fund, open since the books and the chart are: earlier
    vouchers can name it. The one that stands where it does. Raises Refusal for a code or a fund nobody defined, and
    for a union without books."""
    actor = access.require(actor, MANAGE, union.pk)
    opened = Book.objects.filter(pk=union.pk).values_list("opened_on", flat=True).first()
    chart = accounts.chart_on(max(filter(None, (day or days.business_day(at), opened))))
    return accounts.made(actor=actor, at=at, union=union, chart=chart, code=code, fund=fund, title=title)


def close_through(*, actor: Actor, at: datetime, union: Union, day: date) -> Book:
    """Close the union's days up to this one, which has passed: nothing is posted there any more. Closing what is
    closed changes nothing; opening again is the union above's."""
    actor = access.require(actor, CLOSE, union.pk)
    book = held(union)
    if day >= days.business_day(at):
        raise Refusal("day_not_over", _("A day can be closed once it is over."))
    if day < book.opened_on:
        raise Refusal("before_the_books", _("The books begin later than that."))
    if book.closed_through is not None and day <= book.closed_through:
        return book
    return _closed(actor, at, union, book, day, "ledger.close", "")


def reopen_after(*, actor: Actor, at: datetime, union: Union, day: date | None, reason: str) -> Book:
    """Open the days after this one again (all of them when none is named, or one before the books began): for the
    union above, with a reason that stays on the trail."""
    over = above(union)
    if over is None:
        raise Refusal("nobody_above", _("There is no union above that could open these books again."))
    actor = access.require(actor, REOPEN, over.pk)
    book = held(union)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the auditor can understand."))
    if day is not None and day < book.opened_on:
        day = None
    if book.closed_through is None or (day is not None and day >= book.closed_through):
        raise Refusal("not_closed", _("These days are open already."))
    return _closed(actor, at, union, book, day, "ledger.reopen", reason.strip())


def above(union: Union) -> Union | None:
    """The union above it today, who alone opens its books again; none for the highest."""
    path = tree.path(union)
    return path[-2] if len(path) > 1 else None


def _closed(
    actor: Actor, at: datetime, union: Union, book: Book, day: date | None, action: str, reason: str
) -> Book:
    before = book.closed_through
    book.closed_through = day
    book.save(update_fields=["closed_through"])
    detail = {"from": before.isoformat() if before else "", "to": day.isoformat() if day else ""}
    told.of_book(actor, at, action, union, detail, reason)
    return book


def held(union: Union) -> Book:
    """The union's books, held until the transaction ends. Raises Refusal where it keeps none."""
    book = Book.objects.select_for_update().filter(pk=union.pk).first()
    if book is None:
        raise Refusal("no_books", _("This union keeps no books here yet. Open them first."))
    return book
