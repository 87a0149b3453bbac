"""A drive looked at before it is published: whom its rule finds, what it costs, its returns. Everything is committed:
rosters are counted on `bulk`."""

from typing import Any

import pytest
import yaml
from django.test import Client

from zhijia.administration.services import designing
from zhijia.administration.services.kinds import KINDS
from zhijia.administration.services.showing import campaigns as showing
from zhijia.administration.tests.previews import address, client
from zhijia.campaigns.models import Drive, Entry
from zhijia.campaigns.tests.world import TODAY, Season, season
from zhijia.catalogue import definitions
from zhijia.catalogue.versions import Version
from zhijia.kernel.context import acting

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
    assert (many.many, many.under, len(many.names)) == (6, 0, 3)
    assert all("*" in name for name in many.names)
    assert (few.many, few.under, few.cost) == (None, 5, None)


def test_an_officer_of_another_county_reads_no_name(made: Season) -> None:
    campaign = definitions.load().campaigns["send_coolness"]
    with acting(made.world.actors["shushan"]):
        found = showing.found(campaign, made.world.unions["luyang"], on=TODAY)
    assert found.names == []


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
    assert "many-many" in answer.content.decode()
