"""Pages of data quality: an officer mends for many at once, a member answers, a stranger finds nothing."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.catalogue import ports
from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.registry import authority
from zhijia.registry.models import AuthorityRun, Person, QualityIssue
from zhijia.registry.services import consents, quality
from zhijia.registry.services.quality import matching
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.test_term_pages import browser
from zhijia.registry.tests.world import AT, World


@pytest.fixture
def kept(committed: None) -> World:
    """Three members of a factory without an occupation, one of them past retirement; looked at."""
    with context.acting(Actor(None, "command", "test")):
        world = worlds.build()
        for serial, name in enumerate(("ding", "lan", "mei")):
            worlds.member(world, name, "factory", serial=serial + 1)
    with context.whole():
        Person.objects.using("bulk").update(occupation="")
        old = Person.objects.using("bulk").filter(pk=world.actors["ding"].person_id)
        old.update(birth_date=date(1950, 1, 1))
    quality.check_county(at=AT, county_id=world.unions["luyang"].pk)
    return world


def client_of(world: World, name: str) -> Client:
    with context.acting(Actor(None, "command", "test")):
        return browser(world, name)


def address(world: World, name: str, *more: str) -> str:
    return reverse(f"registry:{name}", args=[world.unions["factory"].code, *more])


def ids(rule: str) -> list[int]:
    with context.whole():
        found = QualityIssue.objects.using("bulk").filter(rule=rule, state__in=("open", "asked"))
        return list(found.order_by("pk").values_list("pk", flat=True))


def test_the_figure_stands_with_its_definition_and_opens_to_the_rows(kept: World) -> None:
    client = client_of(kept, "factory")

    page = client.get(address(kept, "quality")).content.decode()
    rows = client.get(address(kept, "quality_rule", "occupation_missing")).content.decode()
    union = client.get(address(kept, "union")).content.decode()

    assert "How the figure is worked out" in page
    assert address(kept, "quality_rule", "occupation_missing") in page
    assert rows.count('name="chosen"') == 3
    assert "张小丰" not in rows
    assert "Data quality" in union


def test_a_field_is_set_for_those_chosen_and_no_others(kept: World) -> None:
    chosen = ids("occupation_missing")[:2]

    client_of(kept, "factory").post(
        address(kept, "quality_mend", "occupation_missing"),
        {"chosen": chosen, "do": "set", "value": "welder"},
    )

    with context.whole():
        assert Person.objects.using("bulk").filter(occupation="welder").count() == 2
    assert len(ids("occupation_missing")) == 1


def test_a_member_is_asked_and_answers_on_their_own_page(kept: World) -> None:
    client_of(kept, "factory").post(
        address(kept, "quality_mend", "past_retirement"), {"chosen": ids("past_retirement"), "do": "ask"}
    )
    member, other = client_of(kept, "ding"), client_of(kept, "lan")
    page = member.get(reverse("registry:my_data")).content.decode()
    assert "Your union has you as still working." in page
    assert "still working" not in other.get(reverse("registry:my_data")).content.decode()
    (asked,) = ids("past_retirement")

    other.post(reverse("registry:confirm_own", args=[asked]))
    assert ids("past_retirement") == [asked]
    member.post(reverse("registry:confirm_own", args=[asked]))

    assert ids("past_retirement") == []
    assert "still working" not in member.get(reverse("registry:my_data")).content.decode()


@pytest.mark.parametrize("name", ["mill", "shushan", "ding"])
def test_a_stranger_finds_nothing_and_changes_nothing(kept: World, name: str) -> None:
    client = client_of(kept, name)
    waiting = ids("occupation_missing")

    seen = [
        client.get(address(kept, "quality")).status_code,
        client.get(address(kept, "quality_rule", "occupation_missing")).status_code,
        client.post(
            address(kept, "quality_mend", "occupation_missing"),
            {"chosen": waiting, "do": "set", "value": "welder"},
        ).status_code,
        client.post(address(kept, "quality_match")).status_code,
    ]

    assert seen == [404] * 4
    assert ids("occupation_missing") == waiting


def test_a_way_the_rule_does_not_have_is_refused(kept: World) -> None:
    client = client_of(kept, "factory")
    chosen = ids("occupation_missing")

    page = client.post(
        address(kept, "quality_mend", "occupation_missing"),
        {"chosen": chosen, "do": "accept", "reason": "x"},
        follow=True,
    ).content.decode()

    assert "This cannot be mended in this way." in page
    assert ids("occupation_missing") == chosen
    assert client.get(address(kept, "quality_rule", "no_such_rule")).status_code == 404


def test_the_county_has_those_who_agreed_checked(
    kept: World, work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "available", lambda: True)
    said = {"asked": 0}

    def match(questions: dict[str, str], *, key: str, wait: float) -> dict[str, str]:
        said["asked"] += len(questions)
        return dict.fromkeys(questions, "match")

    monkeypatch.setitem(ports._functions, authority.PORT, match)
    with context.acting(kept.actors["ding"]) as actor:
        consents.give(actor=actor, at=AT, purpose="match_with_authority")
    client = client_of(kept, "luyang")
    page = client.get(address(kept, "quality"))
    once = page.context["match"]["once"].value()

    sent = client.post(address(kept, "quality_match"), {"once": once})
    assert "step-up" in sent["Location"] or "step_up" in sent["Location"]
    with context.acting(kept.actors["luyang"]) as actor:
        matching.ask_authority(actor=actor, at=AT, key=once, union_id=kept.unions["factory"].pk)
    work()

    with context.whole():
        run = AuthorityRun.objects.using("bulk").get()
    assert (run.state, run.matched, said["asked"]) == ("done", 1, 1)
    assert "1 asked about: 1 match" in client.get(address(kept, "quality")).content.decode()
