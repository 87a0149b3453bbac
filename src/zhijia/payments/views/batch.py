"""A batch and a payment on pages: what is in it, what rings, who released it; release, withdraw, stop, pay anew."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.accounts.answered import once
from zhijia.accounts.models import User
from zhijia.catalogue import definitions, parameters
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.ledger.services import accounts
from zhijia.payments import channels, words
from zhijia.payments.forms import ReasonForm, ResultForm
from zhijia.payments.models import Alarm, Batch, Payment
from zhijia.payments.queries import payments as queries
from zhijia.payments.services import batching, keeping, paying, releasing, sending, wanting
from zhijia.payments.views.asking import batch_or_404, done, payment_or_404
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.views.asking import nothing

State = Payment.State


def batch(request: Asked, number: int) -> HttpResponse:
    """What two people agree to: payees, accounts, sums, and what rings."""
    found, union = batch_or_404(request, number)
    at = days.now()
    size = parameters.value("pages.rows", day=days.business_day(at))
    rung = queries.alarms(found)
    unanswered = {alarm.payment_id for alarm in rung if alarm.answered_at is None}
    totals = queries.totals(found)
    names = _names([found.made_by, found.first_by, found.second_by])
    context = {
        "batch": found,
        "union": union,
        "page": queries.of_batch(found, at=at, after=request.GET.get("after", ""), rows=size),
        "totals": totals,
        "many": sum(row["many"] for row in totals),
        "fen": sum(row["fen"] for row in totals),
        "alarms": [
            (alarm, words.ALARMS[alarm.kind], ReasonForm(auto_id=f"reason-{alarm.pk}-%s")) for alarm in rung
        ],
        "ringing": bool(unanswered),
        "unanswered": unanswered,
        "left": [(one, words.HAPPENED[one.happened]) for one in queries.left(found)],
        "made_by": names.get(found.made_by, ""),
        "first_by": names.get(found.first_by or 0, ""),
        "second_by": names.get(found.second_by or 0, ""),
        "may_release": _may(request, batching.RELEASE, union),
        "released_by_me": found.first_by == request.actor.user_id and found.state == Batch.State.HALF,
        "by_file": channels.goes_by_file(found.bank_account.channel),
        "form": ReasonForm(),
        "result": ResultForm(),
    }
    return render(request, "payments/batch.html", context)


@require_POST
@once
def release(request: Asked, number: int) -> HttpResponse:
    """Agree that it goes out, as the first or the second."""
    found, _union = batch_or_404(request, number)
    return done(
        request,
        lambda: releasing.release(actor=request.actor, at=days.now(), batch_id=found.pk),
        _("Released by you."),
        "payments:batch",
        found.pk,
    )


@require_POST
@once
def withdraw(request: Asked, number: int) -> HttpResponse:
    """The batch is none any more."""
    found, union = batch_or_404(request, number)
    return done(
        request,
        lambda: batching.withdraw(actor=request.actor, at=days.now(), batch_id=found.pk),
        _("The batch is withdrawn; its payments wait again."),
        "payments:union",
        union.code,
    )


@require_POST
@once
def answer_alarm(request: Asked, number: int) -> HttpResponse:
    """Say why it may go all the same."""
    alarm = Alarm.objects.filter(pk=number).select_related("payment").first()
    if alarm is None or alarm.payment.batch_id is None:
        nothing()
    reason = request.POST.get("reason", "")
    return done(
        request,
        lambda: releasing.answer_alarm(actor=request.actor, at=days.now(), alarm_id=number, reason=reason),
        _("Your answer is written down."),
        "payments:batch",
        alarm.payment.batch_id,
    )


@require_POST
def bank_file(request: Asked, number: int) -> HttpResponse:
    """The file with a released batch, for a bank that takes files."""
    found, _union = batch_or_404(request, number)
    name, content = sending.file_of(actor=request.actor, at=days.now(), batch_id=found.pk)
    ending = "csv" if found.bank_account.channel == "csv" else "txt"
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@once
def results(request: Asked, number: int) -> HttpResponse:
    """Read the bank's result file in."""
    found, _union = batch_or_404(request, number)
    form = ResultForm(request.POST, request.FILES)
    content = form.cleaned_data["file"].read() if form.is_valid() else b""
    return done(
        request,
        lambda: sending.read_results(actor=request.actor, at=days.now(), batch_id=found.pk, content=content),
        _("What the bank says is written down."),
        "payments:batch",
        found.pk,
    )


def payment(request: Asked, number: int) -> HttpResponse:
    """One payment: where it stands, and all that happened to it."""
    found, union = payment_or_404(request, number)
    happened = list(found.events.order_by("pk"))
    names = _names([one.user_id for one in happened])
    may_order = _may(request, paying.ORDER, union)
    chart = accounts.chart_on(days.business_day(found.ordered_at))
    gone_wrong = found.state in {State.FAILED, State.RETURNED}
    unwanted = wanting.unwanted([found]).get(found.pk) if gone_wrong else None
    context = {
        "payment": found,
        "union": union,
        "shown": queries.shown(found, at=days.now()),
        "fund": definitions.load().funds[found.fund].label,
        "spent_on": f"{found.code} {chart.account(found.code).label}",
        "events": [
            (
                one,
                words.HAPPENED.get(one.happened, one.happened),
                names.get(one.user_id or 0, ""),
                words.of_bank(one.reason, one.at) if one.user_id is None else "",
            )
            for one in happened
        ],
        "reason": words.of_bank(found.reason, days.now()),
        "form": ReasonForm(),
        "unwanted": unwanted,
        "may_stop": found.state in batching.STOPPABLE and access.may(request.actor, batching.STOP, union.pk),
        "may_anew": gone_wrong and may_order and not unwanted,
    }
    return render(request, "payments/payment.html", context)


@require_POST
@once
def stop(request: Asked, number: int) -> HttpResponse:
    """It is not paid."""
    found, _union = payment_or_404(request, number)
    reason = request.POST.get("reason", "")
    return done(
        request,
        lambda: batching.stop(actor=request.actor, at=days.now(), payment_id=found.pk, reason=reason),
        _("Stopped. It is not paid."),
        "payments:payment",
        found.pk,
    )


@require_POST
@once
def anew(request: Asked, number: int) -> HttpResponse:
    """Pay what the bank gave back under a new reference."""
    found, _union = payment_or_404(request, number)
    return done(
        request,
        lambda: batching.anew(actor=request.actor, at=days.now(), payment_id=found.pk),
        _("It waits again. Put it into a batch, and two people release it."),
        "payments:payment",
        found.pk,
    )


def _may(request: Asked, permission: str, union: Union) -> bool:
    """Whether the actor may move the union's money by this right."""
    return keeping.reaches(access.rights_of(request.actor), permission, keeping.keepers(union, days.now()))


def _names(users: list[int | None]) -> dict[int, str]:
    """The log-ins of the colleagues among these, as far as whoever asks may know them. A member's says nothing."""
    asked = {user for user in users if user is not None}
    return dict(User.objects.filter(pk__in=asked, staff=True).values_list("pk", "login"))
