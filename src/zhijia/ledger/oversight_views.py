"""The books of all unions below on a page: the central view of a federation's finance."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.requests import Asked, whole_number
from zhijia.ledger.queries import oversight
from zhijia.ledger.queries.oversight import Kept, Only
from zhijia.ledger.views import VIEW, drawn
from zhijia.registry.views.asking import union_or_404


def below(request: Asked, code: str) -> HttpResponse:
    """Every union below with its books, or those alone that need somebody to look."""
    union = union_or_404(request, code, VIEW)
    today = days.business_day(days.now())
    words: dict[Only, str] = {
        "": _("All unions"),
        "none": _("Keep no books here"),
        "behind": _("Behind with closing"),
        "unbudgeted": _("No approved budget"),
        "over": _("Nearly spent"),
    }
    only: Only = next((key for key in words if key == request.GET.get("only", "")), "")
    page = oversight.below(
        actor=request.actor,
        union=union,
        today=today,
        only=only,
        after=whole_number(request.GET.get("after", "")),
        rows=parameters.value("pages.rows", day=today),
    )
    due = oversight.due(today)
    context: dict[str, Any] = {
        "totals": oversight.totals(actor=request.actor, union=union, today=today),
        "rows": [_row(kept, today, due) for kept in page.rows],
        "after": page.after,
        "due": due,
        "year": today.year,
        "tabs": [(label, f"?only={key}" if key else "?", key == only, None) for key, label in words.items()],
    }
    return drawn(request, "ledger/below.html", union, **context)


def _row(kept: Kept, today: date, due: date) -> dict[str, Any]:
    """A union with how its books stand: `none`, `behind` with how many days, `closed`."""
    if kept.opened_on is None:
        return {"union": kept, "state": "none", "days": None}
    behind = kept.opened_on <= due and (kept.closed_through is None or kept.closed_through < due)
    last = kept.closed_through
    open_days = (today - last).days if last else (today - kept.opened_on).days + 1
    return {"union": kept, "state": "behind" if behind else "closed", "days": open_days}
