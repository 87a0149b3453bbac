"""The member's own pages: card, data, who looked, consents, download."""

import json

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.audit import queries as trail
from zhijia.catalogue import purposes
from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registry.models import Card, Consent, Person
from zhijia.registry.queries import batches, people, quality, work
from zhijia.registry.services import cards, consents, corrections, joining, memberships
from zhijia.registry.services import people as services
from zhijia.registry.views import revealing
from zhijia.registry.views.asking import log_in_first, nothing

LOOKS = 20


def me(request: Asked) -> HttpResponse:
    """My card, and the doors to everything about me."""
    person = _own(request)
    if person is None:
        return redirect("matters:my_application")
    card = Card.objects.filter(person_id=person.pk, ended_at__isnull=True).first()
    return render(
        request, "registry/me.html", {"profile": people.profile(request.actor, person), "card": card}
    )


def card_code(request: Asked) -> HttpResponse:
    """The rotating QR of my card, as a drawing."""
    person = _own(request)
    card = Card.objects.filter(person_id=person.pk, ended_at__isnull=True).first() if person else None
    if card is None:
        nothing()
    drawing = joining.qr(cards.rotating_code(card, days.now()))
    response = HttpResponse(drawing, content_type="image/svg+xml")
    response["Cache-Control"] = "no-store"
    return response


def data(request: Asked) -> HttpResponse:
    """Every field the register holds of me, where it came from, and the way to have it put right."""
    person = _own(request)
    if person is None:
        return redirect("matters:my_application")
    context = {
        "profile": people.profile(request.actor, person),
        "asked": quality.asked_of(person),
        "moves": batches.own(person.pk),
        "silences": work.asked_to_stay(person.pk),
        "correctable": corrections.OWN,
        "plain": people.plain_fields(person),
    }
    return render(request, "registry/my_data.html", context)


def show(request: Asked, field: str) -> HttpResponse:
    """One hidden value of mine in clear: nobody asks me why. Needs step-up; hides again by itself (PI-04)."""
    person = _own(request)
    if person is None or field not in services.SEALED:
        nothing()
    clear = ""
    if request.method == "POST":
        clear = services.reveal(
            actor=request.actor, at=days.now(), person=person, field=field, reason="own_look"
        )
    return revealing.answer(request, "registry/my_reveal.html", person=person, field=field, clear=clear)


def looks(request: Asked) -> HttpResponse:
    """Who looked at me, when and why."""
    person = _own(request)
    if person is None:
        return redirect("matters:my_application")
    return render(
        request,
        "registry/my_looks.html",
        {"looks": trail.looks_at(request.actor, person.pk, rows=LOOKS).entries},
    )


def agreements(request: Asked) -> HttpResponse:
    """What I agreed to, one purpose at a time, with a switch for each."""
    person = _own(request)
    if person is None:
        return redirect("matters:my_application")
    in_force = {
        consent.purpose: consent
        for consent in Consent.objects.filter(person_id=person.pk, withdrawn_at__isnull=True)
    }
    rows = [{"purpose": purpose, "consent": in_force.get(purpose.code)} for purpose in purposes.asked()]
    return render(request, "registry/my_agreements.html", {"rows": rows})


@require_POST
def agree(request: Asked, purpose: str) -> HttpResponse:
    """Agree to one purpose, or take the agreement back."""
    log_in_first(request.actor)
    if purpose not in {asked.code for asked in purposes.asked()}:
        nothing()
    if request.POST.get("answer") == "yes":
        consents.give(actor=request.actor, at=days.now(), purpose=purpose)
    else:
        consents.withdraw(actor=request.actor, at=days.now(), purpose=purpose)
    return redirect("registry:my_agreements")


@require_POST
def refuse(request: Asked) -> HttpResponse:
    """A union registered me and I do not want that."""
    log_in_first(request.actor)
    memberships.refuse_registration(actor=request.actor, at=days.now(), reason="refused_by_member")
    messages.success(request, _("The registration has ended today. Your data stay yours: see below."))
    return redirect("registry:my_data")


def download(request: Asked) -> HttpResponse:
    """Everything the register holds of me, as a file (PI-04)."""
    log_in_first(request.actor)
    held = services.download(actor=request.actor, at=days.now())
    body = json.dumps(held, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="zhijia-my-data.json"'
    response["Cache-Control"] = "no-store"
    return response


def _own(request: Asked) -> Person | None:
    log_in_first(request.actor)
    return Person.objects.filter(pk=request.actor.person_id).first() if request.actor.person_id else None
