"""Answering a return at the union, or by whoever acts for the employer that is asked: a draft, sent, corrected."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.campaigns import versions
from zhijia.campaigns.forms import ReturnForm
from zhijia.campaigns.models import Answer, Draft, Drive, Piece
from zhijia.campaigns.prefilling import source_of
from zhijia.campaigns.queries import employers, roster
from zhijia.campaigns.queries import returns as queries
from zhijia.campaigns.services import answering, drafting, returning
from zhijia.campaigns.services.opening import VIEW, WORK
from zhijia.campaigns.views.asking import behind, follows, piece_or_404, rows_of_a_page
from zhijia.campaigns.views.returns import shown
from zhijia.catalogue.campaign_rules import Ask, Campaign, Thing
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked, whole_number
from zhijia.matters.services.known import known
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.services import representatives
from zhijia.registry.views.asking import log_in_first, nothing
from zhijia.ui.refusing import done, say
from zhijia.ui.templatetags.ui import money


@dataclass(frozen=True, slots=True)
class Asking:
    """A return somebody answers: the piece, its drive and what it is of, the union it stands at, whether it is answered
    as the employer's own account, and the page it is answered on."""

    piece: Piece
    drive: Drive
    thing: Thing
    union: Union
    own: bool

    @property
    def campaign(self) -> Campaign:
        """What the drive is."""
        return versions.of(self.drive)

    @property
    def page(self) -> str:
        """The name of the page."""
        return "campaigns:own_return" if self.own else "campaigns:fill"

    @property
    def open(self) -> bool:
        """Whether it can be sent."""
        return self.drive.state == Drive.State.OPEN and self.piece.state != Piece.State.VOID


def fill(request: Asked, number: int) -> HttpResponse:
    """Answer a return: what is held is shown with where it comes from, the rest is asked; or correct it."""
    one = _asked(request, number)
    if not access.may(request.actor, VIEW, one.piece.union_id):
        nothing()
    return _page(request, one, may=access.may(request.actor, WORK, one.piece.union_id))


def own_return(request: Asked, number: int) -> HttpResponse:
    """The same by whoever acts for the employer that is asked."""
    log_in_first(request.actor)
    one = _asked(request, number, own=True)
    if not answering.is_its_employer(request.actor, one.piece, one.thing):
        nothing()
    return _page(request, one, may=True)


def own_returns(request: Asked) -> HttpResponse:
    """What drives ask of the employers one acts for, and what was sent."""
    log_in_first(request.actor)
    acting = representatives.employers(request.actor, days.now())
    if not acting:
        nothing()
    firms = {one.employer_id: one.employer.name for one in acting}
    after = request.GET.get("after", "")
    said = employers.asked(
        firms, today=days.business_day(days.now()), due=behind(after), after=whole_number(after),
        rows=rows_of_a_page(),
    )  # fmt: skip
    return render(
        request, "campaigns/enterprise.html", {"asked": said, "next": follows(said.due) or said.next or ""}
    )


@require_POST
def throw_away(request: Asked, number: int) -> HttpResponse:
    """Throw one's draft away."""
    piece = piece_or_404(request, number)
    own = request.POST.get("own") == "1"
    done(
        request,
        lambda: drafting.throw_away(actor=request.actor, piece_id=piece.pk),
        _("The draft is gone."),
    )
    return redirect("campaigns:own_return" if own else "campaigns:fill", piece.pk)


def _asked(request: Asked, number: int, *, own: bool = False) -> Asking:
    piece = piece_or_404(request, number)
    drive = Drive.objects.select_related("version").get(pk=piece.drive_id)
    thing = versions.of(drive).things[piece.thing]
    if thing.gives != "return":
        nothing()
    return Asking(piece, drive, thing, Union.objects.get(pk=piece.union_id), own)


def _page(request: Asked, one: Asking, *, may: bool) -> HttpResponse:
    sent, at = roster.answers(one.piece), days.now()
    posted = request.method == "POST"
    may = may and (one.open or posted)
    draft = drafting.of(request.actor, one.piece, one.thing) if may else None
    drawn = request.POST.get("page") or str(uuid4())
    turn = (whole_number(request.POST.get("turn", "")) if posted else draft and draft.turn) or 0
    form = ReturnForm(
        request.POST if posted else None, questions=one.thing.typed, day=days.business_day(at),
        correcting=bool(sent), initial=_initial(one.thing, sent, draft),
    )  # fmt: skip
    if posted and may:
        if request.POST.get("step") == "keep":
            kept = _keep(request, one, form, turn=turn, page=drawn)
            if request.htmx:
                # refused, the page goes on with the turn it was drawn with: what is typed next is refused as well
                said = {"draft": kept, "turn": kept.turn if kept else turn, "newer": kept is None}
                return render(request, "campaigns/_kept.html", said)
            if kept is not None:
                messages.success(
                    request, _("It is kept and not sent yet. You can go on later, also on another phone.")
                )
                return redirect(one.page, one.piece.pk)
            turn = draft.turn if draft else turn
        elif _send(request, one, form):
            return redirect(one.page, one.piece.pk)
        draft = drafting.of(request.actor, one.piece, one.thing)
    held = returning.held(one.piece, one.drive, one.thing, at=at) if may and not sent else {}
    context = {
        "one": one, "piece": one.piece, "drive": one.drive, "thing": one.thing, "union": one.union, "may": may,
        "form": form, "draft": draft, "turn": turn, "drawn": drawn,
        "name": roster.names_of([one.piece.entry]).get(one.piece.entry_id, ""),
        "held": [(row.question, shown(row.question, row.value), row.source) for row in held.values()],
        "sent": [(answer, _said(one.thing, answer.answers, answer.held)) for answer in sent],
        "minutes": queries.minutes(one.thing, one.union, days.business_day(at)),
        "base": "ui/member.html" if one.own else "ui/staff.html",
    }  # fmt: skip
    return render(request, "campaigns/fill.html", context, status=422 if form.errors else 200)


def _keep(request: Asked, one: Asking, form: ReturnForm, *, turn: int, page: str) -> Draft | None:
    """Keep what was typed, right or wrong; nothing where it was refused, which is said on the page."""
    try:
        return drafting.keep(
            actor=request.actor, at=days.now(), piece_id=one.piece.pk, typed=form.typed(), turn=turn, page=page[:36]
        )  # fmt: skip
    except Refusal as refusal:
        say(request, refusal, form)
        return None


def _send(request: Asked, one: Asking, form: ReturnForm) -> bool:
    """Send what was typed, or say beside each question what cannot be taken or is missing there."""
    at = days.now()
    read = form.read(known(at))
    if form.errors:
        return False
    why = form.data.get(drafting.WHY, "")
    try:
        returning.send(actor=request.actor, at=at, piece_id=one.piece.pk, answers=read, reason=why)
    except Refusal as refusal:
        missing = _missing(one, read) if refusal.code == "answer_missing" else []
        if not missing:
            say(request, refusal, form)
        for question in missing:
            request.refusal = refusal
            form.add_error(question.name, _("Please answer this question."))
        return False
    messages.success(request, _("It is sent."))
    return True


def _missing(one: Asking, read: dict[str, Any]) -> list[Ask]:
    today = days.business_day(days.now())
    return returning.lacking(one.campaign, one.thing, read, day=today, division=one.union.division)


def _said(thing: Thing, said: dict[str, Any], held: dict[str, Any]) -> list[tuple[Ask, str, str]]:
    """What was sent, question by question, with where it comes from where it was not asked."""
    rows = []
    for question in thing.questions:
        if question.name in held:
            rows.append(
                (
                    question,
                    shown(question, held[question.name]["value"]),
                    source_of(held[question.name]["source"]),
                )
            )
        elif question.name in said:
            rows.append((question, shown(question, said[question.name]), ""))
    return rows


def _initial(thing: Thing, sent: list[Answer], draft: Draft | None) -> dict[str, Any]:
    """What stands in the form: the draft as it was typed, or what was sent last."""
    if draft is not None:
        return draft.typed
    said = sent[0].answers if sent else {}
    found: dict[str, Any] = {}
    for question in thing.typed:
        value = said.get(question.name)
        if question.type == "yes_no" and value is not None:
            value = "yes" if value else "no"
        elif question.type == "money" and value is not None:
            value = money(value)
        found[question.name] = value
    return found
