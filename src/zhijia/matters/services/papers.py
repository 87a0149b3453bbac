"""Papers made at a step: the letter that is served, the reply of the union above. Numbered without a gap, printed once
with a place for the seal, kept with the case; whoever holds one can look up by its QR whether it was issued."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from string import Formatter
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.matter_rules import Paper as PaperRule
from zhijia.files import services as files
from zhijia.kernel import days, documents
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.kernel.ids import new_id
from zhijia.matters.models import Case, Paper, Served, Step
from zhijia.matters.queries import mine
from zhijia.matters.services import moving
from zhijia.registry.models import Union
from zhijia.ui.templatetags.ui import day as day_words

OWNER = "matters.paper"
TEMPLATE = Path(__file__).with_name("paper.typ")
LANGUAGES = {"zh": "zh-hans", "en": "en"}
NOTHING = "—"
_MOMENT = timedelta(microseconds=1)
_NEXT = """
INSERT INTO matters_paper_series (union_id, series, year, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (union_id, series, year) DO UPDATE SET count = matters_paper_series.count + 1 RETURNING count"""


@dataclass(frozen=True, slots=True)
class Issued:
    """What anybody who holds a paper may know of it."""

    union: str
    number: str
    title: str
    made_at: datetime


def make(
    *,
    actor: Actor,
    at: datetime,
    case: Case,
    matter: Matter,
    step: Step,
    party: str = "",
    since: datetime | None = None,
) -> list[Paper]:
    """The papers of this step for this party, each made once; with `since`, once from then on. Raises Refusal where the
    font lacks a letter."""
    there = Paper.objects.filter(step=step, party=party)
    if since is not None:
        there = there.filter(made_at__gte=since)
    return [
        there.filter(code=rule.code).first() or _made(actor, at, case, matter, step, rule, party)
        for rule in matter.papers
        if rule.at == step.code
    ]


def number_of(case: Case, code: str) -> str:
    """The number of the paper that was made last under this code. Raises LookupError where none was."""
    last = case.papers.filter(code=code).order_by("made_at").last()
    if last is None:
        raise LookupError(f"The case has no paper {code}.")
    return last.number


def read_by(served: Served) -> list[tuple[str, Any]]:
    """The papers this party was served with last: number, and words in the language of the page."""
    language = "zh" if (translation.get_language() or "zh").startswith("zh") else "en"
    made = Paper.objects.filter(
        step_id=served.step_id, party=served.party_name, made_at__gte=served.served_at
    )
    made = made.order_by("made_at")
    return [(paper.number, paper.words[language]) for paper in made]


def issued(paper_id: UUID) -> Issued | None:
    """What is said of a paper to whoever holds it; none where nobody issued it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM matters_paper_issued(%s)", [paper_id])
        row = cursor.fetchone()
    if row is None:
        return None
    union, number, chinese, english, made_at = row
    chosen = chinese if (translation.get_language() or "zh").startswith("zh") else english
    return Issued(union, number, chosen, made_at)


def _made(
    actor: Actor, at: datetime, case: Case, matter: Matter, step: Step, rule: PaperRule, party: str
) -> Paper:
    paper_id = new_id()
    number = _number(rule, step.seat_id, at)
    words = _words(case, matter, step, rule, number=number, party=party, at=at)
    file_id = files.store(
        actor=actor,
        at=at,
        content=io.BytesIO(_printed(paper_id, words, at)),
        name=f"{number}.pdf",
        owner=OWNER,
        owner_id=case.pk,
        place=moving.place_of(case),
        made_here=True,
    )
    audit.record(
        actor=actor,
        at=at,
        action="case.paper.issue",
        subject="case",
        subject_id=case.pk,
        place=moving.place_of(case),
        detail={"paper": rule.code, "number": number},
    )
    return Paper.objects.create(
        id=paper_id,
        case=case,
        step=step,
        code=rule.code,
        union_id=step.seat_id,
        number=number,
        party=party,
        words=words,
        file_id=file_id,
        made_at=at,
    )


def _number(rule: PaperRule, union_id: int, at: datetime) -> str:
    year = days.business_day(at).year
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [union_id, rule.number, year])
        (serial,) = cursor.fetchone()
    return _filled(rule.number, {"year": str(year), "serial": str(serial)})


def _words(
    case: Case, matter: Matter, step: Step, rule: PaperRule, *, number: str, party: str, at: datetime
) -> dict[str, Any]:
    """What is printed, by language: the title, the paragraphs, the party, who signs on which day."""
    answers = {answer.name: answer.value for answer in case.answers.all()}
    names = dict(Union.objects.filter(pk__in=[step.seat_id, case.union_id]).values_list("pk", "name"))
    said = {}
    for language, locale in LANGUAGES.items():
        with translation.override(locale):
            values = {
                "union": names[step.seat_id],
                "own": names[case.union_id],
                "party": party,
                "number": number,
                "case": case.number,
                "day": day_words(days.business_day(at)),
                "until": day_words(days.business_day(step.due_at - _MOMENT)) if step.due_at else "",
                **{
                    question.name: mine.in_words(matter, question, answers[question.name])
                    for question in matter.form
                    if not question.sealed and answers.get(question.name) not in (None, [])
                },
            }
            body = _filled(getattr(rule.body, language), values)
            said[language] = {
                "to": party or (_filled(getattr(rule.to, language), values) if rule.to else ""),
                "title": _filled(getattr(rule.title, language), values),
                "paragraphs": [part.strip() for part in body.split("\n\n") if part.strip()],
                "day": values["day"],
            }
    return {**said, "union": names[step.seat_id], "number": number}


def _filled(words: str, values: Mapping[str, str]) -> str:
    """The words with each {name} filled in, and a dash for what nobody said."""
    return "".join(
        text + ("" if name is None else values.get(name) or NOTHING)
        for text, name, _spec, _conversion in Formatter().parse(words)
    )


def _printed(paper_id: UUID, words: Mapping[str, Any], at: datetime) -> bytes:
    address = settings.ADDRESS + reverse("matters:issued", args=[paper_id])
    values = {**words, "qr": str(segno.make(address, error="m").svg_inline(scale=4, border=1))}
    if lacking := documents.lacking(str(words)):
        raise Refusal("letters_lacking", _("The font lacks: %(letters)s") % {"letters": " ".join(lacking)})
    with TemporaryDirectory() as folder:
        path = Path(folder) / "paper.pdf"
        documents.write_pdf(path, template=TEMPLATE, values=values, at=at)
        return path.read_bytes()
