"""The moment somebody comes in, and what stands in the session until then.

A log-in passes several stops (`services.logins.next_stop`). Between them the session belongs to nobody: it
only remembers who has proved what, so that no page is open to somebody who is half logged in.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from django.contrib import auth
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from zhijia.accounts.actors import STEPPED_UP_AT, actor_of
from zhijia.accounts.models import User
from zhijia.accounts.services import logins
from zhijia.catalogue import parameters
from zhijia.kernel import context, days

KEY = "entry"
HALFWAY = timedelta(minutes=10)
BACKEND = "zhijia.accounts.backends.Accounts"


@dataclass(frozen=True, slots=True)
class Entry:
    """A log-in under way: whose, since when, by which way, where to afterwards, and what has been proved."""

    user_id: int
    since: str
    way: str
    own_device: bool
    target: str
    second_factor: bool = False


def begin(
    request: HttpRequest, user: User, *, way: str, own_device: bool, target: str
) -> HttpResponseRedirect:
    """The first proof was right: a fresh session key, and on to the next stop."""
    request.session.flush()
    entry = Entry(user.pk, days.now().isoformat(), way, own_device, safe_target(request, target))
    return go_on(request, entry, user)


def current(request: HttpRequest) -> tuple[Entry, User] | None:
    """The log-in under way in this session, unless it took too long or the account was closed meanwhile."""
    kept = request.session.get(KEY)
    if not kept:
        return None
    entry = Entry(**kept)
    user = User.objects.filter(pk=entry.user_id, is_active=True).first()
    if user is None or days.now() - datetime.fromisoformat(entry.since) > HALFWAY:
        del request.session[KEY]
        return None
    return entry, user


def second_factor_given(request: HttpRequest, entry: Entry, user: User) -> HttpResponseRedirect:
    """The second factor was right: on to the next stop."""
    return go_on(request, replace(entry, second_factor=True), user)


def go_on(request: HttpRequest, entry: Entry, user: User) -> HttpResponseRedirect:
    """To the next stop, or inside."""
    stop = logins.next_stop(
        user, days.now(), second_factor_given=entry.second_factor, by_code=entry.way in ("code", "sso")
    )
    if stop == "inside":
        return _come_in(request, entry, user)
    request.session[KEY] = asdict(entry)
    return redirect(f"accounts:{stop}" if stop != "change_password" else "accounts:first_password")


def safe_target(request: HttpRequest, target: str) -> str:
    """Where to go afterwards, only ever inside this site."""
    hosts = {request.get_host()}
    fits = url_has_allowed_host_and_scheme(target, hosts, require_https=request.is_secure())
    return target if fits and target.startswith("/") else "/"


def mark_stepped_up(request: HttpRequest) -> None:
    """Remember that the proofs were given just now (S-06)."""
    request.session[STEPPED_UP_AT] = days.now().isoformat()


def _come_in(request: HttpRequest, entry: Entry, user: User) -> HttpResponseRedirect:
    """Everything is proved: a new session with its own end, and a line on the trail (S-03)."""
    now = days.now()
    request.session.pop(KEY, None)
    first = user.last_login is None
    auth.login(request, user, backend=BACKEND)
    day = days.business_day(now)
    if entry.own_device and not user.staff:
        life = timedelta(days=parameters.value("accounts.member_session_days", day=day))
        idle = 0
    else:
        life = timedelta(hours=parameters.value("accounts.staff_absolute_hours", day=day))
        idle = parameters.value("accounts.staff_idle_minutes", day=day) * 60
    request.session.set_expiry(now + life)
    request.session["idle_seconds"] = idle
    mark_stepped_up(request)
    actor = actor_of(request)
    request.session["address"], request.session["device"] = actor.address, actor.device
    context.enter(actor)
    logins.came_in(actor=actor, at=now, way=entry.way, second_factor=entry.second_factor, first=first)
    return HttpResponseRedirect(entry.target)
