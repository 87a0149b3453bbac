"""What fell short becomes a matter at the union concerned: opened once, with what was seen."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.models import Entry, Mark, Opened
from zhijia.appraisals.services import promises
from zhijia.catalogue.appraisal_rules import Appraisal, Criterion
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou
from zhijia.kernel.ids import new_id
from zhijia.matters.services import asking, handing_in
from zhijia.registry import access
from zhijia.registry.models import Union

FOUND, CAME_OF, WORDS = "found", "came_of", "words"
"""The questions of such a matter that an appraisal answers."""


def open_matters(*, actor: Actor, at: datetime, entry: Entry, scheme: Appraisal) -> list[Opened]:
    """A matter for each failed item that says which; those that were opened already stay. Raises NotForYou where
    whoever publishes has no right to ask at the union concerned."""
    there = set(entry.opened.values_list("item", flat=True))
    failed = [scheme.items[code] for code in entry.failed if code not in there]
    return [_open(actor, at, entry, item) for item in failed if item.opens]


def _open(actor: Actor, at: datetime, entry: Entry, item: Criterion) -> Opened:
    if not access.may(actor, "matter.desk", entry.union_id):
        raise NotForYou("not_for_you", _("You have no right to open what is to be put right there."))
    union = Union.objects.get(pk=entry.union_id)
    case = asking.start(actor=actor, at=at, code=str(item.opens), for_union=union)
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
