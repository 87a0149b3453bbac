"""Money of a budget is reserved for a case from the first time somebody agrees to it, and free again once it has ended
(DUE-14): what its outcome needs is asked of the room that answers, by a port."""

from datetime import datetime

from zhijia.catalogue import ports
from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel import rows
from zhijia.matters.models import Case

RESERVE = "matters.reserve"
_GIVE_BACK = "SELECT matters_give_back(%s, %s)"


def reserve(*, at: datetime, case: Case, matter: Matter) -> None:
    """Somebody agreed and the case goes on: keep the money its outcome will need, as it stands now. Raises the Refusal
    of a budget that has no room."""
    if case.closed_at is None and case.amount:
        for outcome in matter.outcomes:
            if ports.answered(f"{RESERVE}.{outcome.port}"):
                ports.call(f"{RESERVE}.{outcome.port}", at=at, case=case, given=outcome.given)


def give_back(*, at: datetime, case: Case, matter: Matter) -> None:
    """The case has ended: nothing is reserved for it any more. What was granted is kept by its own outcome, right
    after, in the same transaction, before anybody else gets at the line."""
    if any(ports.answered(f"{RESERVE}.{outcome.port}") for outcome in matter.outcomes):
        rows.run(_GIVE_BACK, [case.pk, at])
