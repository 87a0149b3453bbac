"""A card's code holds for its minute, for its own unions, and only while the card does."""

from datetime import timedelta

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.registry.models import Card
from zhijia.registry.services import cards, memberships
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World


def test_a_code_is_read_in_its_window_and_the_one_after(world: World) -> None:
    worlds.member(world, "ding", "factory", serial=1)
    world.act("factory")
    card = Card.objects.get()
    window = timedelta(seconds=parameters.value("card.qr_seconds", day=days.business_day(AT)))

    code = cards.rotating_code(card, AT)

    assert cards.read_code(code, AT) == card
    assert cards.read_code(code, AT + window) == card
    assert cards.read_code(code, AT + 2 * window) is None
    assert cards.rotating_code(card, AT + window) != code


def test_a_forged_or_garbled_code_is_nothing(world: World) -> None:
    worlds.member(world, "ding", "factory", serial=1)
    world.act("factory")
    code = cards.rotating_code(Card.objects.get(), AT)
    for forged in (
        code[:-1] + ("0" if code[-1] != "0" else "1"),
        "",
        "a.b.c",
        "x" * 80,
        code.replace(".", ""),
    ):
        assert cards.read_code(forged, AT) is None, forged


def test_another_unions_officer_reads_nothing(world: World) -> None:
    worlds.member(world, "ding", "factory", serial=1)
    world.act("factory")
    code = cards.rotating_code(Card.objects.get(), AT)
    world.act("mill")
    assert cards.read_code(code, AT) is None


def test_the_card_ends_with_the_membership(world: World) -> None:
    worlds.member(world, "ding", "factory", serial=1)
    officer = world.act("factory")
    card = Card.objects.get()
    membership = memberships.Membership.objects.get()
    memberships.leave(actor=officer, at=AT, membership_id=membership.pk, reason="moved away")
    assert cards.read_code(cards.rotating_code(card, AT), AT) is None
