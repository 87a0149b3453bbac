"""Which rule holds for whom: the first in order whose days, place and condition fit; two people publish a new one."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connections, transaction

from zhijia.administration.services import designing
from zhijia.administration.services.kinds import KINDS, read
from zhijia.dues import versions
from zhijia.dues.models import SplitVersion, UsedRule
from zhijia.dues.tests.world import AT, build, rule
from zhijia.kernel.errors import Refusal
from zhijia.registry.tests import ready

DAY = date(2026, 11, 20)


@pytest.fixture
def dues(committed):
    with transaction.atomic():
        made = build()
        ready.behind(
            "UPDATE registry_employer SET platform = true WHERE id = %s", [made.employers["couriers"].pk]
        )
    return made


def test_what_no_rule_holds_for_waits_on(dues, monkeypatch):
    dues.take(dues.line("factory"), dues.line("couriers"))
    only = {"platform": rule("platform", condition="employer.platform")}
    monkeypatch.setattr(versions, "all_in_force", lambda *, on: only)

    assert dues.share().many == 1
    monkeypatch.undo()
    assert dues.share().many == 1


@pytest.mark.parametrize(
    "shares",
    [
        {"grassroots": "0.6", "county": "0.3"},
        {"grassroots": "0.60001", "county": "0.39999"},
        {"grassroots": "1.1"},
    ],
)
def test_shares_that_are_not_one_are_no_rule(shares):
    with pytest.raises(ValueError):
        rule("wrong", shares=shares)


def test_the_database_keeps_that_shares_are_one(dues):
    dues.take(dues.line())
    dues.share()
    used = UsedRule.objects.using("bulk").get()
    used.pk, used.digest, used.grassroots = None, "another", Decimal("0.61")

    with pytest.raises(IntegrityError, match="shares_add_up_to_one"), transaction.atomic(using="bulk"):
        used.save(using="bulk", force_insert=True)


def _written(dues, **changes):
    """A rule of the county's own, drafted and proposed by one officer."""
    kind = KINDS["splits"]
    actor = dues.world.act("province")
    draft = designing.start(actor=actor, at=AT, kind=kind, code="national", new_code="anhui")
    text = draft.text
    for old, new in changes.items():
        text = text.replace(old, new)
    designing.keep(actor=actor, at=AT, kind=kind, version_id=draft.pk, text=text)
    return kind, designing.propose(actor=actor, at=AT, kind=kind, version_id=draft.pk, since=DAY)


def test_a_rule_of_ones_own_is_published_by_a_second_person_and_then_holds(dues):
    from zhijia.registry.tests import world as registry_world

    with transaction.atomic():
        registry_world.appoint(dues.world, "province", "province_officer", "second")
        kind, version = _written(
            dues, **{"order: 900": "order: 10", "'0.6000'": "'0.7000'", "'0.1500'": "'0.1000'"}
        )
        with pytest.raises(Refusal):
            designing.publish(actor=dues.world.act("province"), at=AT, kind=kind, version_id=version.pk)
        designing.publish(actor=dues.world.act("second"), at=AT, kind=kind, version_id=version.pk)

    (came,) = dues.take(dues.line("factory", "100.00"))
    dues.share()

    assert SplitVersion.objects.using("bulk").get().state == "published"
    assert dues.split_of(came).grassroots == 70_00
    assert UsedRule.objects.using("bulk").get().code == "anhui"
    with pytest.raises(Exception, match="never changed"), transaction.atomic(using="owner"):
        connections["owner"].cursor().execute("UPDATE dues_split_version SET content = '{}'")


def test_a_condition_nobody_understands_is_told_with_its_line(dues):
    kind = KINDS["splits"]
    with transaction.atomic():
        draft = designing.start(
            actor=dues.world.act("province"), at=AT, kind=kind, code="national", new_code="mine"
        )
        _found, wrong = read(kind, draft, draft.text + "\ncondition: employer.nothing == 1\n", on=DAY)

    assert [one.key for one in wrong] == ["condition"]
