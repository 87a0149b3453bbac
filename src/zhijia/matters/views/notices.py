"""Public notices: anybody reads them while they hang, and objects once logged in. No search engine keeps them."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.matters.services import noticing, objecting
from zhijia.matters.views import own

MOST = 100


@never_cache
def hanging(request: Asked) -> HttpResponse:
    """Every notice that hangs now, the one that ends first on top."""
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    notices = [(notice, notice.words[language]) for notice in noticing.hanging(at=days.now())[:MOST]]
    response = render(request, "matters/notices.html", {"notices": notices})
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_POST
def object_to(request: Asked, notice_id: UUID) -> HttpResponse:
    """Begin an objection: its form is that of any request."""
    own.log_in_first(request)
    try:
        draft = objecting.object_to(actor=request.actor, at=days.now(), notice_id=notice_id)
    except Refusal as refusal:
        return own.refused(request, refusal, "matters:notices")
    return redirect("matters:form", draft.pk)
