"""Opening and closing the accounts of staff (S-01, S-08). What they may do is given on the page of rights."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.accounts import services as logins
from zhijia.accounts.models import User
from zhijia.catalogue import parameters, roles
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


@dataclass(frozen=True, slots=True)
class Account:
    """A staff account and, in words, each role it holds today and where."""

    user: User
    holds: list[str]


@dataclass(frozen=True, slots=True)
class Page:
    """Some accounts, and the number to go on after, if there are more."""

    rows: list[Account]
    after: int | None


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


def accounts(actor: Actor, after: int | None = None) -> Page:
    """The open staff accounts the administrator looks after, newest first; a page, from behind this number on.
    Three statements however many there are."""
    today = days.business_day(days.now())
    size = parameters.value("pages.rows", day=today)
    open_now = _manageable(actor)
    if after is not None:
        open_now = open_now.filter(pk__lt=after)
    users = list(open_now.order_by("-pk")[: size + 1])
    holds: dict[int, list[str]] = defaultdict(list)
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gt=today)
    held = Grant.objects.filter(in_force, user_id__in=[user.pk for user in users], valid_from__lte=today)
    for grant in held.select_related("union").order_by("union__level", "pk"):
        holds[grant.user_id].append(f"{roles.get(grant.role).label} · {grant.union.name}")
    rows = [Account(user, holds[user.pk]) for user in users[:size]]
    return Page(rows, users[size - 1].pk if len(users) > size else None)


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
