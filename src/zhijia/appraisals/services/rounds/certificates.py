"""The certificate of an award as a PDF; its QR leads to a page that says whether it stands."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import segno
from django.db import connection
from django.utils.translation import gettext as _

from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Award, Nomination, Round
from zhijia.appraisals.services.rounds import holding
from zhijia.catalogue.text import Text
from zhijia.kernel import documents, masking
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry.models import Union
from zhijia.ui.templatetags.ui import day as day_words

TEMPLATE = Path(__file__).with_name("certificate.typ")


@dataclass(frozen=True, slots=True)
class Stands:
    """What anybody who holds a certificate is told of it: a person's name masked."""

    number: str
    name: str
    grade: Text
    round: Round
    union: str
    named_on: date
    ended_on: date | None


def paper(*, actor: Actor, at: datetime, award: Award, address: str) -> bytes:
    """The PDF; `address` is where the QR leads. That it was printed goes on the trail. Raises Refusal for an award that
    was withdrawn."""
    if award.ended_on is not None:
        raise Refusal("award_withdrawn", _("This was withdrawn. There is no certificate any more."))
    found = Round.objects.select_related("version").get(pk=award.round_id)
    values = documents.by_hand(
        {
            "kind": _("Certificate of honour"),
            "title": f"{found.title} · {_grade(found, award.grade)}",
            "name": award.title,
            "words": _("is named in"),
            "number": _("Number %(number)s") % {"number": award.number},
            "scan": _("Scan to see whether it stands."),
            "union": Union.objects.values_list("name", flat=True).get(pk=found.union_id),
            "day": day_words(award.named_on),
        }
    )
    values["qr"] = str(segno.make(address, error="m").svg_inline(scale=4, border=1))
    hand = _("〔　〕: our font lacks a letter of yours here. Please write it in by hand.")
    values["hand"] = hand if documents.HAND in json.dumps(values, ensure_ascii=False) else ""
    row = Nomination.objects.get(pk=award.nomination_id)
    holding.told_of(actor, at, "award.certificate.export", row, number=award.number)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "certificate.pdf"
        documents.write_pdf(path, template=TEMPLATE, values=values, at=at)
        return path.read_bytes()


def of_token(token: str) -> Stands | None:
    """What stands behind a certificate's QR, for anybody; none where nobody printed it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM appraisals_certificate(%s)", [token])
        said = cursor.fetchone()
    if said is None:
        return None
    number, title, grade, named_on, ended_on, round_id, of_person = said
    found = Round.objects.select_related("version").get(pk=round_id)
    asked = round_versions.definition(found.version)
    return Stands(
        number=number,
        name=masking.name(title) if of_person and asked.subject == "person" else title,
        grade=_grade(found, grade),
        round=found,
        union=Union.objects.values_list("name", flat=True).get(pk=found.union_id),
        named_on=named_on,
        ended_on=ended_on,
    )


def _grade(found: Round, code: str) -> Text:
    asked = round_versions.definition(found.version)
    return next(grade.label for grade in asked.grades if grade.code == code)
