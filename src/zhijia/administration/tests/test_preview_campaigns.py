"""A drive looked at before it is published: whom its rule finds, what it costs, its returns. Everything is committed:
rosters are counted on `bulk`."""

from itertools import count
from typing import Any

import pytest
import yaml
from django.test import Client

from zhijia.administration.services import designing
from zhijia.administration.services.kinds import KINDS
from zhijia.administration.services.showing import campaigns as showing
from zhijia.administration.tests.previews import address, client
from zhijia.campaigns.models import Drive, Entry
from zhijia.campaigns.queries import meant
from zhijia.campaigns.tests.world import TODAY, Season, season
from zhijia.catalogue import definitions
from zhijia.catalogue.campaign_rules import Campaign
from zhijia.catalogue.versions import Version, content
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NotForYou
from zhijia.registry.models import Person
from zhijia.registry.tests.world import AT

CAMPAIGNS = KINDS["campaigns"]


@pytest.fixture
def made(committed: None, monkeypatch: Any) -> Season:
    """Six people who work outdoors in one county, two in another."""
    made = season(6)
    monkeypatch.setattr(showing, "EXAMPLES", 3)
    return made


def drafted(made: Season, code: str, **more: Any) -> Version:
    """A draft of the province made of this drive."""
    draft = made.do("province", designing.start, kind=CAMPAIGNS, code=code, new_code=f"{code}_x"[:60])
    text = yaml.safe_dump({**yaml.safe_load(draft.text), **more}, allow_unicode=True, sort_keys=False)
    return made.do("province", designing.keep, kind=CAMPAIGNS, version_id=draft.pk, text=text)


def officer(made: Season) -> Client:
    return client(made.world, "province")


def test_every_drive_that_comes_with_the_program_can_be_looked_at(made: Season) -> None:
    browser = officer(made)
    for code in definitions.load().campaigns:
        draft = drafted(made, code)
        assert browser.get(address("campaigns", draft)).status_code == 200, code
        for thing in definitions.load().campaigns[code].returns:
            answer = browser.post(address("campaigns", draft), {"thing": thing.code})
            assert answer.status_code in {200, 422}, code
    assert not Drive.objects.exists()
    assert not Entry.objects.exists()


def test_few_people_are_not_counted_and_many_are_with_some_masked(made: Season) -> None:
    campaign = definitions.load().campaigns["send_coolness"]
    luyang, shushan = (made.world.unions[name] for name in ("luyang", "shushan"))
    with acting(made.world.actors["province"]):
        many, few = (showing.found(campaign, union, on=TODAY) for union in (luyang, shushan))
    assert (many.many, many.under, len(many.names)) == (5, 0, 3)
    assert all("*" in name for name in many.names)
    assert (few.many, few.under, few.names, few.cost) == (None, 5, [], None)


def test_finding_names_ends_when_a_page_has_waited_long_enough(made: Season, monkeypatch: Any) -> None:
    campaign, province = definitions.load().campaigns["send_coolness"], made.world.unions["province"]

    def some() -> list[str]:
        with acting(made.world.actors["province"]):
            return meant.some(campaign, province, on=TODAY, most=10)

    assert len(some()) == 8
    moments = count(0, meant.LONGEST + 1)
    monkeypatch.setattr(meant, "monotonic", lambda: next(moments))
    assert some() == []


def test_an_officer_of_another_county_reads_no_name(made: Season) -> None:
    campaign = definitions.load().campaigns["send_coolness"]
    with acting(made.world.actors["shushan"]):
        found = showing.found(campaign, made.world.unions["luyang"], on=TODAY)
    assert found.names == []


WORKS = 'person.membership.status in ["10", "11"] && person.gig_group in '


def test_two_drafts_that_differ_by_one_person_read_the_same(made: Season) -> None:
    """Six work outdoors, one of them as a courier: with and without couriers it is about five."""
    with made.at_work("factory"):
        one = Person.objects.filter(gig_group__gt="").earliest("pk")
        assert one.gig_group != "02"
        Person.objects.filter(pk=one.pk).update(gig_group="02")
    luyang = made.world.unions["luyang"]
    shipped = content(definitions.load().campaigns["send_coolness"])
    seen = []
    with made.at_work("luyang"):
        for groups in ('["01", "02", "03", "04"]', '["01", "03", "04"]'):
            campaign = Campaign.model_validate(shipped | {"who": {"text": WORKS + groups}})
            seen.append(
                (meant.how_many(campaign, luyang, on=TODAY), showing.found(campaign, luyang, on=TODAY))
            )
    (six, one_more), (five, one_less) = seen
    assert (six, five) == (6, 5)
    assert (one_more.many, one_more.cost) == (one_less.many, one_less.cost) == (5, one_less.cost)


def test_nobody_reads_as_few_do(made: Season) -> None:
    shipped = content(definitions.load().campaigns["send_coolness"])
    nobody = Campaign.model_validate(shipped | {"who": {"text": f'{WORKS}["02"]'}})
    with made.at_work("shushan"):
        none, two = (
            showing.found(one, made.world.unions["shushan"], on=TODAY)
            for one in (nobody, definitions.load().campaigns["send_coolness"])
        )
    assert none == two
    assert (none.many, none.under) == (None, 5)


def test_a_union_found_by_who_its_members_are_tells_nothing_of_one(made: Season) -> None:
    """One union of the county has a member who works outdoors, all are told of by what they are."""
    shipped = content(next(one for one in definitions.load().campaigns.values() if one.subject == "union"))
    like = definitions.load().campaigns["send_coolness"]
    outdoors = 'union.members.exists(one, one.gig_group == "03")'
    with made.at_work("luyang"):
        found, of_all = (
            showing.found(
                Campaign.model_validate(shipped | {"who": {"text": text}, "purpose": purpose}),
                made.world.unions["luyang"],
                on=TODAY,
            )
            for text, purpose in ((outdoors, like.purpose), ("union.level > 0", shipped["purpose"]))
        )
    assert (found.many, found.names) == (None, [])
    assert made.world.unions["factory"].name in of_all.names


def test_a_draft_is_counted_at_unions_where_its_writer_may_write_alone_and_the_trail_says_so(
    made: Season, owner_sql: Any
) -> None:
    draft = made.do("shushan", designing.start, kind=CAMPAIGNS, code="send_coolness", new_code="own_coolness")
    browser, unions = client(made.world, "shushan"), made.world.unions
    for code in (unions["luyang"].code, unions["city"].code):
        answer = browser.get(address("campaigns", draft), {"tried_at": code})
        assert answer.status_code == 422
        assert "没有这个代码的工会。" in answer.content.decode()
        assert unions["luyang"].name not in answer.content.decode()
    assert browser.get(address("campaigns", draft), {"tried_at": unions["mill"].code}).status_code == 200
    with made.at_work("luyang") as other, pytest.raises(NotForYou):
        showing.look(
            actor=other,
            at=AT,
            version=draft,
            campaign=definitions.load().campaigns["send_coolness"],
            union=unions["mill"],
        )
    told = owner_sql("SELECT union_id, detail ->> 'code' FROM audit_entry WHERE action = 'design.count'")
    assert set(told) == {(unions["shushan"].pk, "own_coolness"), (unions["mill"].pk, "own_coolness")}


def test_a_made_up_return_is_checked_at_its_question_and_sent_nowhere(made: Season) -> None:
    code, thing = next(
        (code, thing)
        for code, one in definitions.load().campaigns.items()
        for thing in one.returns
        if any(question.type == "whole" and question.required for question in thing.typed)
    )
    draft = drafted(made, code)
    number = next(one.name for one in thing.typed if one.type == "whole" and one.required)
    answer = officer(made).post(address("campaigns", draft), {"thing": thing.code, number: "many-many"})
    assert answer.status_code == 422
    (form,) = (form for one, form, _held in answer.context["forms"] if one.code == thing.code)
    assert form.errors[number] == ["请填写整数。"]
    assert "请填写整数。" in answer.content.decode()
