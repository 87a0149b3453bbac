"""What the pages of one's own requests share: whose a request is, and how a refusal is said."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.requests import Asked
from zhijia.matters.models import Case
from zhijia.matters.queries import mine
from zhijia.matters.services import beginning, versions


def found(request: Asked, case_id: UUID) -> tuple[Case, Matter]:
    """My case and its definition, or 404."""
    log_in_first(request)
    case = mine.find(request.actor, case_id)
    if case is None:
        raise Http404
    return case, versions.of(case, at=days.now())


def log_in_first(request: Asked) -> None:
    """Nobody asks without saying who they are."""
    if request.actor.user_id is None:
        raise NotForYou("log_in_first", _("Log in first."))


def at_desk(request: Asked, case: Case) -> bool:
    """Whether an officer reads what they typed in for somebody."""
    return case.desk_user_id is not None and case.desk_user_id == request.actor.user_id


def at_work(request: Asked, case: Case) -> bool:
    """Whether an officer reads it at work: typed in at a desk, or asked for by their union."""
    by_union = case.asking_union_id is not None and beginning.goes_on(request.actor, case)
    return at_desk(request, case) or by_union


def refused(request: Asked, refusal: Refusal, page: str, *arguments: object) -> HttpResponse:
    """Say the refusal on the page one was at."""
    request.refusal = refusal
    messages.error(request, str(refusal))
    return redirect(page, *arguments)
