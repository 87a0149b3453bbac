"""The bank's books beside ours on a page: differences first, each with what to do."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from zhijia.accounts.answered import once
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.payments import gate
from zhijia.payments.banking import files
from zhijia.payments.banking.connection import NoBank
from zhijia.payments.models import BankAccount, Difference, Receipt
from zhijia.payments.queries import arrivals, differences
from zhijia.payments.reconciliation import fetching, incoming, settling
from zhijia.payments.reconciliation.forms import ExplainForm, StatementForm
from zhijia.payments.reconciliation.settling import RECONCILE
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.views.asking import at_work, nothing, union_or_404
from zhijia.ui.refusing import say


def here(request: Asked) -> HttpResponse:
    """Reconciliation of the union the actor works for now."""
    return at_work(request, RECONCILE, "payments:reconciliation")


def page(request: Asked, code: str) -> HttpResponse:
    """What differs between the bank and here; a statement can be read in."""
    union = union_or_404(request, code, RECONCILE)
    accounts = differences.accounts_of(union.pk)
    rows = [one.row for one in accounts]
    form = StatementForm(request.POST or None, request.FILES or None, accounts=rows)
    if request.method == "POST" and form.is_valid():
        try:
            _read(request, form, rows)
        except Refusal as refusal:
            say(request, refusal, form, "file")
        else:
            messages.success(request, _("The statement was read and compared."))
            return redirect("payments:reconciliation", code=union.code)
    leftovers = incoming.leftovers(union.pk)
    context = {
        "union": union,
        "accounts": accounts,
        "compared": any(one.last is not None for one in accounts),
        "form": form,
        "explain": ExplainForm(),
        "found": differences.open_at(union.pk),
        "settled": differences.settled_at(union.pk),
        "fitting": sum(one.fits is not None for one in leftovers),
        "leftovers": leftovers,
        "refused": arrivals.open_at(union.pk),
        "is_open": gate.is_open(),
        "may_open": _may_open(request),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "payments/reconciliation.html", context, status=status)


@require_POST
@once
def settle(request: Asked, number: int) -> HttpResponse:
    """Take over what the bank says, or write down what it was."""
    found = Difference.objects.filter(pk=number).first()
    union = Union.objects.filter(pk=found.union_id).first() if found else None
    if union is None or not access.may(request.actor, RECONCILE, union.pk):
        nothing()
    if "take_over" in request.POST:
        settling.take_over(actor=request.actor, at=days.now(), difference_id=number)
        messages.success(request, _("What the bank says counts here too now."))
    else:
        reason = request.POST.get("reason", "")
        settling.explain(actor=request.actor, at=days.now(), difference_id=number, reason=reason)
        messages.success(request, _("It is written down, and settled."))
    return redirect("payments:reconciliation", code=union.code)


@require_POST
@once
def match_fitting(request: Asked, code: str) -> HttpResponse:
    """Match what came in to what was expected, where reference and amount say so."""
    union = union_or_404(request, code, RECONCILE)
    many = incoming.match_fitting(actor=request.actor, at=days.now(), union_id=union.pk)
    done = ngettext("%(many)s line was matched and posted.", "%(many)s lines were matched and posted.", many)
    messages.success(request, done % {"many": many})
    return redirect("payments:reconciliation", code=union.code)


@require_POST
@once
def assign(request: Asked, number: int) -> HttpResponse:
    """Say what money that came in is for."""
    receipt = Receipt.objects.filter(pk=number).first()
    union = Union.objects.filter(pk=receipt.union_id).first() if receipt else None
    if union is None or not access.may(request.actor, RECONCILE, union.pk):
        nothing()
    reference = request.POST.get("reference", "")
    incoming.assign(actor=request.actor, at=days.now(), receipt_id=number, reference=reference)
    messages.success(request, _("It is posted as what was expected."))
    return redirect("payments:reconciliation", code=union.code)


@require_POST
def open_gate(request: Asked) -> HttpResponse:
    """Let payments go to the banks again."""
    settling.open_gate(actor=request.actor, at=days.now())
    messages.success(request, _("Payments go to the banks again."))
    return redirect("payments:reconciliation_here")


def _read(request: Asked, form: StatementForm, accounts: list[BankAccount]) -> None:
    data = form.cleaned_data
    account = next(one for one in accounts if one.pk == data["account"])
    actor = access.require(request.actor, RECONCILE, account.union_id)
    try:
        reader = files.opened(data["profile"])
    except NoBank as error:
        raise Refusal("no_bank", _("No bank is set here.")) from error
    told = reader.read_statement(data["file"].read())
    fetching.take(actor=actor, at=days.now(), account=account, told=told, came_by=data["profile"])


def _may_open(request: Asked) -> bool:
    """Whether the gate can be opened by whoever asks, at the highest union."""
    return any(access.may(request.actor, RECONCILE, root) for root in settling.roots())
