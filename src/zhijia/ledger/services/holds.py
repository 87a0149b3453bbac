"""Money of a budget line kept for what another room decided: the decision was the right, so that none is asked here."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.ledger_kinds import MAIN
from zhijia.kernel.errors import Refusal
from zhijia.ledger.models import Book, BudgetLine, Hold
from zhijia.ledger.services import accounts
from zhijia.ledger.services.posting import Source
from zhijia.registry.models import Union
from zhijia.ui.templatetags.ui import money

_GO_ON = """
UPDATE ledger_hold SET state = %(to)s, changed_at = %(at)s
WHERE id = ANY (%(holds)s) AND state IN ('reserved', 'committed')"""


def keep(
    *, at: datetime, union: Union, day: date, code: str, fund: str, amount: int, source: Source
) -> Hold | None:
    """Commit so much (fen) of the approved line for this, in the caller's transaction; none where the union's books ask
    for no budget on that day. Raises Refusal with what is left, and where there is no line."""
    kept = keep_each(at=at, union=union, day=day, code=code, fund=fund, wanted=[(source, amount)])
    return kept[0] if kept else None


def reserve(
    *, at: datetime, union: Union, day: date, code: str, fund: str, amount: int, source: Source
) -> Hold | None:
    """The same for what is asked for and not decided yet: it can be let go, and is no promise."""
    kept = _reserved(at, union, day, code, fund, [(source, amount)])
    return kept[0] if kept else None


def keep_each(
    *, at: datetime, union: Union, day: date, code: str, fund: str, wanted: Sequence[tuple[Source, int]]
) -> list[Hold]:
    """Commit for many sources of one line at once, in their order; nothing where the books ask for no budget."""
    kept = _reserved(at, union, day, code, fund, wanted)
    Hold.objects.filter(pk__in=[hold.pk for hold in kept]).update(state=Hold.State.COMMITTED)
    return kept


def _reserved(
    at: datetime, union: Union, day: date, code: str, fund: str, wanted: Sequence[tuple[Source, int]]
) -> list[Hold]:
    if not _is_spent(code, day):
        return []
    line = (
        BudgetLine.objects.select_for_update()
        .filter(union_id=union.pk, year=day.year, code=code[:3], fund=fund, state=BudgetLine.State.APPROVED)
        .first()
    )
    if line is None:
        if Book.objects.filter(pk=union.pk, budget_from__lte=day.year).exists():
            raise Refusal(
                "spending_has_a_budget_line",
                _("The approved budget of this year has no line for this. The union above can raise it."),
            )
        return []
    if sum(amount for _source, amount in wanted) > line.left:
        raise Refusal(
            "budget_exceeded",
            _("Only %(left)s of this budget line are left. The union above can raise it.")
            % {"left": money(line.left)},
            left=line.left,
        )
    return Hold.objects.bulk_create(
        [
            Hold(
                line=line, amount=amount, source=source.kind, source_id=source.id, made_at=at, changed_at=at,
                union_id=line.union_id, county_id=line.county_id,
            )
            for source, amount in wanted
        ],
        batch_size=5_000,
    )  # fmt: skip


def _is_spent(code: str, day: date) -> bool:
    """Whether money paid on this account is spent: what goes back of an income, or is owed, is in no budget."""
    chart = accounts.chart_on(day)
    return not any(one.code == code[:MAIN] and one.element != "expenditure" for one in chart.accounts)


def give_way(cursor: Any, *, at: datetime, hold_ids: Sequence[int]) -> None:
    """These holds give way to what is posted for them right after, in the same transaction. Twice is once."""
    cursor.execute(_GO_ON, {"to": Hold.State.SPENT, "at": at, "holds": list(hold_ids)})


def let_go(cursor: Any, *, at: datetime, hold_ids: Sequence[int]) -> None:
    """The money is not needed: its lines have it back. Twice is once."""
    cursor.execute(_GO_ON, {"to": Hold.State.RELEASED, "at": at, "holds": list(hold_ids)})
