"""Scoring: the subject of itself, and who was named on a phone: each item is saved by itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from zhijia.appraisals.forms import ReasonForm
from zhijia.appraisals.mark_forms import MarkForm
from zhijia.appraisals.models import Assessor, Entry, Mark, Proof
from zhijia.appraisals.queries import listing, sheets
from zhijia.appraisals.rules import scoring
from zhijia.appraisals.services import filling, judges, marking, proving, versions
from zhijia.appraisals.services.marking import NotAllMarked
from zhijia.appraisals.services.told import ENTER, MARK
from zhijia.appraisals.views.own import base_of
from zhijia.auditing.views.asking import sent_file
from zhijia.catalogue.appraisal_rules import Appraisal, Criterion, Marked
from zhijia.catalogue.figures import Told
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registry import access
from zhijia.registry.views.asking import nothing
from zhijia.ui.forms import Form
from zhijia.ui.refusing import done


def posted(deed: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A deed on the marks of a part: its address opened again, where a page is loaded anew, leads to them."""

    @wraps(deed)
    def page(request: Asked, entry_id: UUID, part: str, **more: Any) -> HttpResponse:
        if request.method == "POST":
            return deed(request, entry_id, part, **more)
        _found(request, entry_id, part)
        return redirect("appraisals:marks", entry_id=entry_id, part=part)

    return page


def marks(request: Asked, entry_id: UUID, part: str) -> HttpResponse:
    """Every item of the part, with what was given so far; who stepped aside, or was taken off, reads that."""
    gone = Assessor.objects.filter(entry_id=entry_id, part=part, user_id=request.actor.user_id or 0)
    if gone.filter(left_at__isnull=False).exists():
        messages.info(request, _("You do not mark this any more. Somebody else does."))
        return redirect("appraisals:own")
    found, scheme, rule, assessor = _found(request, entry_id, part)
    return _page(request, found, scheme, rule, assessor)


@posted
def item(request: Asked, entry_id: UUID, part: str, code: str) -> HttpResponse:
    """Save one item, with a photo or file where one came along."""
    found, scheme, rule, assessor = _found(request, entry_id, part)
    about = next((one for one in scheme.by_part[part] if one.code == code), None)
    if about is None:
        nothing()
    wanted = _wanted(rule, about, shown=found.proofs.filter(part=part, item=code).exists())
    form = MarkForm(request.POST, request.FILES, item=about, wanted=wanted, auto_id=f"{code}_%s")
    saved = form.is_valid() and done(request, lambda: _save(request, found, rule, about, form), "", form)
    if request.htmx:
        side = _side(request, found, scheme, rule, assessor, [about])
        card = _card(side, about, None if saved else form)
        counted = {"marked": len(side.given), "many": len(scheme.by_part[part])}
        return render(request, "appraisals/_item.html", {**card, **counted, "saved": saved})
    if saved:
        return redirect(f"{reverse('appraisals:marks', args=[found.pk, part])}#{code}")
    return _page(request, found, scheme, rule, assessor, {code: form})


@posted
def hand_in(request: Asked, entry_id: UUID, part: str) -> HttpResponse:
    """All is marked: it stands, and goes on. Where something is missing, the page says what, item by item."""
    found, scheme, rule, assessor = _found(request, entry_id, part)
    given: dict[str, Any] = {"actor": request.actor, "at": days.now(), "entry_id": found.pk}
    form = Form({})
    if rule.by == "self":
        if done(request, lambda: marking.hand_in(**given), _("The self-score is handed in."), form):
            return redirect("appraisals:entry", entry_id=found.pk)
    elif done(
        request,
        lambda: marking.hand_over(**given, part=part),
        _("Your marks are handed in. Thank you."),
        form,
    ):
        return redirect("appraisals:own")
    return _page(request, found, scheme, rule, assessor, refused=form)


@posted
def step_aside(request: Asked, entry_id: UUID, part: str) -> HttpResponse:
    """Whoever was named does not mark here, and says why."""
    found, _scheme, _rule, assessor = _found(request, entry_id, part)
    form = ReasonForm(request.POST)
    if assessor is None or not form.is_valid():
        return redirect("appraisals:marks", entry_id=found.pk, part=part)
    reason = form.cleaned_data["reason"]
    given: dict[str, Any] = {"actor": request.actor, "at": days.now(), "assessor_id": assessor.pk}
    if done(request, lambda: judges.step_aside(**given, reason=reason), _("Somebody else will be named.")):
        return redirect("appraisals:own")
    return redirect("appraisals:marks", entry_id=found.pk, part=part)


@posted
def take_away(request: Asked, entry_id: UUID, part: str, proof_id: UUID) -> HttpResponse:
    """Take a photo or file away again."""
    found, _scheme, _rule, _assessor = _found(request, entry_id, part)
    done(request, lambda: proving.remove(actor=request.actor, at=days.now(), proof_id=proof_id))
    return redirect("appraisals:marks", entry_id=found.pk, part=part)


def _save(request: Asked, found: Entry, rule: Marked, about: Criterion, form: MarkForm) -> None:
    given: dict[str, Any] = {
        "actor": request.actor,
        "at": days.now(),
        "entry_id": found.pk,
        "item": about.code,
    }
    content, name = sent_file(request, "page")
    if content is not None:
        proving.add(**given, part=rule.code, content=content, name=name)
    said = {"said": form.said, "words": form.cleaned_data["words"]}
    if rule.by == "self":
        marking.score_self(**given, **said)
    else:
        marking.mark(**given, **said, part=rule.code)


def _found(request: Asked, entry_id: UUID, part: str) -> tuple[Entry, Appraisal, Marked, Assessor | None]:
    """The entry and the part, for the subject of its own score, and for whoever is named for the part."""
    found = Entry.objects.select_related("run__version").filter(pk=entry_id).first()
    if found is None or request.actor.user_id is None:
        nothing()
    scheme = versions.definition(found.run.version)
    rule = next((one for one in scheme.parts if one.code == part), None)
    if rule is None:
        nothing()
    if rule.by == "self":
        if not listing.sides(request.actor, found).scores:
            nothing()
        return found, scheme, rule, None
    mine = found.assessors.filter(part=part, user_id=request.actor.user_id, left_at__isnull=True).first()
    if mine is None:
        nothing()
    return found, scheme, rule, mine


def _page(
    request: Asked,
    found: Entry,
    scheme: Appraisal,
    rule: Marked,
    assessor: Assessor | None,
    typed: dict[str, MarkForm] | None = None,
    refused: Form | None = None,
) -> HttpResponse:
    side = _side(request, found, scheme, rule, assessor, scheme.by_part[rule.code])
    cards = []
    for group in scheme.scheme:
        items = [one for one in group.items if one in scheme.by_part[rule.code]]
        if items:
            cards.append((group.label, [_card(side, one, (typed or {}).get(one.code)) for one in items]))
    context = {
        "base": base_of(staff=_is_staff(request, rule)),
        "entry": found,
        "run": found.run,
        "rule": rule,
        "cards": cards,
        "marked": len(side.given),
        "many": len(scheme.by_part[rule.code]),
        "writing": _writing(found, rule, assessor),
        "assessor": assessor,
        "reason": ReasonForm(),
        "refused": refused,
        "lacking": _lacking(request) if refused else (),
    }
    return render(request, "appraisals/marks.html", context, status=422 if typed or refused else 200)


def _lacking(request: Asked) -> list[tuple[Criterion, Promise]]:
    """What is still missing, where handing in was refused for that."""
    refusal = request.refusal
    lacking = refusal.lacking if isinstance(refusal, NotAllMarked) else ()
    return [(about, marking.LACKS[what]) for about, what in lacking]


@dataclass(frozen=True, slots=True)
class Side:
    """A part of an entry as somebody marks it: what they gave so far, what figures say, the subject's own score, and
    what shows each item."""

    entry: Entry
    rule: Marked
    assessor: Assessor | None
    given: Mapping[str, Mark]
    told: Mapping[str, tuple[Told, str]]
    theirs: Mapping[str, Mark]
    proofs: Sequence[Proof]


def _side(
    request: Asked,
    found: Entry,
    scheme: Appraisal,
    rule: Marked,
    assessor: Assessor | None,
    items: Sequence[Criterion],
) -> Side:
    """The part as whoever looks marks it; figures of these items are asked for those who work at a union."""
    return Side(
        found,
        rule,
        assessor,
        sheets.own_marks(found, rule.code, assessor),
        filling.now(found, items) if _is_staff(request, rule) else {},
        sheets.own_marks(found, marking.self_part(scheme).code, None) if _has_self(scheme, rule) else {},
        list(found.proofs.filter(Q(assessor=None) | Q(assessor=assessor)).order_by("added_at")),
    )


def _is_staff(request: Asked, rule: Marked) -> bool:
    return access.may(request.actor, ENTER if rule.by == "self" else MARK)


def _card(side: Side, about: Criterion, form: MarkForm | None = None) -> dict[str, Any]:
    """One item as it is drawn: until it is marked, its form is filled in from the figure, where there is one."""
    found, rule, assessor = side.entry, side.rule, side.assessor
    mark, told, theirs = side.given.get(about.code), side.told.get(about.code), side.theirs.get(about.code)
    proofs = [proof for proof in side.proofs if proof.item == about.code]
    initial: dict[str, Any] = {"said": told[1]} if told else {}
    if mark is not None:
        initial = {"said": mark.said, "words": mark.words, "lacks": mark.points is None}
    shown = any(proof.part == rule.code for proof in proofs)
    what = marking.lack(rule, about, mark, shown=shown) if mark else ""
    wanted = _wanted(rule, about, shown=shown)
    return {
        "entry": found,
        "rule": rule,
        "item": about,
        "mark": mark,
        "points": _points(mark),
        "lacks": marking.LACKS[what] if what else "",
        "form": form or MarkForm(item=about, wanted=wanted, initial=initial, auto_id=f"{about.code}_%s"),
        "writing": _writing(found, rule, assessor),
        "proofs": proofs,
        "told": told,
        "theirs": theirs,
        "theirs_points": _points(theirs),
    }


def _wanted(rule: Marked, about: Criterion, *, shown: bool) -> frozenset[str]:
    """The fields of an item without which a self-score of it cannot be handed in."""
    if rule.by != "self":
        return frozenset()
    words = {"words"} if "text" in about.needs else set()
    return frozenset(words | ({"page"} if marking.needs_file(about) and not shown else set()))


def _points(mark: Mark | None) -> str:
    if mark is None:
        return ""
    return sheets.LACKING if mark.points is None else scoring.as_points(mark.points)


def _has_self(scheme: Appraisal, rule: Marked) -> bool:
    return rule.by != "self" and any(part.by == "self" for part in scheme.parts)


def _writing(found: Entry, rule: Marked, assessor: Assessor | None) -> bool:
    """Whether the part can still be marked by whoever looks."""
    if rule.by == "self":
        return found.state == Entry.State.BEGUN
    open_states = {Entry.State.MARKING, *((Entry.State.BEGUN,) if rule.all_along else ())}
    return assessor is not None and assessor.handed_at is None and found.state in open_states
