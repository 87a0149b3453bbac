"""The budget of a union for a year: drafted, adopted by its committee, approved by the union above, raised there alone
(DUE-14); and money of a line held for what is asked for, until it is spent or not needed."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import definitions
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.models import BudgetChange, BudgetLine, Hold
from zhijia.ledger.services import accounts, books, posting, told
from zhijia.ledger.services.posting import Source
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.ui.templatetags.ui import money

APPROVE = "ledger.approve"
_STEPS = {
    BudgetChange.Kind.ADOPTED: (BudgetLine.State.DRAFT, BudgetLine.State.ADOPTED),
    BudgetChange.Kind.APPROVED: (BudgetLine.State.ADOPTED, BudgetLine.State.APPROVED),
}
"""Which lines a decision finds, and what becomes of them."""


@dataclass(frozen=True, slots=True)
class Paper:
    """The document a decision stands in."""

    number: str
    reason: str = ""


def set_line(
    *, actor: Actor, at: datetime, union: Union, year: int, code: str, fund: str, amount: int
) -> BudgetLine:
    """What may be spent in the year on an account of expenditure, in a fund, in fen; as a draft. Raises Refusal once
    the budget of the year was adopted."""
    actor = access.require(actor, books.MANAGE, union.pk)
    books.held(union)
    _is_expenditure(year, code, fund)
    if _lines(union, year).exclude(state=BudgetLine.State.DRAFT).exists():
        raise Refusal(
            "budget_adopted",
            _("This year's budget has been adopted. The union above can raise a line of it."),
        )
    if amount < 0:
        raise Refusal("amount_below_nothing", _("A budget cannot be below nothing."))
    line, made = BudgetLine.objects.get_or_create(
        union_id=union.pk,
        year=year,
        code=code,
        fund=fund,
        defaults={"county_id": union.stands_in, "amount": amount},
    )
    if not made:
        line.amount = amount
        line.save(update_fields=["amount"])
    told.of_book(
        actor, at, "ledger.budget_line", union, {"year": year, "account": code, "fund": fund, "fen": amount}
    )
    return line


def adopt(*, actor: Actor, at: datetime, union: Union, year: int, paper: Paper) -> list[BudgetLine]:
    """The committee adopts the draft of the year, by a document. Raises Refusal where there is none,
    and where the year has spent more than a line says."""
    actor = access.require(actor, books.MANAGE, union.pk)
    books.held(union)
    return _decide(actor, at, union, year, paper, BudgetChange.Kind.ADOPTED)


def approve(*, actor: Actor, at: datetime, union: Union, year: int, paper: Paper) -> list[BudgetLine]:
    """The union above approves the adopted budget; from this year on nothing is spent without a line. Raises NotForYou
    for anybody else."""
    actor = _from_above(actor, union)
    book = books.held(union)
    adopted = BudgetChange.objects.filter(line__in=_lines(union, year), kind=BudgetChange.Kind.ADOPTED)
    if actor.user_id in adopted.values_list("user_id", flat=True):
        raise Refusal(
            "own_budget", _("Whoever recorded that it was adopted does not approve it. Ask a colleague.")
        )
    lines = _decide(actor, at, union, year, paper, BudgetChange.Kind.APPROVED)
    if book.budget_from is None or book.budget_from > year:
        book.budget_from = year
        book.save(update_fields=["budget_from"])
    return lines


def raise_line(*, actor: Actor, at: datetime, line_id: int, amount: int, paper: Paper) -> BudgetLine:
    """The union above allows so much more (fen) on an approved line, by a document and with a reason: the one way past
    the cap, and recorded. The same amount by the same document again is once."""
    line = BudgetLine.objects.select_for_update().filter(pk=line_id, state=BudgetLine.State.APPROVED).first()
    if line is None:
        raise NotForYou("no_such_line", _("There is no such line in an approved budget."))
    union = Union.objects.get(pk=line.union_id)
    actor = _from_above(actor, union)
    if amount <= 0 or not paper.number.strip() or not paper.reason.strip():
        raise Refusal("paper_missing", _("Say how much more, by which document, and why."))
    if line.changes.filter(
        kind=BudgetChange.Kind.RAISED, document=paper.number.strip(), amount=amount
    ).exists():
        return line
    line.raised += amount
    line.save(update_fields=["raised"])
    _changed(actor, at, [line], BudgetChange.Kind.RAISED, paper, amount)
    told.of_book(
        actor, at, "ledger.budget_raise", union, {"year": line.year, "account": line.code, "fen": amount}
    )
    return line


def reserve(*, actor: Actor, at: datetime, line_id: int, amount: int, source: Source) -> Hold:
    """Keep so much (fen) of a line for this source; the hold that stands where there is one. However many ask at once,
    no more is kept than is left. Raises Refusal with what is left."""
    line = BudgetLine.objects.select_for_update().filter(pk=line_id).first()
    if line is None:
        raise NotForYou("no_such_line", _("There is no such line in an approved budget."))
    actor = access.require(actor, posting.POST, line.union_id)
    stands = Hold.objects.filter(source=source.kind, source_id=source.id).first()
    if stands is not None:
        if (stands.line_id, stands.amount) != (line.pk, amount):
            raise Refusal("held_differently", _("Money is kept for this already, of another line or amount."))
        return stands
    if line.state != BudgetLine.State.APPROVED:
        raise Refusal("budget_not_approved", _("This budget has not been approved yet."))
    if not 0 < amount <= line.left:
        raise Refusal(
            "budget_exceeded",
            _("Only %(left)s of this budget line are left. The union above can raise it.")
            % {"left": money(line.left)},
            left=line.left,
        )
    hold = Hold.objects.create(
        line=line, amount=amount, source=source.kind, source_id=source.id, made_at=at, changed_at=at,
        union_id=line.union_id, county_id=line.county_id,
    )  # fmt: skip
    _held(actor, at, hold, "ledger.hold")
    return hold


def commit(*, actor: Actor, at: datetime, hold_id: int) -> Hold:
    """What was asked for was decided: the money is committed. Twice is once."""
    return _go_on(actor, at, hold_id, {Hold.State.RESERVED}, Hold.State.COMMITTED, "ledger.commit")


def release(*, actor: Actor, at: datetime, hold_id: int) -> Hold:
    """The money is not needed: the line has it back. Twice is once."""
    return _go_on(
        actor, at, hold_id, {Hold.State.RESERVED, Hold.State.COMMITTED}, Hold.State.RELEASED, "ledger.release"
    )


def spend(*, actor: Actor, at: datetime, hold_id: int) -> Hold:
    """The hold gives way to what is posted for it, in the caller's transaction: the entry comes right after."""
    return _go_on(
        actor, at, hold_id, {Hold.State.RESERVED, Hold.State.COMMITTED}, Hold.State.SPENT, "ledger.spend"
    )


def _go_on(
    actor: Actor, at: datetime, hold_id: int, coming: set[Hold.State], to: Hold.State, action: str
) -> Hold:
    hold = Hold.objects.select_for_update().filter(pk=hold_id).first()
    if hold is None:
        raise NotForYou("no_such_hold", _("No money is kept under this number."))
    actor = access.require(actor, posting.POST, hold.union_id)
    if hold.state == to:
        return hold
    if hold.state not in coming:
        raise Refusal("hold_over", _("This money has been spent or given back already."))
    hold.state, hold.changed_at = to, at
    hold.save(update_fields=["state", "changed_at"])
    _held(actor, at, hold, action)
    return hold


def _decide(
    actor: Actor, at: datetime, union: Union, year: int, paper: Paper, kind: BudgetChange.Kind
) -> list[BudgetLine]:
    come, to = _STEPS[kind]
    if not paper.number.strip():
        raise Refusal("paper_missing", _("Name the document of this decision."))
    lines = list(_lines(union, year).filter(state=come).select_for_update().order_by("pk"))
    if not lines:
        raise Refusal("no_such_budget", _("There is no budget of this year that waits for this."))
    try:
        with transaction.atomic():
            BudgetLine.objects.filter(pk__in=[line.pk for line in lines]).update(state=to)
    except IntegrityError:
        raise Refusal(
            "spent_already",
            _("On a line more has been spent in this year than the budget says. Look at what is left."),
        ) from None
    _changed(actor, at, lines, kind, paper, None)
    told.of_book(actor, at, f"ledger.budget_{kind}", union, {"year": year, "lines": len(lines)}, paper.reason)
    return list(_lines(union, year).order_by("code", "fund"))


def _changed(
    actor: Actor,
    at: datetime,
    lines: list[BudgetLine],
    kind: BudgetChange.Kind,
    paper: Paper,
    amount: int | None,
) -> None:
    BudgetChange.objects.bulk_create(
        BudgetChange(
            line=line,
            kind=kind,
            amount=line.amount if amount is None else amount,
            document=paper.number.strip(),
            reason=paper.reason.strip(),
            user_id=actor.user_id or 0,
            at=at,
            union_id=line.union_id,
            county_id=line.county_id,
        )
        for line in lines
    )


def _lines(union: Union, year: int) -> QuerySet[BudgetLine]:
    return BudgetLine.objects.filter(union_id=union.pk, year=year)


def _from_above(actor: Actor, union: Union) -> Actor:
    over = books.above(union)
    if over is None:
        raise NotForYou("nobody_above", _("There is no union above that could approve this budget."))
    return access.require(actor, APPROVE, over.pk)


def _is_expenditure(year: int, code: str, fund: str) -> None:
    chart = accounts.chart_on(date(year, 12, 31))
    if fund not in definitions.load().funds:
        raise Refusal("no_such_fund", _("There is no such fund."))
    if not any(one.code == code and one.element == "expenditure" and not one.part for one in chart.accounts):
        raise Refusal("no_expenditure", _("A budget is made for accounts of expenditure, three digits each."))


def _held(actor: Actor, at: datetime, hold: Hold, action: str) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="ledger_hold",
        subject_id=hold.pk,
        place=audit.Place(hold.union_id, hold.county_id),
        detail={"fen": hold.amount},
    )
