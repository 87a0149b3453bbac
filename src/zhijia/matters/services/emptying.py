"""A case whose term is over is emptied: what it said goes for good, and that there was one, its way, how it ended, its
days, facts and trail stay (PI-07). The term is the parameter its definition names; a person confirms it first
(`administration.services.retention`)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.files.models import StoredFile
from zhijia.kernel.context import whole
from zhijia.matters.models import (
    Answer,
    Case,
    Decision,
    Line,
    LineAnswer,
    Linked,
    Material,
    MatterVersion,
    Notice,
    Paper,
    Served,
    Signer,
    Step,
)
from zhijia.matters.services import asking, materials, papers, serving
from zhijia.vault import services as vault

LABEL = _("What requests said that have ended (how and when they ended stays)")
SLICE = 200
"""Cases emptied in one transaction."""
OWNERS = (materials.OWNER, papers.OWNER, serving.PROOF)
GONE: tuple[type[models.Model], ...] = (Answer, Material, Line, Signer)
"""What goes row by row."""
EMPTIED: dict[type[models.Model], dict[str, Any]] = {
    Step: {"taker_id": None, "asked_for": ""},
    Decision: {"reason": "", "by_user_id": None, "grant_id": None, "rules": {}},
    LineAnswer: {"reason": "", "by_user_id": None},
    Served: {"party_name": "", "token_digest": None, "proof_file": None, "answer": ""},
    Notice: {"words": {}, "consent_id": None},
    Linked: {"why": ""},
    # A step may have a paper for each party: what tells them apart is the number, which stays.
    Paper: {"words": {"zh": {"title": ""}, "en": {"title": ""}}, "party": F("number")},
}
"""What stays without what it said. Verdicts change in no other way (`matters_only_emptied`, the same values)."""
_CASE: dict[str, Any] = {
    "person_id": None, "user_id": None, "desk_user_id": None, "shown_name": "", "flags": [], "hands": [],
    "posted_key": None,
}  # fmt: skip
_UNDER_WAY = (Step.State.ACTIVE, Step.State.PAUSED, Step.State.WAITING, Step.State.LATER)


def parameters() -> list[str]:
    """The terms that published definitions name, without `retention.`."""
    named = MatterVersion.objects.using("bulk").filter(state=MatterVersion.State.PUBLISHED)
    return sorted(set(named.values_list("content__retention", flat=True)))


def over(term: str, before: datetime) -> QuerySet[Case]:
    """The cases under this term that ended before this moment and hold something yet, on the alias that sees all. None
    with a step that opens later, none before its objection or what it objects to, its parts or its whole, and what it
    went on with have ended before this moment, too, and none in one dossier with an open one."""
    others = Case.objects.using("bulk").filter(Q(closed_at__isnull=True) | Q(closed_at__gte=before))
    steps = Step.objects.using("bulk").filter(case=OuterRef("pk"), state__in=_UNDER_WAY)
    links = Linked.objects.using("bulk")
    found = Case.objects.using("bulk").filter(
        version__content__retention=term, closed_at__lt=before, emptied_at__isnull=True
    )
    for column in ("appeals", "part_of", "merged_into"):
        found = found.filter(
            ~Exists(others.filter(pk=OuterRef(f"{column}_id"))),
            ~Exists(others.filter(**{column: OuterRef("pk")})),
        )
    return found.filter(
        ~Exists(steps),
        ~Exists(links.filter(case=OuterRef("pk"), to__closed_at__isnull=True)),
        ~Exists(links.filter(to=OuterRef("pk"), case__closed_at__isnull=True)),
    )


def empty(*, at: datetime, term: str, before: datetime, most: int = SLICE) -> int:
    """Empty a slice of these cases, whole ones in one transaction; how many. Again it finds the next."""
    with whole() as cursor:
        cursor.execute("SELECT set_config('zhijia.retention', 'on', true)")
        rows = over(term, before).select_for_update(of=("self",)).order_by("closed_at", "pk")
        keys = list(rows.values_list("pk", flat=True)[:most])
        _of(Case, Q(pk__in=keys)).update(emptied_at=at, **_CASE)
        held = Q(case_id__in=keys)
        vault.remove(asking.VALUE, list(_of(Answer, held).values_list("pk", flat=True)), using="bulk")
        _of(StoredFile, Q(owner__in=OWNERS, owner_id__in=[str(key) for key in keys])).delete()
        for model, values in EMPTIED.items():
            _of(model, held).update(**values)
        for model in GONE:
            _of(model, held).delete()
    return len(keys)


def emptied_at(case_id: UUID) -> datetime | None:
    """When the case of this random id was emptied, for whoever holds the id: it is nobody's any more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT matters_emptied_at(%s)", [case_id])
        (moment,) = cursor.fetchone()
    return moment  # type: ignore[no-any-return]


def _of(model: type[models.Model], rows: Q) -> QuerySet[Any]:
    return model._default_manager.using("bulk").filter(rows)
