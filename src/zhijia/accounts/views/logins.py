"""Coming in and going out: password, code, second factor, the first password of one's own."""

from django.conf import settings
from django.contrib import auth
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from zhijia.accounts import entries, sso
from zhijia.accounts.actors import actor_of
from zhijia.accounts.forms import (
    EnrolForm,
    LoginForm,
    NewPasswordForm,
    PhoneCodeForm,
    PhoneForm,
    SecondFactorForm,
)
from zhijia.accounts.qr import drawing
from zhijia.accounts.services import factors, logins, passwords
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal, TooMany

UNPROCESSABLE = 422


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """User name or phone, and password."""
    form = LoginForm(request.POST or None, initial={"next": request.GET.get("next", "")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user = logins.by_password(
                actor=actor_of(request), at=days.now(), name=given["name"], password=given["password"]
            )
        except TooMany:
            raise
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return entries.begin(
                request, user, way="password", own_device=given["own_device"], target=given["next"]
            )
    page = {"form": form, "single_sign_on": sso.is_configured()}
    return render(request, "accounts/login.html", page, status=_status(form))


@never_cache
@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """A member asks for a code by SMS; the answer is the page that takes it, for any number alike."""
    form = PhoneForm(request.POST or None, initial={"next": request.GET.get("next", "")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            logins.send_code(actor=actor_of(request), at=days.now(), phone=given["phone"])
        except TooMany:
            raise
        except Refusal as refusal:
            form.add_error("phone", str(refusal))
        else:
            sent = PhoneCodeForm(initial={"phone": given["phone"], "next": given["next"]})
            return render(request, "accounts/phone_code.html", {"form": sent, "demo": settings.DEMO})
    return render(request, "accounts/phone.html", {"form": form}, status=_status(form))


@never_cache
@require_POST
def phone_code(request: HttpRequest) -> HttpResponse:
    """The member types the code. The number travels in the form, so that no table keeps it in clear."""
    form = PhoneCodeForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            user = logins.by_code(
                actor=actor_of(request), at=days.now(), phone=given["phone"], code=given["code"]
            )
        except TooMany:
            raise
        except Refusal as refusal:
            form.add_error("code", str(refusal))
        else:
            return entries.begin(
                request, user, way="code", own_device=given["own_device"], target=given["next"]
            )
    page = {"form": form, "demo": settings.DEMO}
    return render(request, "accounts/phone_code.html", page, status=_status(form))


@never_cache
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """The code of the authenticator app, or a recovery code."""
    under_way = entries.current(request)
    if under_way is None:
        return redirect("accounts:login")
    entry, user = under_way
    form = SecondFactorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        if factors.check(actor=actor_of(request), at=days.now(), user_id=user.pk, code=code):
            return entries.second_factor_given(request, entry, user)
        form.add_error("code", str(factors.wrong_code()))
    page = {"form": form, "demo": settings.DEMO}
    return render(request, "accounts/second_factor.html", page, status=_status(form))


@never_cache
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Staff set up the second factor: a QR, the key as text, and one code as proof."""
    under_way = entries.current(request)
    if under_way is None:
        return redirect("accounts:login")
    entry, user = under_way
    form = EnrolForm(request.POST or None)
    secret = factors.offered(user, request.POST.get("offer", ""))
    if request.method == "POST" and form.is_valid():
        try:
            on_paper = factors.enrol(
                actor=actor_of(request),
                at=days.now(),
                user_id=user.pk,
                secret=secret,
                code=form.cleaned_data["code"],
            )
        except Refusal as refusal:
            form.add_error("code", str(refusal))
        else:
            user.refresh_from_db()
            way_on = entries.second_factor_given(request, entry, user)
            return render(request, "accounts/recovery_codes.html", {"codes": on_paper, "way_on": way_on.url})
    form.initial["offer"] = factors.sealed_offer(user, secret)
    page = {"form": form, "secret": secret, "qr": drawing(factors.address_of(user, secret))}
    return render(request, "accounts/enrol.html", page, status=_status(form))


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def first_password(request: HttpRequest) -> HttpResponse:
    """A password of one's own, at the first log-in or when the old one has become too old."""
    under_way = entries.current(request)
    if under_way is None:
        return redirect("accounts:login")
    entry, user = under_way
    stop = logins.next_stop(user, days.now(), second_factor_given=entry.second_factor)
    if stop != "change_password":
        return entries.go_on(request, entry, user)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            passwords.change(
                actor=actor_of(request), at=days.now(), user_id=user.pk, new=form.cleaned_data["new"]
            )
        except TooMany:
            raise
        except Refusal as refusal:
            form.add_error("new", str(refusal))
        else:
            user.refresh_from_db()
            return entries.go_on(request, entry, user)
    return render(request, "accounts/first_password.html", {"form": form}, status=_status(form))


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """The session ends."""
    actor = actor_of(request)
    if actor.user_id is not None:
        logins.went_out(actor=actor, at=days.now())
    auth.logout(request)
    return redirect("accounts:login")


def _status(form: Form) -> int:
    return UNPROCESSABLE if form.errors else 200
