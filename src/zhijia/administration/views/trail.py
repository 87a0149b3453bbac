"""The trail for those who audit: read it, check its seal, take it along as proof."""

import tempfile
from pathlib import Path

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render

from zhijia.administration.forms import TrailForm
from zhijia.audit import export as exports
from zhijia.audit import queries, sealer, verification
from zhijia.audit import services as audit
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registry import access

ROWS = 50


def entries(request: Asked) -> HttpResponse:
    """The trail as far as the auditor's unions reach, newest first."""
    actor = access.require(request.actor, "trail.view")
    form = TrailForm(request.GET)
    form.is_valid()
    chosen = {name: value for name, value in form.cleaned_data.items() if value}
    after = request.GET.get("after", "")
    page = queries.entries_for(
        actor, queries.Filters(**chosen), after=int(after) if after.isdigit() else None, rows=ROWS
    )
    return render(request, "administration/trail.html", {"page": page, "form": form})


def verify(request: Asked) -> HttpResponse:
    """Export the trail, check the export as an outsider would, and show what came of it."""
    actor = access.require(request.actor, "trail.verify")
    checked = None
    if request.method == "POST":
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "trail.jsonl"
            exports.export(file)
            checked = verification.verify(file)
        audit.record(actor=actor, at=days.now(), action="trail.verify", subject="trail", subject_id="all")
    return render(request, "administration/verify.html", {"checked": checked, "root": sealer.root()})


def export(request: Asked) -> HttpResponseBase:
    """The whole trail as a file that can be checked without us. On the trail itself."""
    actor = access.require(request.actor, "trail.verify")
    audit.record(actor=actor, at=days.now(), action="trail.export", subject="trail", subject_id="all")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trail.jsonl"
        exports.export(path)
        return FileResponse(path.open("rb"), as_attachment=True, filename="zhijia-trail.jsonl")
