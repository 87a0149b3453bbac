"""What one does with one's own account: password, sessions, tokens, and proving again who one is."""

from django.contrib import auth
from django.contrib.auth.hashers import is_password_usable
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from zhijia.accounts import entries, queries, sessions, sso
from zhijia.accounts.actors import actor_of, stepped_up
from zhijia.accounts.doors import member_of_the_house
from zhijia.accounts.forms import ChangePasswordForm, StepUpCodeForm, StepUpForm, TokenForm
from zhijia.accounts.models import User
from zhijia.accounts.services import endings, passwords, stepping_up, tokens
from zhijia.catalogue import codes, ports
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal, TooMany


@never_cache
@sensitive_post_parameters()
@member_of_the_house
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """A new password; the other sessions end."""
    user = _user(request)
    form = ChangePasswordForm(request.POST or None)
    if not is_password_usable(user.password):
        del form.fields["old"]
        if not stepped_up(request):
            return redirect(f"{_step_up_address()}?next={request.path}")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            passwords.change(
                actor=actor_of(request),
                at=days.now(),
                user_id=user.pk,
                new=given["new"],
                old=given.get("old"),
                kept_session=request.session.session_key,
            )
        except TooMany:
            raise
        except Refusal as refusal:
            form.add_error("old" if refusal.code == "wrong_password" else "new", str(refusal))
        else:
            user.refresh_from_db()
            auth.update_session_auth_hash(request, user)
            return render(request, "accounts/password_changed.html")
    return render(request, "accounts/password.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@member_of_the_house
def own_sessions(request: HttpRequest) -> HttpResponse:
    """Where one is logged in."""
    this = sessions.key_hash(request.session.session_key or "")
    page = {
        "sessions": queries.own_sessions(actor_of(request), this),
        "single_sign_on": sso.is_configured(),
    }
    return render(request, "accounts/sessions.html", page)


@member_of_the_house
@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """One of one's sessions ends; its browser is out at the very next request."""
    try:
        endings.end_session(actor=actor_of(request), at=days.now(), session_id=session_id)
    except NotForYou as error:
        raise Http404 from error
    return redirect("accounts:sessions")


@member_of_the_house
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Every session but this one ends."""
    endings.end_others(actor=actor_of(request), at=days.now(), kept=request.session.session_key or "")
    return redirect("accounts:sessions")


@never_cache
@member_of_the_house
@require_http_methods(["GET", "POST"])
def own_tokens(request: HttpRequest) -> HttpResponse:
    """One's tokens for programs; a new one is shown once, and may do no more than what one may do today."""
    actor = actor_of(request)
    held = ports.call("accounts.permissions_of", actor)
    known = codes.options("permissions", days.business_day(days.now()))
    may = [(code, label) for code, label in known if code in held]
    form = TokenForm(request.POST or None, permissions=may)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            token, clear = tokens.make(
                actor=actor,
                at=days.now(),
                name=given["name"],
                scopes=given["scopes"],
                days_valid=given["days"],
                once=given["once"],
            )
        except NotForYou:
            raise
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "accounts/token_made.html", {"token": token, "clear": clear})
    page = {"form": form, "may": may, "tokens": queries.own_tokens(actor, days.now())}
    return render(request, "accounts/tokens.html", page, status=422 if form.errors else 200)


@member_of_the_house
@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """The token ends at once."""
    try:
        tokens.revoke(actor=actor_of(request), at=days.now(), token_id=token_id)
    except NotForYou as error:
        raise Http404 from error
    return redirect("accounts:tokens")


@never_cache
@sensitive_post_parameters("password", "code")
@member_of_the_house
@require_http_methods(["GET", "POST"])
def step_up(request: HttpRequest) -> HttpResponse:
    """Prove again who one is, and go back to where one was (S-06)."""
    user = _user(request)
    by_password = is_password_usable(user.password)
    start = {"next": entries.safe_target(request, request.GET.get("next", ""))}
    form: StepUpForm | StepUpCodeForm
    if by_password:
        form = StepUpForm(request.POST or None, initial=start, second_factor=user.totp_since is not None)
    else:
        form = StepUpCodeForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        proof = {"password": given.get("password"), "code": given.get("code", "")}
        if stepping_up.prove(actor=actor_of(request), at=days.now(), user_id=user.pk, **proof):
            request.session.cycle_key()
            entries.mark_stepped_up(request)
            return redirect(entries.safe_target(request, given["next"]))
        form.add_error(None, _("This did not fit. Check what you typed; a code is taken only once."))
    page = {"form": form, "by_password": by_password}
    return render(request, "accounts/step_up.html", page, status=422 if form.errors else 200)


@member_of_the_house
@require_POST
def step_up_code(request: HttpRequest) -> HttpResponse:
    """Send a code to one's own phone, for an account without a password."""
    stepping_up.send_code(actor=actor_of(request), at=days.now(), user_id=_user(request).pk)
    target = entries.safe_target(request, request.POST.get("next", ""))
    page = {"form": StepUpCodeForm(initial={"next": target}), "by_password": False, "sent": True}
    return render(request, "accounts/step_up.html", page)


def _user(request: HttpRequest) -> User:
    """The user behind a door that lets nobody else in."""
    user = request.user
    assert isinstance(user, User)
    return user


def _step_up_address() -> str:
    return redirect("accounts:step_up").url
