"""Goods on pages: what is in stock, a lot with what went out of it, receipts."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.answered import once
from zhijia.assets.forms import IssueForm, LotForm
from zhijia.assets.models import Card, Handed, Issue, Lot, Return
from zhijia.assets.queries import register
from zhijia.assets.services import asked_for, cards, goods
from zhijia.assets.views.asking import VIEW, drawn, lot_or_404
from zhijia.catalogue import codes, definitions, parameters
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.ledger.queries.rosters import Named
from zhijia.ledger.services.spending import goods as spending
from zhijia.ledger.services.spending import preparing
from zhijia.registry.models import Union
from zhijia.registry.views.asking import nothing, union_or_404
from zhijia.ui.refusing import done, say

ISSUES = 20
"""Issues of a lot that are shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Goods that went out, on their lot's page: what they counted as, to which union, who got them (a line of the
    roster, who it is, whether it came back), what came back, and whether there is anything left to come back."""

    issue: Issue
    counted_as: str
    to: Union | None
    lines: Sequence[tuple[Handed, Named | None, bool]]
    returns: Sequence[Return]

    @property
    def is_out(self) -> bool:
        """Whether any of it has not come back."""
        return self.issue.quantity > sum(back.quantity for back in self.returns)


def lot_list(request: Asked, code: str) -> HttpResponse:
    """The goods of a union, the latest first."""
    union = union_or_404(request, code, VIEW)
    size = parameters.value("pages.rows", day=days.business_day(days.now()))
    found = Lot.objects.filter(union_id=union.pk).order_by("-id")
    after = whole_number(request.GET.get("after", ""))
    if after is not None:
        found = found.filter(pk__lt=after)
    some = list(found[: size + 1])
    rows = [(lot, codes.label("asset_came", lot.came)) for lot in some[:size]]
    next_page = str(some[size - 1].pk) if len(some) > size else ""
    return drawn(request, "assets/lots.html", union, rows=rows, next=next_page)


@once
def new_lot(request: Asked, code: str) -> HttpResponse:
    """Take goods in."""
    union = union_or_404(request, code, cards.MANAGE)
    today = days.business_day(days.now())
    form = LotForm(
        request.POST or None,
        accounts=preparing.money_accounts(union, today),
        today=today,
        initial={"got_on": today},
    )
    if request.method == "POST" and form.is_valid():
        try:
            lot = goods.take_in(
                actor=request.actor,
                at=days.now(),
                union=union,
                once=form.cleaned_data["once"],
                new=form.new(),
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            return redirect("assets:lot", number=lot.pk)
    status = 422 if request.method == "POST" and form.errors else 200
    return drawn(request, "assets/new_lot.html", union, status=status, form=form)


def lot(request: Asked, number: int) -> HttpResponse:
    """Goods of one lot: what is left, and what went to whom."""
    found, union = lot_or_404(request, number)
    return _lot_page(request, found, union, _fresh(found, union))


@require_POST
@once
def issue(request: Asked, number: int) -> HttpResponse:
    """Give some of a lot away."""
    found, union = lot_or_404(request, number)
    today = days.business_day(days.now())
    form = IssueForm(
        request.POST, categories=spending.categories(), asked=asked_for.at(union, today), today=today
    )
    if form.is_valid() and done(
        request,
        lambda: goods.issue(
            actor=request.actor,
            at=days.now(),
            lot_id=found.pk,
            once=form.cleaned_data["once"],
            out=form.out(),
        ),
        _("It stands in the books. Have the roster signed."),
        form,
    ):
        return redirect("assets:lot", number=found.pk)
    return _lot_page(request, found, union, form)


@require_POST
def sign(request: Asked, number: int) -> HttpResponse:
    """These people signed for what they got."""
    gone = Issue.objects.filter(pk=number).first()
    if gone is None:
        nothing()
    found, _union = lot_or_404(request, gone.lot_id)
    lines = [line for line in map(whole_number, request.POST.getlist("chosen")) if line is not None]
    goods.sign(actor=request.actor, at=days.now(), issue_id=gone.pk, lines=lines)
    return redirect("assets:lot", number=found.pk)


def _fresh(found: Lot, union: Union) -> IssueForm:
    what_for = found.purpose if found.came == Card.Came.DONATED else ""
    today = days.business_day(days.now())
    return IssueForm(
        categories=spending.categories(),
        asked=asked_for.at(union, today),
        today=today,
        initial={"day": today, "what_for": what_for},
    )


def _counted_as(gone: Issue) -> str:
    """What it counted as, in words."""
    spendings = definitions.load().spendings
    words = [str(spendings[gone.category].label)] if gone.category in spendings else []
    if words and gone.occasion:
        words.append(codes.label(spendings[gone.category].occasions, gone.occasion))
    return " · ".join(words)


def _shown(gone: Issue, to: Union | None, known: dict[UUID, Named]) -> Shown:
    returns = list(gone.returns.all())
    back = {line for one in returns for line in one.lines}
    lines = [(line, known.get(line.person_id), line.pk in back) for line in gone.lines.all()]
    return Shown(gone, _counted_as(gone), to, lines, returns)


def _lot_page(request: Asked, found: Lot, union: Union, form: IssueForm) -> HttpResponse:
    issues = list(found.issues.prefetch_related("lines", "returns").order_by("-pk")[:ISSUES])
    people = {line.person_id for gone in issues for line in gone.lines.all()}
    known = register.names(union.pk, people)
    to = Union.objects.in_bulk([gone.to_union_id for gone in issues if gone.to_union_id is not None])
    context = {
        "lot": found,
        "came": codes.label("asset_came", found.came),
        "fund": definitions.load().funds[found.fund].label,
        "issues": [_shown(gone, to.get(gone.to_union_id or 0), known) for gone in issues],
        "form": form,
    }
    status = 422 if request.method == "POST" and form.errors else 200
    return drawn(request, "assets/lot.html", union, status=status, **context)
