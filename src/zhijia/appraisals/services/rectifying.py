"""What fell short becomes a matter at the union concerned: opened once, with what was seen. Of an employer it is for
whoever acts for it to answer as well."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.models import Entry, Mark, Opened
from zhijia.appraisals.services import promises, told
from zhijia.catalogue import notices as words
from zhijia.catalogue.appraisal_rules import Appraisal, Criterion
from zhijia.catalogue.text import Text
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou
from zhijia.kernel.ids import new_id
from zhijia.matters.services import asking, handing_in
from zhijia.registry import access
from zhijia.registry.models import Union

FOUND, CAME_OF, WORDS = "found", "came_of", "words"
"""The questions of such a matter that an appraisal answers."""


def open_matters(*, actor: Actor, at: datetime, entry: Entry, scheme: Appraisal) -> list[Opened]:
    """A matter for each failed item that says which, and the subject is told of all of them; those that were opened
    already stay. Raises NotForYou where whoever publishes has no right to ask at the union concerned."""
    there = set(entry.opened.values_list("item", flat=True))
    failed = [scheme.items[code] for code in entry.failed if code not in there]
    opening = [item for item in failed if item.opens]
    opened = [_open(actor, at, entry, item) for item in opening]
    if opened:
        en, zh = "; ".join(item.label.en for item in opening), "；".join(item.label.zh for item in opening)
        told.tell_subject(actor, at, "appraisal_to_mend", entry, {"items": words.both(Text(en=en, zh=zh))})
    return opened


def _open(actor: Actor, at: datetime, entry: Entry, item: Criterion) -> Opened:
    if not access.may(actor, "matter.desk", entry.union_id):
        raise NotForYou("not_for_you", _("You have no right to open what is to be put right there."))
    union = Union.objects.get(pk=entry.union_id)
    beside = int(entry.target) if entry.kind == Entry.Kind.EMPLOYER else None
    case = asking.start(actor=actor, at=at, code=str(item.opens), for_union=union, beside=beside)
    seen = Mark.objects.filter(entry=entry, item=item.code).exclude(words="").order_by("-turn", "-pk")
    typed = {
        FOUND: str(item.label),
        CAME_OF: f"{entry.run.title} · {entry.name}"[:200],
        WORDS: seen.values_list("words", flat=True).first() or "",
    }
    asking.keep(actor=actor, at=at, case_id=case.pk, typed=typed)
    handing_in.submit(actor=actor, at=at, case_id=case.pk, key=new_id())
    with promises.kept():
        return Opened.objects.create(
            entry=entry,
            union_id=entry.union_id,
            county_id=entry.county_id,
            item=item.code,
            case_id=case.pk,
            opened_at=at,
        )
