"""The report as a PDF, set from what was frozen when it was made: the same words make the same bytes, today and in
years."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhijia.auditing.models import Engagement, Sample
from zhijia.auditing.services import told
from zhijia.auditing.services.planning import FUND
from zhijia.catalogue import codes, definitions
from zhijia.kernel import documents
from zhijia.kernel.actors import Actor
from zhijia.ui.templatetags.ui import day, money

TEMPLATE = Path(__file__).with_name("report.typ")


def report(*, actor: Actor, at: datetime, engagement: Engagement) -> bytes:
    """The report in the language of the page, as a PDF; the look is on the trail. The audit is reported."""
    assert engagement.report is not None
    assert engagement.reported_on is not None
    values = documents.by_hand(words_of(engagement.report, engagement.report_sha256))
    made_at = datetime.combine(engagement.reported_on, time.min, UTC)
    told.trail(actor, at, "audit.report.look", engagement)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "report.pdf"
        documents.write_pdf(path, template=TEMPLATE, values=values, at=made_at)
        return path.read_bytes()


def words_of(kept: dict[str, Any], digest: str) -> dict[str, Any]:
    """What is printed, of the report as it was frozen."""
    parts = [(_("What was audited"), kept["draft"])]
    if kept["samples"]:
        parts.append((_("What was drawn"), "\n\n".join(_drawn(sample) for sample in kept["samples"])))
    if kept["comments"]:
        parts.append((_("What the union said"), "\n\n".join(kept["comments"])))
    parts.append((_("Opinion of the committee"), kept["opinion"]))
    return {
        "language": "zh" if (get_language() or "zh").startswith("zh") else "en",
        "title": _("Audit report: %(union)s") % {"union": kept["union"]},
        "auditor": kept["auditor"],
        "number": kept["number"],
        "day": _day(kept["reported_on"]),
        "digest": digest,
        "facts": [[str(label), value] for label, value in _facts(kept) if value],
        "parts": [
            {"title": title, "paragraphs": [part.strip() for part in text.split("\n\n") if part.strip()]}
            for title, text in parts
        ],
        "findings": [_finding(one) for one in kept["findings"]],
        "words": {
            "findings": _("What was found"),
            "head": ["", _("Finding"), _("Kind"), _("Amount (yuan)"), _("Post, put right by")],
            "seal": _("(seal)"),
            "digest": _("SHA-256 of this report"),
        },
    }


def _facts(kept: dict[str, Any]) -> list[tuple[str, str]]:
    fund = str(definitions.load().funds[kept["fund"]].label) if kept["kind"] == FUND else ""
    return [
        (_("Kind of audit"), codes.label("audit_kinds", kept["kind"])),
        (_("Fund"), fund),
        (_("Matters"), " · ".join(codes.label("audit_matters", matter) for matter in kept["matters"])),
        (_("Days looked at"), f"{_day(kept['since'])} – {_day(kept['until'])}"),
        (_("Commission"), kept["commission"]),
        (_("Post"), kept["post"] if kept["commission"] else ""),
        (_("Notice"), _day(kept["noticed_on"])),
        (_("Fieldwork"), _day(kept["fieldwork_on"])),
    ]


def _drawn(sample: dict[str, Any]) -> str:
    return _(
        "%(method)s: %(size)s of %(of)s entries. Seed %(seed)s; SHA-256 of what was drawn from: %(digest)s"
    ) % {**sample, "method": Sample.Method(sample["method"]).label}


def _finding(one: dict[str, Any]) -> dict[str, str]:
    kind = codes.label("prohibitions", one["prohibition"]) if one["prohibition"] else ""
    return {
        "number": str(one["number"]),
        "title": one["title"] + (f" · {_('found before')}" if one["repeats"] else ""),
        "words": one["words"],
        "kind": kind or codes.label("audit_matters", one["matter"]),
        "amount": money(one["amount"]),
        "post": one["post"],
        "due": _day(one["due_on"]),
    }


def _day(text: str) -> str:
    return day(date.fromisoformat(text)) if text else ""
