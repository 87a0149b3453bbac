"""A title says at which union it was given. Where that one was merged away, its row goes on with the union that took it
over, as whoever decided the name would write it; the row keeps what it said before."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Award
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.kernel.errors import Refusal
from zhijia.registers.models import Row
from zhijia.registers.services import changing

JOB = "rounds.successors"
UNION = "=union"
"""What fills a field of a title with the union of the entry (`gives.given`)."""
_MERGED = """
SELECT a.id, a.decided_by, a.row_id, payments_successor(w.other_union_id) FROM appraisals_award a
JOIN registers_row w ON w.id = a.row_id AND w.ended_on IS NULL
JOIN registry_union u ON u.id = w.other_union_id AND u.dissolved_on IS NOT NULL
WHERE a.ended_on IS NULL AND payments_successor(w.other_union_id) IS NOT NULL
ORDER BY a.id"""


def follow(*, at: datetime) -> int:
    """Have the titles of unions that were merged away say which one took them over, each as whoever decided it; how
    many. A second run finds nothing. What is refused (no right any more) is left."""
    with whole() as cursor:
        cursor.execute(_MERGED)
        found = cursor.fetchall()
    many = 0
    for award_id, decided_by, row_id, union_id in found:
        try:
            with acting(Actor(decided_by, "job", JOB)) as actor:
                many += _moved(actor, at, award_id, row_id, union_id)
        except Refusal:
            continue
    return many


def _moved(actor: Actor, at: datetime, award_id: int, row_id: UUID, union_id: int) -> bool:
    award = Award.objects.select_related("round__version").filter(pk=award_id).first()
    row = Row.objects.filter(pk=row_id).first()
    if award is None or row is None:
        return False
    gives = round_versions.definition(award.round.version).gives
    typed = {name: str(union_id) for name, given in gives.given.items() if given == UNION}
    if not typed or gives.list is None:
        return False
    changed = changing.change(
        actor=actor, at=at, code=gives.list, row_id=row_id, version=row.version, typed=typed,
        reason=_("Its union was merged into this one."),
    )  # fmt: skip
    return changed.version > row.version
