"""Staff accounts: opened with a password told once, closed at once (S-01, S-08)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from zhijia.administration.forms import AccountForm
from zhijia.administration.services import staff
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.requests import Asked
from zhijia.registry import access
from zhijia.ui.refusing import say


@never_cache
def listing(request: Asked) -> HttpResponse:
    """The staff accounts, and a form that opens one; its first password is shown this one time."""
    access.require(request.actor, "account.manage")
    form = AccountForm(request.POST or None)
    opened = None
    if request.method == "POST" and form.is_valid():
        try:
            opened = staff.open_account(actor=request.actor, at=days.now(), login=form.cleaned_data["login"])
            form = AccountForm()
        except Refusal as refusal:
            say(request, refusal, form, "login")
    after = request.GET.get("after", "")
    page = staff.accounts(request.actor, int(after) if after.isdecimal() else None)
    context = {"form": form, "opened": opened, "page": page}
    return render(request, "administration/accounts.html", context)


@require_POST
def close(request: Asked, user_id: int) -> HttpResponse:
    """Close a staff account: nobody logs in with it any more, its sessions and tokens end now."""
    staff.close_account(actor=request.actor, at=days.now(), user_id=user_id)
    messages.success(request, _("The account is closed."))
    return redirect("administration:accounts")
