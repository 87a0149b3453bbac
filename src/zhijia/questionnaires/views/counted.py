"""The result for everybody it is for, and what a stranger needs to count it anew."""

import json
from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.questionnaires import envelopes, versions
from zhijia.questionnaires.models import Poll, Receipt
from zhijia.questionnaires.queries import polls, results
from zhijia.questionnaires.services.preparing import HOLD
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.views.asking import nothing


def result(request: Asked, number: int) -> HttpResponse:
    """Who is elected, what passed, what was answered; how to count it anew."""
    poll, asked = _counted(request, number)
    keeps = access.may(request.actor, HOLD, poll.union_id)
    union = Union.objects.get(pk=poll.union_id)
    context = {
        "poll": poll,
        "asked": asked,
        "union": union,
        "parts": results.parts(poll, asked, day=days.business_day(days.now()), texts=keeps),
        "raw": asked.sort in {"ballot", "vote"},
        "result": poll.result,
    }
    return render(request, "questionnaires/result.html", context)


def ballots(request: Asked, number: int) -> HttpResponseBase:
    """The published ballots as a file. Those of a survey are not published: answers together can tell a person."""
    poll, asked = _counted(request, number)
    if asked.sort not in {"ballot", "vote"}:
        nothing()
    response = StreamingHttpResponse(_lines(poll), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="ballots-{poll.pk}.csv"'
    return response


def data(request: Asked, number: int) -> HttpResponse:
    """What is claimed, for a program that counts anew."""
    poll, asked = _counted(request, number)
    if asked.sort not in {"ballot", "vote"}:
        nothing()
    said = json.dumps(results.as_data(poll, asked), ensure_ascii=False, indent=1, sort_keys=True)
    response = HttpResponse(said, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="result-{poll.pk}.json"'
    return response


def receipt(request: Asked, number: int) -> HttpResponse:
    """Whether a receipt is among those that were counted. It is written into the page's form, never into an address."""
    poll, asked = _counted(request, number)
    typed = request.POST.get("receipt", "")[: envelopes.TYPED].strip()
    code = envelopes.as_printed(typed) or typed
    found = Receipt.objects.filter(poll=poll, code=code).exists() if code else None
    return render(
        request, "questionnaires/receipt.html", {"poll": poll, "asked": asked, "code": code, "found": found}
    )


def _lines(poll: Poll) -> Iterator[str]:
    yield "id,question,item,said\n"
    for row in results.strips(poll):
        yield ",".join(row) + "\n"


def _counted(request: Asked, number: int) -> tuple[Poll, Questionnaire]:
    """A counted poll whose result is for whoever asks."""
    poll = Poll.objects.select_related("version").filter(pk=number, state=Poll.State.COUNTED).first()
    if poll is None:
        nothing()
    asked = versions.definition(poll.version)
    seen = asked.shows == "everybody" or (asked.shows == "asked" and polls.is_asked(request.actor, poll))
    if not seen and not access.may(request.actor, HOLD, poll.union_id):
        nothing()
    return poll, asked
