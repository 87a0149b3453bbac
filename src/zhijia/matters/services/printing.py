"""A request on paper, for those without a phone: the form to sign while it is a draft, then the receipt, with a QR."""

import json
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import segno
from django.utils.translation import gettext as _

from zhijia.audit import services as audit
from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel import days, documents
from zhijia.kernel.actors import Actor
from zhijia.matters.models import Case, Line
from zhijia.matters.queries import mine, roster
from zhijia.matters.services import moving
from zhijia.registry.models import Union
from zhijia.ui.templatetags.ui import day as day_words

TEMPLATE = Path(__file__).with_name("request.typ")


def paper(*, actor: Actor, at: datetime, case: Case, matter: Matter, address: str) -> bytes:
    """The PDF; `address` is where the QR leads. That it was printed goes on the trail. A letter our font lacks has room
    to be written in by hand: nobody goes without a paper for their name's sake."""
    handed_in = case.opened_at is not None
    union = Union.objects.filter(pk=case.union_id).values_list("name", flat=True).first() or ""
    stops = mine.line(case, matter, at)
    rows = [(str(label), words) for label, words in mine.answers(case, matter, at)]
    values = {
        "title": str(matter.label),
        "kind": _("Receipt") if handed_in else _("Application"),
        "number": _("Number %(number)s") % {"number": case.number} if handed_in else "",
        "facts": [
            (_("Who asks"), case.shown_name),
            (_("Union"), union),
            *([(_("Handed in"), _day(case.opened_at))] if case.opened_at else []),
        ],
        "wrote": _("What was written"),
        "rows": rows,
        "lines": _lines(case, matter),
        "heads": ["", str(matter.roster.label if matter.roster else ""), _("Sum asked for"), _("Answer")],
        "documents": [material.name for material in case.materials.order_by("pk")],
        "enclosed": _("Documents"),
        "goes": _("The way it takes"),
        "stops": [(str(stop.title), str(stop.who), str(stop.when)) for stop in stops],
        "qr": str(segno.make(address, error="m").svg_inline(scale=4, border=1)),
        "scan": _("Scan to see where it is, or call 12351."),
        "sign": "" if handed_in else _("What stands here is right, and I agree that it is handed in for me."),
        "signatures": [_("Signature of the applicant"), _("Date")],
    }
    shown = documents.by_hand(values)
    hand = _("〔　〕: our font lacks a letter of yours here. Please write it in by hand.")
    shown["hand"] = hand if documents.HAND in json.dumps(shown, ensure_ascii=False) else ""
    audit.record(
        actor=actor,
        at=at,
        action="case.paper.export",
        subject="case",
        subject_id=case.pk,
        place=moving.place_of(case),
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "request.pdf"
        documents.write_pdf(path, template=TEMPLATE, values=shown, at=at)
        return path.read_bytes()


def _lines(case: Case, matter: Matter) -> list[list[str]]:
    """Each line of the roster: its number, whom or what it is about, what it asks for, and the answer to it."""
    if matter.roster is None:
        return []
    return [
        [
            str(row.line.number),
            "  ".join([row.title, *(words for _label, words in row.rest)]),
            roster.yuan(row.line.asked),
            _answer(row.line) if handed_in else "",
        ]
        for handed_in in [case.opened_at is not None]
        for row in roster.whole(case, matter, matter.roster)
    ]


def _answer(line: Line) -> str:
    words = {
        "grant": _("As asked"),
        "less": _("Less: %(yuan)s") % {"yuan": roster.yuan(line.granted)},
        "refuse": _("Refused"),
    }
    return " ".join(part for part in (words.get(line.verdict, ""), line.reason) if part)


def _day(at: datetime) -> str:
    return day_words(days.business_day(at))
