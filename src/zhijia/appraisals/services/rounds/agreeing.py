"""Whoever is nominated agrees that their name is shown to everybody, masked, and takes that back when they like (PI-01,
PI-03). From that moment no notice and no public vote says it; the entry stays where it is."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Nomination, Round
from zhijia.appraisals.services.rounds import holding, telling
from zhijia.catalogue import purposes
from zhijia.catalogue.round_rules import Round as Definition
from zhijia.kernel import rows as statements
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou
from zhijia.registry.services import consents

RUNS = (Round.State.OPEN, Round.State.JUDGING, Round.State.BATCH, Round.State.PROPOSED, Round.State.DECIDED)


def agree(*, actor: Actor, at: datetime, nomination_id: UUID) -> Nomination:
    """Whoever is nominated agrees that their name, masked, is shown to everybody."""
    row, _found, asked = holding.entry(nomination_id)
    if row.person_id is None or actor.person_id != row.person_id:
        raise NotForYou("no_such_nomination", _("There is no such nomination."))
    if row.agreed_at is None:
        agreed(actor, at, row, asked)
        row.save(update_fields=["agreed_at", "withdrew_at"])
        holding.told_of(actor, at, "nomination.agree", row)
    return row


def agreed(actor: Actor, at: datetime, row: Nomination, asked: Definition) -> None:
    """The same, of a nomination that is written down by the caller."""
    for purpose in sorted(_purposes(asked)):
        if purposes.get(purpose).basis == "consent":
            consents.give(actor=actor, at=at, purpose=purpose)
    row.agreed_at, row.withdrew_at = at, None


def withdrawn(*, actor: Actor, at: datetime, person_id: UUID, purpose: str) -> None:
    """The port `registry.withdrawn.appraisals`: they take it back. What hangs and what is voted on says their name no
    more; they, and whoever holds a round that goes on, are told what follows."""
    rows = Nomination.objects.filter(person_id=person_id, agreed_at__isnull=False)
    for row in rows.select_related("round__version").order_by("pk"):
        if purpose in _purposes(round_versions.definition(row.round.version)):
            statements.run("SELECT appraisals_withhold(%s, %s)", [row.pk, at])
            holding.told_of(actor, at, "nomination.withdraw_agreement", row)
            if row.round.state in RUNS and row.state in Nomination.LIVE:
                telling.person(actor, at, row, row.round, "round_name_withheld")
                telling.officers(actor, at, row.pk, row.round, "round_agreement_withdrawn")


def _purposes(asked: Definition) -> set[str]:
    return {notice.purpose for notice in asked.notices}
