"""The statements of a union on a page, as a workbook and on paper."""

from datetime import date
from typing import Any

from django.http import HttpResponse

from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.ledger.queries import oversight
from zhijia.ledger.queries.sums import Scope
from zhijia.ledger.services import statements
from zhijia.ledger.statement_forms import KINDS, StatementForm
from zhijia.ledger.views import VIEW, drawn
from zhijia.registry.models import Union
from zhijia.registry.views.asking import nothing, union_or_404


def statement(request: Asked, code: str) -> HttpResponse:
    """A statement of a union, or of it and all under it."""
    union = union_or_404(request, code, VIEW)
    form = _form(request, union)
    context: dict[str, Any] = {
        "form": form,
        "kind": form.data["kind"],
        "tabs": [
            (words, f"?{form.address(kind=kind)}", kind == form.data["kind"], None) for kind, words in KINDS
        ],
        "address": form.address(),
    }
    if form.is_valid():
        context["table"] = statements.table(actor=request.actor, asked=_asked(form, union))
    return drawn(request, "ledger/statement.html", union, **context)


def workbook(request: Asked, code: str) -> HttpResponse:
    """The statement as a workbook."""
    union = union_or_404(request, code, VIEW)
    asked = _valid(request, union)
    content = statements.workbook(actor=request.actor, at=days.now(), asked=asked)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(content, kind, f"{asked.kind}-{union.code}-{asked.until}.xlsx")


def paper(request: Asked, code: str) -> HttpResponse:
    """The statement as a PDF."""
    union = union_or_404(request, code, VIEW)
    asked = _valid(request, union)
    content = statements.paper(actor=request.actor, at=days.now(), asked=asked)
    return _file(content, "application/pdf", f"{asked.kind}-{union.code}-{asked.until}.pdf")


def _form(request: Asked, union: Union) -> StatementForm:
    today = days.business_day(days.now())
    return StatementForm.over(request.GET, today=today, below=oversight.any_below(union))


def _valid(request: Asked, union: Union) -> statements.Asked:
    form = _form(request, union)
    if not form.is_valid():
        nothing()
    return _asked(form, union)


def _asked(form: StatementForm, union: Union) -> statements.Asked:
    data = form.cleaned_data
    since: date = data["since"]
    scope = Scope(union, below=data["below"], fund=data["fund"])
    return statements.Asked(data["kind"], scope, since, data["until"])


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
