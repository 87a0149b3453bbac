"""Agreeing to several at once: the sum first, then each with its own answer, once."""

from django.urls import reverse

from zhijia.matters.models import Case, Decision
from zhijia.matters.services import batching, deciding
from zhijia.matters.tests.test_member_pages import browser
from zhijia.matters.tests.world import CODE, asked, here
from zhijia.registry.tests.world import AT, World, appoint, member


def _two(world: World) -> tuple[Case, Case, Case]:
    """Two clean requests of two people, and a second one of the first, which stands out."""
    member(world, "other", "factory", serial=43, called="李大嘴")
    first = asked(world)
    again = asked(world, sum_yuan="50")
    world.actors["member"], mine = world.actors["other"], world.actors["member"]
    second = asked(world, sum_yuan="300")
    world.actors["member"] = mine
    world.act("factory")
    return first, second, again


def test_before_anything_is_agreed_the_sum_is_shown_and_what_is_left_out_and_why(world: World) -> None:
    first, second, again = _two(world)
    client = browser(world, "factory")
    chosen = [str(here(case).pk) for case in (first, second, again)]
    answer = client.post(reverse("matters:batch"), {"chosen": chosen})
    page = answer.content.decode()
    for words in ("1,500.00", "张*丰", "李*嘴", "困难补助", again.number):
        assert words in page
    assert page.count("请单独办理") == 1
    assert answer.context["fen"] == 150_000
    assert "张小丰" not in page
    world.act("factory")
    assert not Decision.objects.filter(case__code=CODE).exists()


def test_what_was_shown_is_agreed_to_once_and_each_has_its_answer(world: World) -> None:
    first, second, again = _two(world)
    client = browser(world, "factory")
    said = {"seen": "1", "chosen": [str(here(case).pk) for case in (first, second, again)]}
    page = client.post(reverse("matters:batch"), said).content.decode()
    assert page.count("请单独办理") == 1
    twice = client.post(reverse("matters:batch"), said)
    assert (twice.context["done"], twice.context["left"]) == (2, 1)
    world.act("factory")
    assert Decision.objects.filter(case__code=CODE).count() == 2


def test_a_case_somebody_took_meanwhile_is_left_out_with_the_reason(world: World) -> None:
    first, second, _again = _two(world)
    step = here(first).pk
    colleague = appoint(world, "factory", "grassroots_officer", "second")
    world.act("second")
    deciding.approve(actor=colleague, at=AT, step_id=step)
    officer = world.act("factory")
    looked = batching.look_ahead(actor=officer, at=AT, step_ids=[step, here(second).pk])
    assert {one.case.pk: one.done for one in looked} == {first.pk: False, second.pk: True}


def test_steps_of_another_union_are_not_even_named(world: World) -> None:
    first, _second, _again = _two(world)
    step = here(first).pk
    stranger = world.act("mill")
    assert batching.look_ahead(actor=stranger, at=AT, step_ids=[step]) == []
    assert batching.approve_all(actor=stranger, at=AT, step_ids=[step]) == []


def test_the_keys_of_the_list_are_explained_and_lead_to_refusing(world: World) -> None:
    case = asked(world)
    page = browser(world, "factory").get(reverse("matters:inbox")).content.decode()
    assert 'data-row-key="a"' in page
    assert f'href="{reverse("matters:file", args=[case.pk])}#refuse"' in page
    assert "<kbd>J</kbd>" in page
    opened = browser(world, "factory").get(reverse("matters:file", args=[case.pk])).content.decode()
    assert 'id="refuse"' in opened
