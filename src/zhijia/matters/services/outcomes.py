"""What the registry does when a request about a membership is granted: each outcome reads its case and ends in the
registry's own service, by the right of whoever decided last. `given` names the answer each value comes from."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import ports
from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.matters.models import Case
from zhijia.registry.models import Membership
from zhijia.registry.services import consents, corrections, memberships, retaining
from zhijia.vault import services as vault

OUTCOME, READY, ALONG = "matters.outcome", "matters.ready", "matters.along"
UNATTENDED = "matters.unattended"
"""An outcome that may be done though nobody decided last answers this too."""
SEALED = "matters_answer.value"
SERVICES = "services"
"""The purpose for which the union may look for what is meant for somebody."""
WHY = {
    "retired": Membership.Status.RETAINED_RETIRED,
    "out_of_work": Membership.Status.RETAINED_UNEMPLOYED,
    "unit_closed": Membership.Status.RETAINED_UNIT_CLOSED,
}
"""What a definition calls the reasons for which a membership is retained (MEM-09)."""
Given = Mapping[str, str]


def check_ready(case: Case, matter: Matter, at: datetime) -> None:
    """Before a request is handed in: raises the Refusal its outcome would meet, where its room can tell by now."""
    for outcome in matter.outcomes:
        if ports.answered(f"{READY}.{outcome.port}"):
            ports.call(f"{READY}.{outcome.port}", at=at, case=case, given=outcome.given)


def take_along(case: Case, matter: Matter, at: datetime) -> None:
    """Before a request is handed in: what its outcome will need and only whoever asks can give."""
    for outcome in matter.outcomes:
        if ports.answered(f"{ALONG}.{outcome.port}"):
            ports.call(f"{ALONG}.{outcome.port}", at=at, case=case)


def correct(*, actor: Actor, at: datetime, case: Case, given: Given) -> None:
    """The field the member named takes the value they gave (PI-04)."""
    field, value = _right(case, given)
    corrections.put_right(actor=actor, at=at, person_id=_person(case), field=field, value=value)


def can_correct(*, at: datetime, case: Case, given: Given) -> None:
    """Whether the field may be changed so, and can hold the value."""
    field, value = _right(case, given)
    corrections.checked(field, value, at=at)


def _right(case: Case, given: Given) -> tuple[str, str]:
    """The field and what it should be: the answer `given` names for this field, else the sealed one for all others."""
    field = _answer(case, given["field"])
    return field, _answer(case, given[field]) if field in given else _clear(case, given["value"])


def retain(*, actor: Actor, at: datetime, case: Case, given: Given) -> None:
    """The membership is kept without dues and vote since the day the member named (MEM-09)."""
    retaining.retain(
        actor=actor,
        at=at,
        membership_id=_membership(case).pk,
        status=WHY[_answer(case, given["why"])],
        since=date.fromisoformat(_answer(case, given["since"])),
        reason=_reason(case),
    )


def can_retain(*, at: datetime, case: Case, given: Given) -> None:
    """Whether there is an active membership, and the day lies within it."""
    membership = _membership(case)
    retaining.check(
        membership, since=date.fromisoformat(_answer(case, given["since"])), today=days.business_day(at)
    )


def leave(*, actor: Actor, at: datetime, case: Case, given: Given) -> None:
    """The membership ends today, at the member's own wish (MEM-10)."""
    memberships.leave(actor=actor, at=at, membership_id=_membership(case).pk, reason=_reason(case))


def can_leave(*, at: datetime, case: Case, given: Given) -> None:
    """Whether there is a membership to end."""
    _membership(case)


def agree_to_services(*, actor: Actor, at: datetime, case: Case, given: Given) -> None:
    """Whoever asks agrees that the union may look for what is meant for them (PI-01); by themselves alone."""
    consents.give(actor=actor, at=at, purpose=SERVICES)


def _by_whoever_asks() -> str:
    """Why this may be done though nobody decided last: the agreement is theirs to give."""
    return "PI-01"


def register() -> None:
    """Answer the ports that definitions name."""
    for name, done, ready in (
        ("registry.correction", correct, can_correct),
        ("registry.retain", retain, can_retain),
        ("registry.leave", leave, can_leave),
    ):
        ports.register(f"{OUTCOME}.{name}", done)
        ports.register(f"{READY}.{name}", ready)
    ports.register(f"{OUTCOME}.registry.agree_to_services", agree_to_services)
    ports.register(f"{UNATTENDED}.registry.agree_to_services", _by_whoever_asks)


def _answer(case: Case, name: str) -> Any:
    return case.answers.values_list("value", flat=True).get(name=name)


def _clear(case: Case, name: str) -> str:
    """The text of an answer that lies sealed, for the service that seals it elsewhere."""
    return vault.read_inside(SEALED, case.answers.values_list("pk", flat=True).get(name=name))


def _person(case: Case) -> UUID:
    if case.person_id is None:
        raise Refusal("not_in_the_register", _("You are not in the register yet. Join a union first."))
    return case.person_id


def _membership(case: Case) -> Membership:
    found = Membership.objects.filter(person_id=_person(case), valid_to__isnull=True).first()
    if found is None:
        raise Refusal("membership_closed", _("This membership has ended already."))
    return found


def _reason(case: Case) -> str:
    """Why it was done, as the register keeps it: the request, by its number."""
    return str(_("At the member's request %(number)s") % {"number": case.number})
