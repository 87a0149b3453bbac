"""Working on a roster: what is to be done, who is on it, giving each what the drive gives."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.campaigns import versions
from zhijia.campaigns.forms import NoteForm
from zhijia.campaigns.models import Drive, Entry, Piece
from zhijia.campaigns.queries import meant
from zhijia.campaigns.queries import roster as listed
from zhijia.campaigns.services import giving, ordering
from zhijia.campaigns.services.opening import OPEN, VIEW, WORK
from zhijia.campaigns.views.asking import behind, follows, here_or_404, piece_or_404, rows_of_a_page
from zhijia.catalogue.campaign_rules import Thing
from zhijia.kernel import days
from zhijia.kernel.requests import Asked, whole_number
from zhijia.matters.models import Case
from zhijia.registry import access
from zhijia.registry.views.asking import nothing, row_or_404, union_or_404
from zhijia.ui.refusing import done


def to_do(request: Asked, code: str) -> HttpResponse:
    """What is to be done under the union in all drives, what is due first before the rest."""
    union = union_or_404(request, code, VIEW)
    today = days.business_day(days.now())
    rows, after = listed.to_do(
        union, after=behind(request.GET.get("after", "")), rows=rows_of_a_page(), today=today
    )
    return render(request, "campaigns/to_do.html", {"union": union, "rows": rows, "next": follows(after)})


def roster(request: Asked, code: str, number: int) -> HttpResponse:
    """Who is on the roster under the union; by what is to be done with each."""
    one = here_or_404(request, code, number)
    thing = one.campaign.things.get(request.GET.get("thing", ""))
    state = request.GET.get("state", "") if request.GET.get("state", "") in Piece.State else ""
    today = days.business_day(days.now())
    rows, after = listed.page(
        one.drive, one.campaign, one.union, thing=thing.code if thing else "", state=state,
        after=whole_number(request.GET.get("after", "")), rows=rows_of_a_page(), today=today,
    )  # fmt: skip
    context = {
        "here": one, "union": one.union, "rows": rows, "next": after, "thing": thing, "state": state,
        "tabs": _tabs(one.campaign.each, thing, state),
        "meant": meant.said(one.campaign, one.union, on=today) if not rows and thing is None and not state else None,
    }  # fmt: skip
    return render(request, "campaigns/roster.html", context)


def entry(request: Asked, number: int) -> HttpResponse:
    """One on the roster, with what it gets."""
    row, union = row_or_404(request, Entry.objects.select_related("drive__version"), number, VIEW)
    campaign = versions.of(row.drive)
    one = listed.one(row, campaign, days.business_day(days.now()))
    may = access.may(request.actor, WORK, union.pk) and row.drive.state == Drive.State.OPEN
    cases = {case.pk: case for case in Case.objects.filter(pk__in=[had.piece.case_id for had in one.pieces])}
    context = {
        "union": union, "drive": row.drive, "campaign": campaign, "one": one,
        "household": listed.household(row, campaign),
        "pieces": [
            (
                had,
                NoteForm(asked=had.thing.asks_note, prefix=f"p{had.piece.pk}") if had.thing.gives == "task" else None,
                cases.get(had.piece.case_id) if had.piece.case_id else None,
            )
            for had in one.pieces
        ],
        "may": may, "may_open": access.may(request.actor, OPEN, row.drive.union_id),
    }  # fmt: skip
    return render(request, "campaigns/entry.html", context)


@require_POST
def give(request: Asked, number: int) -> HttpResponse:
    """A task is done, a request is opened for this one, or what somebody stopped is to be ordered again."""
    piece = piece_or_404(request, number)
    drive = Drive.objects.select_related("version").get(pk=piece.drive_id)
    thing = versions.of(drive).things[piece.thing]
    if thing.gives == "case":
        opened: list[Case] = []

        def begin() -> None:
            opened.append(giving.open_case(actor=request.actor, at=days.now(), piece_id=piece.pk))

        if done(request, begin):
            drafted = opened[0].state == Case.State.DRAFT
            return redirect("matters:form" if drafted else "matters:go", opened[0].pk)
    elif thing.gives == "task":
        form = NoteForm(request.POST, asked=thing.asks_note, prefix=f"p{piece.pk}")
        note = form.cleaned_data.get("note", "") if form.is_valid() else ""

        def mark() -> None:
            giving.mark(actor=request.actor, at=days.now(), piece_id=piece.pk, note=note)

        done(request, mark, _("Marked as done."))
    elif thing.gives == "money":

        def again() -> None:
            ordering.again(actor=request.actor, at=days.now(), piece_id=piece.pk)

        done(request, again, _("It is ordered again with the next payments of the drive."))
    else:
        nothing()
    return redirect("campaigns:entry", piece.entry_id)


def _tabs(things: tuple[Thing, ...], chosen: Thing | None, state: str) -> list[tuple[str, str, bool, None]]:
    tabs: list[tuple[str, str, bool, None]] = [(_("All"), "?", chosen is None, None)]
    for thing in things:
        here = chosen is not None and chosen.code == thing.code and state == Piece.State.OPEN
        tabs.append(
            (_("To do: %(what)s") % {"what": thing.label}, f"?thing={thing.code}&state=open", here, None)
        )
    return tabs
