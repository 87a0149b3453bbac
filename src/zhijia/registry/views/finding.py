"""The one box in the bar on top: a person by number, phone, card, name or initials; a union by name or code."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registry import access
from zhijia.registry.lookup_rules import EXACT, Form, Sought, recognised
from zhijia.registry.queries import members, unions
from zhijia.registry.services import finding
from zhijia.registry.views import searched
from zhijia.registry.views.asking import nothing

WORDS = (Form.NAME, Form.INITIALS)


@never_cache
def find(request: Asked) -> HttpResponse:
    """What was typed never stands in an address: it comes by POST. A number with one bearer, and a union's code, open
    the record; names, kept in the session, are a list that goes on page after page."""
    access.require(request.actor, "union.view")
    if request.method != "POST":
        typed = searched.kept(request, request.GET.get("s", ""))
        return (
            _listed(request, recognised(typed), typed)
            if typed
            else _page(request, recognised(""), asked=False)
        )
    typed = request.POST.get("q", "").strip()
    sought = recognised(typed)
    if sought.form in EXACT:
        access.require(request.actor, "person.view")
        people = finding.exactly(actor=request.actor, at=days.now(), sought=sought)
        if len(people) == 1:
            return redirect("registry:person", person_id=people[0].pk)
        return _page(request, sought, rows=members.rows_of(people))
    if sought.form in (*WORDS, Form.UNION_CODE):
        response = redirect("registry:find")
        response["Location"] += f"?s={searched.keep(request, typed)}"
        return response
    return _page(request, sought, asked=bool(typed))


def _listed(request: Asked, sought: Sought, typed: str) -> HttpResponse:
    """People and unions whose names begin so. Somebody who may see unions alone sees those."""
    found_unions = [] if sought.form is Form.INITIALS else unions.search(request.actor, typed)
    if sought.form is Form.UNION_CODE and len(found_unions) == 1:
        return redirect("registry:union", code=found_unions[0].code)
    if sought.form not in WORDS or not access.may(request.actor, "person.view"):
        return _page(request, sought, typed=typed, unions=found_unions)
    key, after, now = request.GET.get("s", ""), request.GET.get("after", ""), days.now()
    most = parameters.value("enumeration.pages_shown", day=days.business_day(now))
    before = searched.pages_before(request, key, after)
    if before is None or before >= most:
        nothing()
    found = finding.beginning(
        actor=request.actor, at=now, sought=sought, after=UUID(after) if after else None
    )
    more = found.after is not None and before + 1 < most
    if more:
        searched.go_on(request, key, str(found.after))
    return _page(
        request,
        sought,
        typed=typed,
        unions=found_unions if not before else [],
        rows=members.rows_of(found.people),
        after=found.after if more else None,
        capped=found.after is not None and not more,
    )


def _page(request: Asked, sought: Sought, **found: object) -> HttpResponse:
    context = {"rows": [], "unions": [], "asked": True, **found, "form": sought.form.value}
    return render(request, "registry/find.html", context)
