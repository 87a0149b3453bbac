"""Flags on vouchers and relatives of officers on pages."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.catalogue import codes, parameters
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.ledger.queries import flags, kin, rosters
from zhijia.ledger.services.spending import kin as relatives
from zhijia.ledger.spending_forms import KinForm
from zhijia.ledger.spending_models import Kin
from zhijia.ledger.spending_views.asking import PREPARE, shown, union_or_404
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.views.asking import nothing
from zhijia.ui.refusing import say


def flag_list(request: Asked, code: str) -> HttpResponse:
    """The flags of a union and of those below it: open ones, passed limits, or all."""
    union = union_or_404(request, code)
    kind = request.GET.get("kind", "")
    page = flags.page(
        union,
        below=True,
        open_only=not kind,
        breaches=kind == "limits",
        after=request.GET.get("after", ""),
        rows=parameters.value("pages.rows", day=days.business_day(days.now())),
    )
    address = reverse("ledger:flags", args=[union.code])
    tabs = [
        (_("Not settled"), address, not kind, None),
        (_("Limits passed over"), f"{address}?kind=limits", kind == "limits", None),
        (_("All"), f"{address}?kind=all", kind == "all", None),
    ]
    unions = Union.objects.in_bulk({flag.union_id for flag in page.rows})
    rows = [(flag, flags.words(flag), unions.get(flag.union_id)) for flag in page.rows]
    return shown(request, "ledger/flags.html", union, rows=rows, next=page.after, tabs=tabs)


def kin_list(request: Asked, code: str) -> HttpResponse:
    """Relatives of officers who sell to the union; whoever prepares vouchers declares them."""
    union = union_or_404(request, code)
    today = days.business_day(days.now())
    form = KinForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            relatives.declare(actor=request.actor, at=days.now(), union=union, **form.cleaned_data)
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            messages.success(request, _("It stands on the list."))
            return redirect("ledger:kin", code=union.code)
    some = list(kin.of_union(union.pk, today))
    known = rosters.names(union.pk, {one.person_id for one in some})
    rows = [(one, known.get(one.person_id), codes.label("kin_relations", one.relation)) for one in some]
    return shown(request, "ledger/kin.html", union, rows=rows, form=form)


@require_POST
def end_kin(request: Asked, kin_id: UUID) -> HttpResponse:
    """End a line of the list from today on."""
    found = Kin.objects.filter(pk=kin_id).first()
    union = Union.objects.filter(pk=found.union_id).first() if found else None
    if found is None or union is None or not access.may(request.actor, PREPARE, union.pk):
        nothing()
    relatives.end(actor=request.actor, at=days.now(), kin_id=found.pk, day=days.business_day(days.now()))
    return redirect("ledger:kin", code=union.code)
