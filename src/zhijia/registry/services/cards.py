"""The member's card: a number of its own and a QR that rotates (MEM-13)."""

import hmac
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection

from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.kernel import codes, days
from zhijia.kernel.actors import Actor
from zhijia.registry.models import Card, Person

PRINTED = "p"
"""Where a code from a screen has its time, a printed one has this."""
SHOWN = 12
"""Hexadecimal digits of the rotating code in the QR."""


def issue(*, actor: Actor, at: datetime, person: Person) -> Card:
    """The person's valid card, made now when there is none."""
    card = Card.objects.filter(person_id=person.pk, ended_at__isnull=True).first()
    if card is not None:
        return card
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('registry_card_serial')")
        serial = cursor.fetchone()[0]
    card = Card.objects.create(
        person_id=person.pk,
        number=codes.with_check_digit(f"6{serial:012d}"),
        issued_at=at,
        union_id=person.union_id,
        county_id=person.county_id,
    )
    audit.record(
        actor=actor,
        at=at,
        action="card.issue",
        subject="card",
        subject_id=card.pk,
        place=audit.Place(person.union_id, person.county_id, person.pk),
    )
    return card


def end(*, actor: Actor, at: datetime, person_id: UUID) -> None:
    """End the person's card; a person without one has nothing to end."""
    card = Card.objects.select_for_update().filter(person_id=person_id, ended_at__isnull=True).first()
    if card is None:
        return
    card.ended_at = at
    card.save(update_fields=["ended_at"])
    audit.record(
        actor=actor,
        at=at,
        action="card.end",
        subject="card",
        subject_id=card.pk,
        place=audit.Place(card.union_id, card.county_id, person_id),
    )


def rotating_code(card: Card, at: datetime) -> str:
    """What the card's QR holds now: the card's id, the time window and a keyed digest over both.
    It changes every `card.qr_seconds` and tells nothing about the person."""
    window = _window(at)
    return f"{card.pk.hex}.{window:x}.{_digest(card.pk, window)}"


def printed_code(card: Card) -> str:
    """What the QR of a card on paper or plastic holds: the card's id and a keyed digest over it. It stays the same,
    so it proves no more than that the card was printed here and is valid; whose it is the holder has to show."""
    return f"{card.pk.hex}.{PRINTED}.{_digest(card.pk, PRINTED)}"


def read_code(text: str, at: datetime) -> Card | None:
    """The valid card a scanned code belongs to: one from a screen, of this window or the one before, or a printed
    one; else None."""
    parts = text.strip().split(".")
    if len(parts) != 3:
        return None
    if parts[1] == PRINTED:
        return _printed(parts[0], parts[2])
    try:
        card_id, window = UUID(parts[0]), int(parts[1], 16)
    except ValueError:
        return None
    now = _window(at)
    if window not in (now, now - 1) or not hmac.compare_digest(parts[2], _digest(card_id, window)):
        return None
    return Card.objects.filter(pk=card_id, ended_at__isnull=True).first()


def _printed(card: str, digest: str) -> Card | None:
    try:
        card_id = UUID(card)
    except ValueError:
        return None
    if not hmac.compare_digest(digest, _digest(card_id, PRINTED)):
        return None
    return Card.objects.filter(pk=card_id, ended_at__isnull=True).first()


def _window(at: datetime) -> int:
    seconds = parameters.value("card.qr_seconds", day=days.business_day(at))
    return int(at.timestamp()) // int(seconds)


def _digest(card_id: UUID, window: int | str) -> str:
    message = f"card:{card_id.hex}:{window}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), message, "sha256").hex()[:SHOWN]
