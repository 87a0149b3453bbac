"""A relative is found wherever they were declared, and nothing is told that was not asked."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.appraisals.services import closeness, judges
from zhijia.appraisals.services.judges import Recused
from zhijia.appraisals.tests.world import Homes
from zhijia.kernel import rows
from zhijia.ledger.spending_models import Kin
from zhijia.questionnaires.tests.world import hall
from zhijia.registry.models import Coverage, Employer
from zhijia.registry.tests import ready
from zhijia.registry.tests.world import AT

FIRM = "晨光机械有限公司"
DAY = AT.date()


@pytest.fixture
def homes(db: Any) -> Homes:
    """A county in which the assessor `second` is a member of another county's union, which declared their relatives."""
    homes = Homes()
    world, mill = homes.world, homes.world.unions["mill"]
    person = hall(1, world=world, key="mill").voters[0].person_id
    world.act("shushan")
    for name, works_for in (("王小明", FIRM), ("李四", "")):
        Kin.objects.create(
            union_id=mill.pk, county_id=mill.stands_in, person_id=person, relation="spouse", name=name,
            works_for=works_for, declared_on=DAY, declared_by=1,
        )  # fmt: skip
    User.objects.filter(person_id=person).update(person_id=None)
    User.objects.filter(pk=world.actors["second"].user_id).update(person_id=person)
    firm = Employer.objects.create(name="晨光 机械有限公司", division="340103000000")
    ready.add(Coverage(union=world.unions["factory"], employer=firm, valid_from=DAY))
    return homes


def _person(homes: Homes) -> Any:
    return User.objects.get(pk=homes.world.actors["second"].user_id).person_id


def test_a_relative_the_officer_may_not_see_keeps_somebody_from_assessing(homes: Homes) -> None:
    entry = homes.called()
    actor = homes.act("luyang")
    assert not Kin.objects.exists()
    with pytest.raises(Recused) as refused:
        judges.name(actor=actor, at=AT, entry_id=entry.pk, part="visit", login="second-officer")
    assert refused.value.reasons == ("relatives_employer",)
    named = judges.name(actor=actor, at=AT, entry_id=entry.pk, part="visit", login="third-officer")
    assert named.left_at is None


def test_it_is_said_of_names_that_are_asked_alone(homes: Homes) -> None:
    person = _person(homes)
    homes.act("luyang")
    found = closeness.judges({1: person}, DAY, ["王 小明", "赵六", "李"])[1]
    assert (found.relatives, found.relatives_work_for) == (frozenset({"王 小明"}), frozenset())


def test_an_account_that_works_nowhere_is_told_nothing(homes: Homes) -> None:
    person = _person(homes)
    voter = hall(1, world=homes.world, key="factory", first=5).voters[0]
    homes.world.actors["member"] = voter
    homes.act("member")
    assert rows.run("SELECT * FROM appraisals_kin(%s, %s, %s)", [[person], ["王小明"], DAY]) == []


def test_the_page_says_why_a_relative_does_not_assess_and_keeps_the_log_in(homes: Homes) -> None:
    entry = homes.called()
    luyang = Client()
    luyang.force_login(User.objects.get(pk=homes.world.actors["luyang"].user_id))
    sent = {"part": "visit", "login": "second-officer"}
    answer = luyang.post(reverse("appraisals:entry_act", args=[entry.pk, "name"]), sent)
    page = answer.content.decode()
    assert (answer.status_code, "second-officer" in page, "亲属" in page) == (422, True, True)
    homes.act("luyang")
    assert not entry.assessors.exists()
