"""What anybody reads of rounds: notices while they hang, and whether a certificate stands."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import RoundNotice
from zhijia.appraisals.round_forms import ObjectionForm
from zhijia.appraisals.services.rounds import certificates, objecting, showing
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou
from zhijia.kernel.requests import Asked
from zhijia.registry.models import Union
from zhijia.registry.views.asking import log_in_first, nothing
from zhijia.ui.refusing import done

ROWS = 100


def notices(request: Asked) -> HttpResponse:
    """The notices that hang now."""
    rows = list(showing.hanging(days.now())[:ROWS])
    names = dict(Union.objects.filter(pk__in={row.union_id for row in rows}).values_list("pk", "name"))
    context = {"rows": [(row, names.get(row.union_id, ""), _called(row)) for row in rows]}
    return _unindexed(render(request, "appraisals/rounds/notices.html", context))


def notice(request: Asked, number: int) -> HttpResponse:
    """One notice, with masked names; whoever has an account may object to an entry of it."""
    row = showing.hanging(days.now()).filter(pk=number).first()
    if row is None:
        nothing()
    form = ObjectionForm(request.POST or None)
    if request.method == "POST":
        log_in_first(request.actor)
        if form.is_valid() and done(
            request,
            lambda: objecting.object_to(
                actor=request.actor, at=days.now(), notice_id=row.pk, nomination_id=_entry(request),
                words=form.cleaned_data["words"],
            ),
            _("Your objection is in. You get a message when it is answered."),
            form,
        ):  # fmt: skip
            return redirect("appraisals:round_notice", number=row.pk)
    context = {
        "row": row,
        "round": row.round,
        "label": _called(row),
        "union": Union.objects.get(pk=row.union_id),
        "form": form,
        "chosen": request.POST.get("entry", ""),
        "known": request.actor.user_id is not None,
    }
    return _unindexed(
        render(request, "appraisals/rounds/notice.html", context, status=422 if form.errors else 200)
    )


def verify(request: Asked, token: str) -> HttpResponse:
    """Whether the certificate with this QR stands; a person's name is masked."""
    found = certificates.of_token(token)
    context = {"found": found}
    return _unindexed(render(request, "appraisals/rounds/verify.html", context, status=200 if found else 404))


def _called(row: RoundNotice) -> object:
    asked = round_versions.definition(row.round.version)
    notice = asked.showing(row.where)
    return notice.label if notice else asked.label


def _entry(request: Asked) -> UUID:
    try:
        return UUID(request.POST.get("entry", ""))
    except ValueError:
        raise NotForYou("no_such_nomination", _("There is no such nomination.")) from None


def _unindexed(answer: HttpResponse) -> HttpResponse:
    """No search engine keeps it (PI-03)."""
    answer["X-Robots-Tag"] = "noindex"
    return answer
