"""Running drives: the list, a new one, how far one is, targets, the report."""

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhijia.accounts.answered import once
from zhijia.campaigns.forms import NewDriveForm, TargetsForm, WhyForm
from zhijia.campaigns.models import Drive, Share
from zhijia.campaigns.queries import drives as listed
from zhijia.campaigns.queries import meant, progress, tallies
from zhijia.campaigns.queries import report as reports
from zhijia.campaigns.services import opening, ordering, sharing
from zhijia.campaigns.services.opening import OPEN, VIEW
from zhijia.campaigns.views.asking import KINDS, Here, here_or_404, rows_of_a_page
from zhijia.catalogue import parameters
from zhijia.catalogue.campaign_rules import Campaign
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.kernel.sheets import write_workbook
from zhijia.registry import access, tree
from zhijia.registry.models import Union
from zhijia.registry.views.asking import at_work, nothing, union_or_404
from zhijia.ui.forms import Form
from zhijia.ui.refusing import done, say

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_TYPED = 200
"""Up to so many unions straight below, targets are typed; more are shared by their members."""


def here(request: Asked) -> HttpResponse:
    """The drives of the union the actor works for now."""
    return at_work(request, VIEW, "campaigns:drives")


def drives(request: Asked, code: str) -> HttpResponse:
    """The drives a union runs or takes part in, and what their returns ask of it in minutes."""
    union = union_or_404(request, code, VIEW)
    seen, after = listed.page(union, after=whole_number(request.GET.get("after", "")), rows=rows_of_a_page())
    burdens = listed.burdens(union, day=days.business_day(days.now()))
    context = {
        "union": union,
        "rows": [(one, KINDS[one.drive.state]) for one in seen],
        "next": after,
        "burdens": burdens,
        "minutes": sum(one.minutes for one in burdens),
        "may_open": access.may(request.actor, OPEN, union.pk),
    }
    return render(request, "campaigns/drives.html", context)


@once
def new(request: Asked, code: str) -> HttpResponse:
    """Choose what to run, then say from when and how much."""
    union = union_or_404(request, code, OPEN)
    today = days.business_day(days.now())
    offered = listed.offered(union, day=today)
    chosen = next(((one, many) for one, many in offered if one.code == request.GET.get("of")), None)
    if chosen is None:
        return render(request, "campaigns/choose.html", {"union": union, "offered": offered})
    campaign, minutes = chosen
    of_years = (
        int(parameters.value(campaign.years, division=union.division, day=today)) if campaign.years else 1
    )
    form = NewDriveForm(
        request.POST or None,
        campaign=campaign,
        today=today,
        of_years=of_years,
        initial={"opens_on": today.isoformat()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = opening.make(
                actor=request.actor, at=days.now(), union=union, code=campaign.code, **form.said()
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            return redirect("campaigns:drive", code=union.code, number=made.pk)
    context = {"union": union, "campaign": campaign, "minutes": minutes, "form": form}
    context |= _meant(request, campaign, union, today) | {"count_url": f"?of={campaign.code}&count=1"}
    return render(request, "campaigns/new.html", context, status=422 if form.errors else 200)


def drive(request: Asked, code: str, number: int) -> HttpResponse:
    """How far a drive is: at the union, at those straight below, and what is to be done next."""
    return _page(request, here_or_404(request, code, number))


@require_POST
def act(request: Asked, code: str, number: int, act: str) -> HttpResponse:
    """Open it, have the roster made anew, order its money, close or stop it."""
    one = here_or_404(request, code, number)
    if act not in ACTS:
        nothing()
    form = WhyForm(request.POST, prefix="stop") if act == "stop" else None
    if form is not None and not form.is_valid():
        return _page(request, one, stop=form)
    if done(request, lambda: ACTS[act](request, one, form), WORDS[act](), form=form) or form is None:
        return redirect("campaigns:drive", code=code, number=number)
    return _page(request, one, stop=form)


def targets(request: Asked, code: str, number: int) -> HttpResponse:
    """Share one's own target out to the unions straight below."""
    one = here_or_404(request, code, number)
    if not access.may(request.actor, OPEN, one.union.pk):
        nothing()
    own = list(Share.objects.filter(drive=one.drive, union_id=one.union.pk).order_by("measure", "year"))
    asked = f"{request.GET.get('of', '')}"
    share = next((row for row in own if f"{row.measure}-{row.year}" == asked), own[0] if own else None)
    if share is None:
        nothing()
    measure = one.campaign.targets[share.measure]
    unions = list(tree.children(one.union.pk).filter(dissolved_on__isnull=True))
    said = Share.objects.filter(
        drive=one.drive, above_id=one.union.pk, measure=share.measure, year=share.year
    ).values_list("union_id", "amount")
    by_members = "by_members" in request.POST
    parts = sharing.by_members(one.drive, one.union, share.measure, share.year) if by_members else dict(said)
    typed = len(unions) <= MOST_TYPED
    form = TargetsForm(
        request.POST if request.method == "POST" and not by_members else None,
        measure=measure,
        unions=unions if typed else [],
        parts=parts,
    )
    if request.method == "POST" and (form.is_valid() or (by_members and not typed)):
        amounts = parts if by_members else form.said()

        def do() -> None:
            sharing.share(
                actor=request.actor, at=days.now(), drive_id=one.drive.pk, above=one.union, measure=share.measure,
                year=share.year, parts=amounts,
            )  # fmt: skip

        if done(request, do, _("The targets are shared out; the unions are told."), form=form):
            return redirect("campaigns:drive", code=code, number=number)
    context = {
        "here": one, "union": one.union, "share": share, "measure": measure, "form": form, "typed": typed,
        "below": bool(unions), "tabs": [
            (
                f"{one.campaign.targets[row.measure].label}{f' · {row.year}' if row.year else ''}",
                f"?of={row.measure}-{row.year}", row.pk == share.pk, None,
            )
            for row in own
        ],
    }  # fmt: skip
    return render(request, "campaigns/targets.html", context, status=422 if form.errors else 200)


@require_GET
def report(request: Asked, code: str, number: int) -> HttpResponse:
    """The figures of a drive with where they come from; once it is closed, as they were then."""
    one = here_or_404(request, code, number)
    if not one.is_own or one.drive.state == Drive.State.STOPPED:
        nothing()
    said = reports.of(one.drive, one.campaign, today=days.business_day(days.now()))
    context = {"here": one, "union": one.union, "report": said, "lines": list(reports.lines(said))}
    return render(request, "campaigns/report.html", context)


@require_GET
def workbook(request: Asked, code: str, number: int) -> HttpResponse:
    """The report as a sheet. It names nobody."""
    one = here_or_404(request, code, number)
    if not one.is_own or one.drive.state == Drive.State.STOPPED:
        nothing()
    said = reports.of(one.drive, one.campaign, today=days.business_day(days.now()))
    header = [_("What"), _("Year"), _("Target, or how many"), _("Reached"), _("Unit"), _("Made of")]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.xlsx"
        about = (
            _("About"),
            [(_("Drive"), one.drive.called), (_("Union"), one.union.name), (_("Day"), said["day"])],
        )
        write_workbook(path, header, reports.rows(said), sheet=_("Report"), about=about)
        response = HttpResponse(path.read_bytes(), content_type=WORKBOOK)
    response["Content-Disposition"] = content_disposition_header(True, f"{one.drive.called}.xlsx")
    return response


def _page(request: Asked, one: Here, stop: Form | None = None) -> HttpResponse:
    today, rows = days.business_day(days.now()), rows_of_a_page()
    below, after = progress.below(one.union, after=whole_number(request.GET.get("after", "")), rows=rows)
    own, *lines = progress.of(one.drive, one.campaign, one.union, [one.union, *below], today)
    on, off = tallies.listed(one.drive, one.union)
    may_open = access.may(request.actor, OPEN, one.union.pk)
    context: dict[str, Any] = {
        "here": one,
        "union": one.union,
        "own": own,
        "lines": lines,
        "next": after,
        "given": progress.given(one.drive, one.campaign, one.union, today),
        "on": on,
        "off": off,
        "may_open": may_open and one.is_own,
        "may_share": may_open
        and bool(below)
        and one.drive.state in {Drive.State.DRAFT, Drive.State.OPEN}
        and any(cell.target is not None for cell in own.cells),
        "money": [thing for thing in one.campaign.each if thing.gives == "money"],
        "stop": stop or WhyForm(prefix="stop"),
    }
    if context["may_open"] and one.drive.state == Drive.State.DRAFT:
        context |= _meant(request, one.campaign, one.union, today)
    return render(request, "campaigns/drive.html", context, status=422 if stop and stop.errors else 200)


def _meant(request: Asked, campaign: Campaign, union: Union, today: date) -> dict[str, Any]:
    """Who a drive of the union is for in words; how many that are, where the page is asked for it."""
    counted = "count" in request.GET
    many = meant.how_many(campaign, union, on=today) if counted else None
    return {"meant": meant.said(campaign, union, on=today), "counted": counted, "many": many}


def _open(request: Asked, one: Here, _form: Form | None) -> None:
    opening.open_drive(actor=request.actor, at=days.now(), drive_id=one.drive.pk)


def _refresh(request: Asked, one: Here, _form: Form | None) -> None:
    opening.refresh(actor=request.actor, at=days.now(), drive_id=one.drive.pk)


def _money(request: Asked, one: Here, _form: Form | None) -> None:
    thing = request.POST.get("thing", "")
    ordering.order_money(actor=request.actor, at=days.now(), drive_id=one.drive.pk, code=thing)


def _close(request: Asked, one: Here, _form: Form | None) -> None:
    opening.close(actor=request.actor, at=days.now(), drive_id=one.drive.pk)


def _stop(request: Asked, one: Here, form: Form | None) -> None:
    reason = form.cleaned_data["reason"] if form else ""
    opening.stop(actor=request.actor, at=days.now(), drive_id=one.drive.pk, reason=reason)


ACTS: dict[str, Callable[[Asked, Here, Form | None], None]] = {
    "open": _open,
    "refresh": _refresh,
    "money": _money,
    "close": _close,
    "stop": _stop,
}
WORDS: dict[str, Callable[[], str]] = {
    "open": lambda: _("It is open. The roster is being made; look again in a minute."),
    "refresh": lambda: _("The roster is being made anew; look again in a minute."),
    "money": lambda: _("The payments are ordered. Two colleagues release them."),
    "close": lambda: _("It is closed, and its report is written."),
    "stop": lambda: _("It is stopped."),
}
