"""Money of a budget line kept for what another room decided: the decision was the right, so that none is asked here."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.errors import Refusal
from zhijia.ledger.models import Book, BudgetLine, Hold
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
        return None
    if amount > line.left:
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
    Hold.objects.filter(pk=hold.pk).update(state=Hold.State.COMMITTED)
    return hold


def give_way(cursor: Any, *, at: datetime, hold_ids: Sequence[int]) -> None:
    """These holds give way to what is posted for them right after, in the same transaction. Twice is once."""
    cursor.execute(_GO_ON, {"to": Hold.State.SPENT, "at": at, "holds": list(hold_ids)})


def let_go(cursor: Any, *, at: datetime, hold_ids: Sequence[int]) -> None:
    """The money is not needed: its lines have it back. Twice is once."""
    cursor.execute(_GO_ON, {"to": Hold.State.RELEASED, "at": at, "holds": list(hold_ids)})
