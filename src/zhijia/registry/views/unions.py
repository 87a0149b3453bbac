"""The union tree, opened level by level, and a union's page."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.registry import access, scope
from zhijia.registry.forms import DayForm, EmployerForm, FoundForm, Then
from zhijia.registry.models import Union
from zhijia.registry.queries import unions as queries
from zhijia.registry.queries import work
from zhijia.registry.services import unions
from zhijia.registry.views import quality, terms
from zhijia.registry.views.asking import nothing, union_or_404
from zhijia.ui.refusing import say


def tree(request: Asked) -> HttpResponse:
    """The actor's unions; a search shows what it found instead. A union's name is no personal data: it may stand
    in the address."""
    actor = access.require(request.actor, "union.view")
    words = request.GET.get("q", "")
    found = queries.search(actor, words)
    roots = queries.roots(actor)
    opened = Union.objects.filter(code=request.GET.get("open", "")).first() or next(iter(roots), None)
    then = DayForm.asked(request.GET)
    nodes = [_node_then(union, union.name, then) if then else _node(actor, union, opened) for union in roots]
    context: dict[str, Any] = {"nodes": nodes, "words": words, "found": found, "exported": _exported(request)}
    context |= {"then": then, "day_form": DayForm.filled(then)}
    return render(request, "registry/unions.html", context)


def _exported(request: Asked) -> Union | None:
    """The union whose tree can be taken along from here."""
    now = scope.current(request, request.actor)
    return now if now and access.may(request.actor, "export.make", now.pk) else None


def branch(request: Asked, code: str) -> HttpResponse:
    """The unions straight under one: a part of the tree for htmx, the whole page without script."""
    union = union_or_404(request, code, "union.view")
    then = DayForm.asked(request.GET)
    if not request.htmx:
        return redirect(f"{reverse('registry:unions')}?{then.urlencode() if then else f'open={union.code}'}")
    if then:
        nodes = _below_then(request.actor, union, then)
        return render(request, "registry/_branch.html", {"nodes": nodes})
    return render(request, "registry/_branch.html", {"nodes": _below(request.actor, union)})


def detail(request: Asked, code: str) -> HttpResponse:
    """One union: what it is, where it hangs, whom it covers, who serves it, how many members."""
    union = union_or_404(request, code, "union.view")
    actor = request.actor
    profile = queries.profile(actor, union)
    names = work.names_of([post.person_id for post in profile.posts])
    then = DayForm.asked(request.GET)
    stands = union.dissolved_on is None
    return render(
        request,
        "registry/union.html",
        {
            "profile": profile,
            "posts": [{"post": post, "name": names.get(post.person_id, "")} for post in profile.posts],
            **terms.profile(request, union),
            **quality.profile(union),
            "may_mend": access.may(actor, "quality.mend", union.pk),
            "then": queries.as_it_was(actor, union, then.day, then.tree) if then else None,
            "asked": then,
            "day_form": DayForm.filled(then),
            "may_reorganise": stands and access.may(actor, "union.reorganise", union.pk),
            "may_edit": stands and access.may(actor, "union.edit", union.pk),
            "may_found": stands and access.may(actor, "union.found", union.pk),
            "may_import": stands and access.may(actor, "roster.import", union.pk),
            "may_see_members": access.may(actor, "membership.view", union.pk),
            "may_invite": stands and access.may(actor, "membership.approve", union.pk),
        },
    )


def found(request: Asked, code: str) -> HttpResponse:
    """Found a union under this one."""
    parent = union_or_404(request, code, "union.found")
    form = FoundForm(request.POST or None, parent=parent)
    if request.method == "POST" and form.is_valid():
        try:
            union = unions.found_union(
                actor=request.actor,
                at=days.now(),
                parent_id=parent.pk,
                **form.fields_of_union(),
            )
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            return redirect("registry:union", code=union.code)
    return render(request, "registry/found.html", {"form": form, "parent": parent})


def cover(request: Asked, code: str) -> HttpResponse:
    """Say that the union covers an employer from today on; one that ended says so on its page."""
    union = union_or_404(request, code, "union.edit")
    try:
        unions.check_stands(union)
    except Refusal as refusal:
        say(request, refusal)
        return redirect("registry:union", code=union.code)
    form = EmployerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            unions.cover_employer(actor=request.actor, at=days.now(), union_id=union.pk, **form.cleaned_data)
        except Refusal as refusal:
            say(request, refusal, form)
        else:
            return redirect("registry:union", code=union.code)
    return render(request, "registry/cover.html", {"form": form, "union": union})


def poster(request: Asked, code: str) -> HttpResponse:
    """The union's QR for joining, to print and hang up; for one that ended, its page, which says so."""
    union = union_or_404(request, code, "membership.approve")
    if union.dissolved_on is not None:
        return redirect("registry:union", code=union.code)
    address = request.build_absolute_uri(reverse("registry:join", args=[union.code]))
    return render(request, "registry/poster.html", {"union": union, "address": address})


def members_here(request: Asked) -> HttpResponse:
    """The members of the union one works for."""
    return _here(request, "registry:members")


def imports_here(request: Asked) -> HttpResponse:
    """The rosters of the union one works for."""
    return _here(request, "registry:imports")


def _here(request: Asked, name: str) -> HttpResponse:
    union = scope.current(request, request.actor)
    if union is None:
        access.require(request.actor, "membership.view")
        nothing()
    return redirect(name, code=union.code)


def _node(actor: Actor, union: Union, opened: Union | None = None) -> dict[str, Any]:
    """A node for the tree component; the branch that leads to `opened` is open."""
    inside = opened is not None and union.tree_left <= opened.tree_left < union.tree_right
    return {
        "name": union.name,
        "href": reverse("registry:union", args=[union.code]),
        "children_url": reverse("registry:branch", args=[union.code])
        if getattr(union, "has_children", True)
        else "",
        "detail": union.code,
        "count": None,
        "nodes": _below(actor, union, opened) if inside else [],
    }


def _node_then(union: Union, name: str, then: Then) -> dict[str, Any]:
    """A node of a tree as it was on a day, called as it was called."""
    return {
        "name": name,
        "href": f"{reverse('registry:union', args=[union.code])}?{then.urlencode()}",
        "children_url": f"{reverse('registry:branch', args=[union.code])}?{then.urlencode()}",
        "detail": union.code,
        "count": None,
        "nodes": [],
    }


def _below_then(actor: Actor, union: Union, then: Then) -> list[dict[str, Any]]:
    """The nodes that hung straight under a union on a day."""
    was = queries.as_it_was(actor, union, then.day, then.tree)
    nodes = [_node_then(child, name, then) for child, name in was.below]
    if was.more:
        words = _("There are more. Search for a name.")
        nodes.append({"name": words, "href": reverse("registry:unions"), "count": None})
    return nodes


def _below(actor: Actor, union: Union, opened: Union | None = None) -> list[dict[str, Any]]:
    """The nodes straight under a union, and where there are more than a page of them, the way to the search."""
    found, more = queries.children(actor, union)
    nodes = [_node(actor, child, opened) for child in found]
    if more:
        words = _("There are more. Search for a name.")
        nodes.append({"name": words, "href": f"{reverse('registry:unions')}?q=", "count": None})
    return nodes
