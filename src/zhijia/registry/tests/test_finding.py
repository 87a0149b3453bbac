"""The one box: what was typed is recognised, found within scope alone, and numbers cannot be tried out."""

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.audit.services import Place
from zhijia.catalogue import parameters
from zhijia.kernel import codes, days
from zhijia.kernel.errors import NeedsStepUp, TooMany
from zhijia.registry import lookup_rules
from zhijia.registry.lookup_rules import Form, recognised
from zhijia.registry.models import Card, Lookup, Person
from zhijia.registry.queries import finding as queries
from zhijia.registry.services import finding, lookups
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World
from zhijia.vault import services as vault

FORMS = {
    "340103199003070019": (Form.NUMBER, "340103199003070019"),
    " 34010319900307001x ": (Form.NUMBER, "34010319900307001X"),
    "３４０１０３１９９００３０７００１９": (Form.NUMBER, "340103199003070019"),
    "340103900307001": (Form.NUMBER, "340103900307001"),
    "E12345678": (Form.NUMBER, "E12345678"),
    "13800001234": (Form.MOBILE, "13800001234"),
    "+86 138-0000-1234": (Form.MOBILE, "13800001234"),
    codes.with_check_digit("6000000000017"): (Form.CARD, codes.with_check_digit("6000000000017")),
    "340103-900005": (Form.UNION_CODE, "340103-900005"),
    "zxf": (Form.INITIALS, "zxf"),
    "ZXF": (Form.INITIALS, "zxf"),
    "z": (Form.TOO_SHORT, "z"),
    "张小丰": (Form.NAME, "张小丰"),
    "张 小丰": (Form.NAME, "张小丰"),
    "买买提·艾力": (Form.NAME, "买买提·艾力"),
    "103厂工会": (Form.NAME, "103厂工会"),
    "张": (Form.TOO_SHORT, "张"),
    "": (Form.UNKNOWN, ""),
    "12345": (Form.UNKNOWN, ""),
    "%_'--": (Form.UNKNOWN, ""),
}


@pytest.mark.parametrize("typed", FORMS)
def test_what_was_typed_is_told_by_its_form(typed: str) -> None:
    sought = recognised(typed)
    assert (sought.form, sought.text) == FORMS[typed]


@pytest.mark.parametrize(
    ("neighbours", "seconds"), [(0, 0), (4, 0), (5, 30), (6, 60), (9, 480), (12, 3600), (500, 3600)]
)
def test_each_number_more_in_a_row_takes_twice_as_long(neighbours: int, seconds: int) -> None:
    assert lookup_rules.wait(neighbours, free=5, first=30, longest=3600) == seconds


def look(world: World, officer: str, typed: str) -> list[str]:
    """The names the officer finds."""
    sought = recognised(typed)
    actor = world.act(officer)
    if sought.form in lookup_rules.EXACT:
        return [person.name for person in finding.exactly(actor=actor, at=AT, sought=sought)]
    return [person.name for person in finding.beginning(actor=actor, at=AT, sought=sought).people]


@pytest.fixture
def peopled(world: World) -> World:
    worlds.member(world, "ding", "factory", serial=1, called="曾小丰")
    worlds.member(world, "dong", "mill", serial=3, called="曾小凤")
    return world


def at_work(world: World, name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=world.actors[name].user_id))
    return client


def said(world: World) -> dict[str, str]:
    """Everything somebody may know of the member of the factory."""
    world.act("factory")
    card = Card.objects.get()
    return {
        "number": worlds.number(1), "phone": codes.synthetic_mobile(1), "card": card.number, "name": "曾小",
        "initials": "zxf",
    }  # fmt: skip


def test_a_member_is_found_by_whatever_is_known_and_only_in_the_officers_unions(peopled: World) -> None:
    for typed in said(peopled).values():
        assert look(peopled, "factory", typed) == ["曾小丰"]
    for typed in said(peopled).values():
        assert look(peopled, "luyang", typed) == ["曾小丰"]
    known = said(peopled)
    for name in ("number", "phone", "card"):
        assert look(peopled, "mill", known[name]) == []
    assert look(peopled, "mill", "zx") == ["曾小凤"]
    assert sorted(look(peopled, "province", "zxf")) == ["曾小丰", "曾小凤"]


def test_everybody_who_shares_a_phone_is_found(peopled: World) -> None:
    actor = peopled.act("province")
    for person in Person.objects.all():
        place = Place(person.union_id, person.county_id, person.pk)
        vault.seal("registry_person.phone", person.pk, "16900009999", place=place, at=AT)

    found = finding.exactly(actor=actor, at=AT, sought=recognised("16900009999"))

    assert len(found) == 2


def test_somebody_of_another_union_costs_the_same_statements_as_nobody(peopled: World) -> None:
    actor = peopled.act("mill")
    costs = []
    for number in (worlds.number(1), worlds.number(7)):
        with CaptureQueriesContext(connection) as asked:
            assert finding.exactly(actor=actor, at=AT, sought=recognised(number)) == []
        costs.append([query["sql"].split("(")[0][:60] for query in asked.captured_queries])

    assert costs[0] == costs[1]


def test_numbers_in_a_row_slow_down_and_others_do_not(peopled: World) -> None:
    officer, now = peopled.act("luyang"), days.now()
    free = parameters.value("enumeration.neighbours_free", day=days.business_day(now))

    def ask(order: int, later: int) -> Any:
        typed = recognised(worlds.number(order))
        return finding.exactly(actor=officer, at=now + timedelta(seconds=later), sought=typed)

    for order in range(free):
        ask(20 + order, order)
    with pytest.raises(TooMany) as refused:
        ask(40, free)
    assert 20 < refused.value.details["retry_after"] <= 30
    other = recognised(worlds.number(1, date(1984, 2, 3)))
    assert finding.exactly(actor=officer, at=now + timedelta(seconds=free), sought=other) == []
    ask(41, free + 35)
    with pytest.raises(TooMany):
        ask(42, free + 70)


def test_beyond_half_of_the_day_the_password_is_asked_again(peopled: World) -> None:
    officer = peopled.act("luyang")
    most = parameters.value("enumeration.lookups_per_day", day=days.business_day(AT))
    Lookup.objects.create(user_id=officer.user_id or 0, at=AT - timedelta(hours=3), many=most // 2)
    sought = recognised("zxf")

    with pytest.raises(NeedsStepUp):
        finding.beginning(actor=replace(officer, stepped_up=False), at=AT, sought=sought)

    assert len(finding.beginning(actor=officer, at=AT, sought=sought).people) == 1


def test_the_trail_tells_the_form_and_never_what_was_typed(
    peopled: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, told = said(peopled), []
    monkeypatch.setattr(lookups.audit, "record", lambda **entry: told.append(str(entry)))

    for typed in known.values():
        look(peopled, "luyang", typed)

    assert len(told) == len(known)
    assert not [text for text in told for typed in known.values() if typed in text]
    assert sum("'form': 'initials'" in text for text in told) == 1


@pytest.mark.parametrize("officer", ["province", "luyang", "factory"])
@pytest.mark.parametrize("column", ["name", "name_initials"])
def test_names_are_walked_along_an_index_under_row_policies(
    peopled: World, officer: str, column: queries.Column
) -> None:
    """The prefix must reach the index: only leakproof operators do, under a policy."""
    actor = peopled.act(officer)
    with CaptureQueriesContext(connection) as asked:
        queries.beginning(actor=actor, column=column, prefix="zx", rows=20)
    (statement,) = [one["sql"] for one in asked.captured_queries if "LATERAL" in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {statement}")
        plan = [line.strip() for (line,) in cursor.fetchall()]

    (condition,) = [line for line in plan if line.startswith("Index Cond") and "place.begins" in line]
    assert f"({column})::text < place.ends" in condition, plan


PLACES = {
    "everywhere": lambda _of: queries.Places(everywhere=True),
    "counties": lambda of: queries.Places(counties=[of["luyang"].pk, of["shushan"].pk]),
    "one county": lambda of: queries.Places(counties=[of["luyang"].pk]),
    "unions": lambda of: queries.Places(
        unions={of[name].pk: of[name].county_id for name in ("factory", "mill")}
    ),
    "both": lambda of: queries.Places([of["shushan"].pk], {of["factory"].pk: of["factory"].county_id}),
}
LETTERS = ["张", "伟", "张伟", "a", "\ud7ff", "\ue000", "\U0010ffff"]


@pytest.mark.parametrize("few", [0, 1, 200])
@pytest.mark.parametrize("where", PLACES)
def test_walking_finds_page_after_page_what_reading_everybody_finds(
    world: World, monkeypatch: pytest.MonkeyPatch, where: str, few: int
) -> None:
    world.act("province")
    drawn = random.Random(few)
    for _one in range(60):
        union = world.unions[drawn.choice(["factory", "couriers", "mill"])]
        Person.objects.create(
            name="".join(drawn.choices(LETTERS, k=3)), name_initials="".join(drawn.choices("zw", k=3)),
            gig_group=drawn.choice(["00", "01"]), union_id=union.pk, county_id=union.county_id, changed_at=AT,
        )  # fmt: skip
    monkeypatch.setattr(queries, "MOST_PLACES", few)
    monkeypatch.setattr(queries, "MOST_UNIONS", few)
    places = PLACES[where](world.unions)
    only: list[queries.Only] = [("p.gig_group = %s", ["01"])] if drawn.random() < 0.5 else []
    there = [
        person for person in Person.objects.all()
        if (places.everywhere or person.county_id in places.counties or person.union_id in places.unions)
        and (not only or person.gig_group == "01")
    ]  # fmt: skip
    sought: list[tuple[queries.Column, str]] = [("name", one) for one in LETTERS]
    for column, prefix in [*sought, ("name_initials", "z"), ("name_initials", "zw")]:
        told: list[Person] = []
        while page := queries.walk(
            places, column, prefix, rows=4, after=told[-1].pk if told else None, only=only
        ):
            told += page

        begin = [person for person in there if getattr(person, column).startswith(prefix)]
        assert told == sorted(begin, key=lambda person: (getattr(person, column), person.pk)), (
            column,
            prefix,
        )
        assert queries.walked(places, column, prefix, most=5, only=only) == min(5, len(begin))


def test_what_was_typed_never_stands_in_an_address(peopled: World) -> None:
    client = at_work(peopled, "luyang")
    for typed in said(peopled).values():
        answer = client.post(reverse("registry:find"), {"q": typed})
        assert answer.status_code == 302, typed
        assert typed not in answer["Location"]
        assert client.get(answer["Location"]).status_code == 200
    missed = [
        client.post(reverse("registry:find"), {"q": worlds.number(serial)}).content.decode().split("<main")[1]
        for serial in (3, 9)
    ]
    assert missed[0] == missed[1]
    assert worlds.number(9) not in missed[0]


def test_a_list_of_names_is_masked_and_goes_on_for_a_few_pages_alone(
    peopled: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = parameters.value
    small = {"pages.rows": 1, "enumeration.pages_shown": 2}
    monkeypatch.setattr(parameters, "value", lambda key, **named: small.get(key) or held(key, **named))
    worlds.member(peopled, "cai", "factory", serial=5, called="曾小芳")
    worlds.member(peopled, "cen", "factory", serial=6, called="曾小飞")
    client = at_work(peopled, "luyang")

    first = client.get(client.post(reverse("registry:find"), {"q": "曾小"})["Location"])
    text = first.content.decode()

    assert "曾*" in text
    assert "曾小丰" not in text.split("<main")[1].replace("“曾小”", "")
    after = str(first.context["after"])
    second = client.get(first.request["PATH_INFO"], {"s": first.request["QUERY_STRING"][2:], "after": after})
    assert second.context["rows"][0].person_id != first.context["rows"][0].person_id
    assert second.context["capped"]
    assert second.context["after"] is None
    nowhere = {"s": first.request["QUERY_STRING"][2:], "after": str(second.context["rows"][0].person_id)}
    assert client.get(first.request["PATH_INFO"], nowhere).status_code == 404


def test_a_unions_code_opens_it_and_its_name_lists_it(peopled: World) -> None:
    client = at_work(peopled, "province")
    mill = peopled.unions["mill"]

    by_code = client.post(reverse("registry:find"), {"q": mill.code})
    by_name = client.post(reverse("registry:find"), {"q": "新河纺织"})

    assert client.get(by_code["Location"])["Location"] == reverse("registry:union", args=[mill.code])
    assert mill.code in client.get(by_name["Location"]).content.decode()


def test_a_member_has_no_box_and_is_not_answered(peopled: World) -> None:
    client = at_work(peopled, "ding")
    assert client.post(reverse("registry:find"), {"q": "zx"}).status_code in (403, 404)
