"""What the registry does when a union has looked at an employer's letter: the account that asked acts for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import ports
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou
from zhijia.matters.models import Case
from zhijia.matters.services import grounds, outcomes
from zhijia.registry.models import Union
from zhijia.registry.services import representatives

Given = Mapping[str, str]


def represent(*, actor: Actor, at: datetime, case: Case, given: Given) -> None:
    """The outcome `registry.represent`: the account acts for the employer of the credit code (`code`)."""
    if case.user_id is None:
        raise NotForYou("log_in_first", _("Log in with your phone first."))
    said = _said(case, given)
    representatives.appoint(
        actor=actor,
        at=at,
        user_id=case.user_id,
        union=_asked(case),
        name=said["employer"],
        credit_code=said["code"],
    )


def can_represent(*, at: datetime, case: Case, given: Given) -> None:
    """Whether an employer can have this credit code, and the union that is asked vouches for it."""
    representatives.check_vouches(union=_asked(case), credit_code=_said(case, given)["code"], at=at)


def register() -> None:
    """Answer the ports that definitions name."""
    ports.register(f"{outcomes.OUTCOME}.registry.represent", represent)
    ports.register(f"{outcomes.READY}.registry.represent", can_represent)


def _asked(case: Case) -> Union:
    """The union the letter was sent to: an objection is heard above it."""
    return Union.objects.get(pk=case.appeals.union_id if case.appeals else case.union_id)


def _said(case: Case, given: Given) -> dict[str, Any]:
    values = grounds.values_of(case)
    return {what: str(values.get(name) or "").strip() for what, name in given.items()}
