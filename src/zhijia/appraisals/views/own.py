"""What one has to do with appraisals oneself: entries of one's unions and employers, runs to enter, what one marks."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.appraisals.forms import EnterForm
from zhijia.appraisals.models import Entry
from zhijia.appraisals.queries import listing
from zhijia.appraisals.queries.entering import Offer
from zhijia.appraisals.services import entering, versions
from zhijia.appraisals.services.told import ENTER, MARK
from zhijia.appraisals.views.runs import SHADES
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registry import scope
from zhijia.registry.services import representatives
from zhijia.registry.views.asking import log_in_first, nothing
from zhijia.ui.refusing import done


def own(request: Asked) -> HttpResponse:
    """What somebody has to do with appraisals: entries of their unions and of the employers they act for, runs to
    enter, what they mark."""
    return _page(request)


def enter(request: Asked, number: int) -> HttpResponse:
    """Enter one's own union, or one it looks after, or the employer one acts for, for a run that is open to it."""
    log_in_first(request.actor)
    if request.method != "POST":
        return redirect("appraisals:own")
    form = EnterForm(request.POST)
    made: list[Entry] = []
    if form.is_valid() and done(
        request,
        lambda: made.append(
            entering.enter(actor=request.actor, at=days.now(), run_id=number, text=form.cleaned_data["text"])
        ),
        form=form,
    ):
        _tell(request, made[0])
        return redirect("appraisals:entry", entry_id=made[0].pk)
    return _page(request, (number, form))


def _tell(request: Asked, entry: Entry) -> None:
    """What follows: the self-score, where it has one."""
    begun = entry.state == Entry.State.BEGUN
    words = _("You take part. Score yourselves now.") if begun else _("You take part.")
    messages.success(request, words)


def _page(request: Asked, typed: tuple[int, EnterForm] | None = None) -> HttpResponse:
    log_in_first(request.actor)
    now = days.now()
    rights = scope.rights(request, request.actor)
    employers = list(representatives.employers(request.actor, now).values_list("employer_id", flat=True))
    staff = bool({ENTER, MARK} & rights.permissions)
    if not staff and not employers:
        nothing()
    today = days.business_day(now)
    mine = listing.mine(rights, employers, today, int(parameters.value("pages.rows", day=today)))
    context = {
        "base": base_of(staff=staff),
        "staff": staff,
        "entries": [(entry, SHADES[entry.state]) for entry in mine.entries],
        "offers": _with_forms(mine.offers, typed),
        "refused": typed[1] if typed and all(typed[0] != one.run.pk for one in mine.offers) else None,
        "marking": [
            (one, part.label, part.all_along)
            for one in mine.marking
            for part in [versions.definition(one.entry.run.version).part(one.part)]
        ],
    }
    return render(request, "appraisals/own.html", context, status=422 if typed else 200)


def _with_forms(
    offers: Sequence[Offer], typed: tuple[int, EnterForm] | None
) -> list[tuple[Offer, EnterForm]]:
    """Each run one can enter with its form: what was typed, in the one it was typed into."""
    made = []
    for offer in offers:
        there = typed is not None and typed[0] == offer.run.pk
        form = typed[1] if typed is not None and there else EnterForm(auto_id=f"enter-{offer.run.pk}-%s")
        made.append((offer, form.offering(offer)))
    return made


def base_of(*, staff: bool) -> str:
    """The ground of a page: the staff's, or that of an account that only acts for an employer."""
    return "ui/staff.html" if staff else "ui/member.html"
