"""What a person asks for and agrees to, who may look, and how often somebody may try numbers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from zhijia.accounts.models import User
from zhijia.audit.models import Entry
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.codes import synthetic_account
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal, TooMany
from zhijia.matters.services import deciding
from zhijia.matters.services.lacking import NotComplete
from zhijia.notices.models import Message
from zhijia.registry import access
from zhijia.registry.models import Consent, Membership, Person
from zhijia.registry.queries import people as queries
from zhijia.registry.services import consents, finding, memberships, people
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World
from zhijia.vault import services as vault


def test_a_correction_confirmed_by_the_branch_changes_the_sealed_phone(world: World) -> None:
    ding = worlds.member(world, "ding", "factory", serial=1)
    asked = worlds.correction(world, "ding", "phone", "199 0000 4321")
    assert "00004321" not in str(asked.answers.values_list("value", flat=True)).replace(" ", "")

    deciding.approve(actor=world.act("factory"), at=AT, step_id=worlds.here(asked).pk)

    assert vault.masked("registry_person.phone", ding.person_id).endswith("4321")
    person = Person.objects.get()
    assert person.sources["phone"][0] == "correction"
    world.act("ding")
    assert Message.objects.filter(kind="case_granted").count() == 2


def test_a_correction_is_answered_once_and_only_by_its_branch(world: World) -> None:
    worlds.member(world, "ding", "factory", serial=1)
    asked = worlds.correction(world, "ding", "occupation", "welder")
    step = worlds.here(asked).pk

    with pytest.raises(NotForYou):
        deciding.approve(actor=world.act("mill"), at=AT, step_id=step)
    deciding.refuse(actor=world.act("factory"), at=AT, step_id=step, reason="bring your contract")
    with pytest.raises(Refusal):
        deciding.approve(actor=world.actors["factory"], at=AT, step_id=step)

    assert worlds.again(asked).decisions.get().reason == "bring your contract"


def test_the_identity_number_is_not_corrected_from_a_phone(world: World) -> None:
    worlds.member(world, "ding", "factory", serial=1)
    with pytest.raises(NotComplete) as refused:
        worlds.correction(world, "ding", "id_number", worlds.number(2))
    assert refused.value.wrong[0].name == "which"


def test_agreeing_twice_is_agreeing_once_and_can_be_taken_back(world: World) -> None:
    ding = worlds.member(world, "ding", "factory", serial=1)
    world.act("ding")
    consents.give(actor=ding, at=AT, purpose="sms")
    consents.give(actor=ding, at=AT, purpose="sms")
    assert Consent.objects.filter(purpose="sms").count() == 1
    assert consents.agreed(ding.person_id, "sms")

    consents.withdraw(actor=ding, at=AT, purpose="sms")

    assert not consents.agreed(ding.person_id, "sms")
    assert Consent.objects.filter(purpose="sms").count() == 1


def test_a_look_at_a_number_needs_a_right_a_reason_and_the_password_and_is_seen_by_the_person(
    world: World,
) -> None:
    worlds.member(world, "ding", "factory", serial=1)
    officer = world.act("factory")
    person = Person.objects.get()
    look = {"at": AT, "person": person, "field": "id_number"}

    with pytest.raises(NeedsStepUp):
        people.reveal(actor=replace(officer, stepped_up=False), reason="call back", **look)
    assert people.reveal(actor=officer, reason="call back", **look) == worlds.number(1)
    with pytest.raises((NotForYou, Refusal)):
        people.reveal(actor=world.act("mill"), reason="curious", **look)

    world.act("ding")
    assert Entry.objects.filter(action="vault.reveal", person_id=person.pk, reason="call back").exists()


def test_another_unions_officer_sees_the_days_and_not_the_reasons(world: World) -> None:
    worlds.member(world, "ding", "factory", serial=1)
    world.act("factory")
    held = Membership.objects.get()
    memberships.leave(
        actor=world.actors["factory"], at=AT, membership_id=held.pk, reason="quarrel with the boss"
    )
    application = worlds.ask(world, "ding", "mill", serial=1)
    worlds.take_in(world, "mill", application)

    profile = queries.profile(world.act("mill"), Person.objects.get())

    own, other = profile.history
    assert own.own
    assert own.union == world.unions["mill"].name
    assert (other.own, other.union, list(other.reasons)) == (False, "", [])
    assert other.valid_to is not None


def test_numbers_cannot_be_tried_out(world: World) -> None:
    worlds.member(world, "ding", "factory", serial=1)
    officer = world.act("factory")
    now = days.now()
    limit = parameters.value("enumeration.lookups_per_minute", day=days.business_day(now))

    found = finding.by_number(actor=officer, at=now, typed=worlds.number(1))
    for day in range(2, limit + 1):
        assert finding.by_number(actor=officer, at=now, typed=worlds.number(1, date(1991, 1, day))) is None
    with pytest.raises(TooMany):
        finding.by_number(actor=officer, at=now, typed=worlds.number(1))

    assert found is not None
    assert finding.by_number(actor=officer, at=now + timedelta(minutes=2), typed=worlds.number(1)) == found


def test_a_number_of_another_union_is_the_same_nothing_as_one_of_nobody(world: World) -> None:
    worlds.member(world, "ding", "factory", serial=1)
    officer = world.act("mill")
    assert finding.by_number(actor=officer, at=AT, typed=worlds.number(1)) is None
    assert finding.by_number(actor=officer, at=AT, typed=worlds.number(99)) is None


def test_a_member_registered_by_the_union_is_found_by_name_number_and_own_phone(world: World) -> None:
    ding = worlds.member(world, "ding", "factory", serial=1)
    User.objects.filter(pk=ding.user_id).update(person_id=None)
    visitor = replace(world.act("ding"), person_id=None)

    assert not people.claim(actor=visitor, at=AT, name="别人", id_number=worlds.number(1))
    assert not people.claim(
        actor=worlds.worker(world, "else"), at=AT, name="张小丰", id_number=worlds.number(1)
    )
    world.act("ding")
    assert people.claim(actor=visitor, at=AT, name="张小丰", id_number=worlds.number(1))
    assert User.objects.get(pk=ding.user_id).person_id == ding.person_id


def test_no_date_is_promised_beyond_the_calendar_and_the_work_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = datetime(2026, 12, 31, 2, 0, tzinfo=UTC)
    monkeypatch.setattr(worlds, "AT", late)
    application = worlds.ask(world, "ding", "factory", serial=1)
    assert (worlds.here(application).due_at, worlds.here(application).due_unknown) == (None, True)


def test_everything_about_me_can_be_taken_along(world: World) -> None:
    ding = worlds.member(world, "ding", "factory", serial=1)
    world.act("ding")
    held = people.download(actor=ding, at=AT)
    assert held["id_number"] == worlds.number(1)
    assert held["name"] == "张小丰"
    with pytest.raises(NeedsStepUp):
        people.download(actor=replace(ding, stepped_up=False), at=AT)


def test_a_sensitive_field_without_consent_reads_as_nothing(world: World) -> None:
    ding = worlds.member(world, "ding", "factory", serial=1)
    officer = world.act("factory")
    person = Person.objects.get()
    place = access.place_of(world.unions["factory"], person.pk)
    vault.seal("registry_person.account", person.pk, synthetic_account(5), place=place, at=AT)

    assert queries.profile(officer, person).sealed["account"] == ""
    with pytest.raises(Refusal, check=lambda refusal: refusal.code == "no_consent"):
        people.reveal(actor=officer, at=AT, person=person, field="account", reason="payment")

    world.act("ding")
    consents.give(actor=ding, at=AT, purpose="payment_account")
    world.act("factory")
    assert queries.profile(officer, person).sealed["account"]
