"""The batch of a round as it is put together, with each quota as it stands."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Round
from zhijia.appraisals.queries.rounds import desk as listed
from zhijia.appraisals.services.rounds import batching, eligible
from zhijia.appraisals.services.rounds.holding import HOLD, Held
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registry.views.asking import row_or_404
from zhijia.ui.refusing import done


def batch(request: Asked, number: int) -> HttpResponse:
    """The batch as it is put together: each entry with its score, each quota as it stands with this choice. A choice
    that is only looked at (with each tick, where there is script) is not kept."""
    found, union = row_or_404(request, Round.objects.select_related("version"), number, HOLD)
    if found.state != Round.State.BATCH:
        return redirect("appraisals:round", number=found.pk)
    held = Held(found, round_versions.definition(found.version), union, request.actor)
    now = days.now()
    entries, standings = batching.in_question(found), listed.standings(found)
    chosen = {key for key in entries if standings[key].chosen}
    why = {key: standings[key].why for key in entries}
    if request.method == "POST":
        chosen = {key for key in map(_key, request.POST.getlist("chosen")) if key in entries}
        why = {key: request.POST.get(f"why-{key}", "") for key in entries}
        if request.POST.get("step") == "propose":
            if done(
                request,
                lambda: _propose(request, found, chosen, why),
                _("It waits for a colleague's decision."),
            ):
                return redirect("appraisals:round", number=found.pk)
        elif request.POST.get("step") != "look":
            done(request, lambda: _put(request, found, chosen, why))
    day = days.business_day(now)
    look = batching.look(held, entries, chosen, day)
    labels = {quota.code: quota.label for quota in held.asked.quotas}
    uncleared = listed.uncleared(held, list(entries.values()), day)
    out = eligible.not_any_more(held.asked, entries.values(), day)
    context = {
        "round": found,
        "union": union,
        "asked": held.asked,
        "look": look,
        "lines": [(labels[line.quota.code], line) for line in look.lines],
        "unmet": [(labels[one.quota.code], one) for one in look.unmet],
        "rows": [
            (
                row,
                standings[key],
                key in chosen,
                key in uncleared,
                key in look.behind,
                why[key],
                key in out,
            )
            for key, row in entries.items()
        ],
    }
    part = "_batch" if request.htmx else "batch"
    return render(request, f"appraisals/rounds/{part}.html", context)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _put(request: Asked, found: Round, chosen: set[UUID], why: dict[UUID, str]) -> None:
    batching.put(actor=request.actor, at=days.now(), round_id=found.pk, chosen=chosen, why=why)


def _propose(request: Asked, found: Round, chosen: set[UUID], why: dict[UUID, str]) -> None:
    _put(request, found, chosen, why)
    batching.propose(actor=request.actor, at=days.now(), round_id=found.pk)
