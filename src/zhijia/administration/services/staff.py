"""Opening and closing the accounts of staff (S-01, S-08). What they may do is given on the page of rights."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.accounts import services as logins
from zhijia.accounts.models import User
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.registry import access
from zhijia.registry.models import Grant
from zhijia.registry.services import beginnings


@dataclass(frozen=True, slots=True)
class Opened:
    """A new account and the password that is told once."""

    login: str
    password: str


def open_account(*, actor: Actor, at: datetime, login: str) -> Opened:
    """A staff account with a password that has to be changed at the first log-in. Needs step-up (S-06)."""
    actor = access.require(actor, "account.manage")
    _need_step_up(actor)
    password = beginnings.new_password()
    user = logins.create_user(
        actor=actor, at=at, login=login, password=password, staff=True, place=access.standing_of(actor)
    )
    return Opened(user.login, password)


def close_account(*, actor: Actor, at: datetime, user_id: int) -> None:
    """Close an account that works under the administrator's unions alone, or nowhere. Needs step-up. Nobody closes
    their own. Raises NotForYou for an account that has a right elsewhere."""
    actor = access.require(actor, "account.manage")
    _need_step_up(actor)
    if user_id == actor.user_id:
        raise Refusal("own_account", _("Nobody can close their own account. Ask a second administrator."))
    if not _manageable(actor).filter(pk=user_id).exists():
        raise NotForYou("no_such_account", _("There is no such account at your unions."))
    logins.close_account(actor=actor, at=at, user_id=user_id, reason="closed by the administrator")


def accounts(actor: Actor) -> list[User]:
    """The open staff accounts the administrator looks after, newest first; a page."""
    rows = parameters.value("pages.rows", day=days.business_day(days.now()))
    return list(_manageable(actor).order_by("-pk")[:rows])


def _manageable(actor: Actor) -> QuerySet[User]:
    """Open staff accounts without a right outside the unions where the actor may manage accounts."""
    inside = Q(pk__in=[])
    for union in access.unions_granted(actor, "account.manage"):
        inside |= Q(union__tree_left__gte=union.tree_left, union__tree_left__lt=union.tree_right)
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gt=days.business_day(days.now()))
    elsewhere = Grant.objects.filter(in_force, user_id=OuterRef("pk")).exclude(inside)
    return User.objects.filter(~Exists(elsewhere), staff=True, is_active=True)


def _need_step_up(actor: Actor) -> None:
    if not actor.stepped_up:
        raise NeedsStepUp("needs_step_up", _("Give your password again first."))
