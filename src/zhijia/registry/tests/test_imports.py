"""A roster from the file to the register, really committed, as the app and the bulk role."""

import io
from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from zhijia.audit.models import Entry
from zhijia.facts import queries as figures
from zhijia.kernel import checks
from zhijia.kernel.codes import synthetic_employer_code
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices.models import Message
from zhijia.registry.models import (
    Employer,
    Membership,
    MembershipChange,
    Person,
    RosterImport,
    TransferLeg,
    Union,
)
from zhijia.registry.services import memberships
from zhijia.registry.services.imports import runs, work
from zhijia.registry.tests.rosters import (
    AT,
    HEADER,
    applied,
    checked,
    content,
    person,
    sent,
    small_world,
    undone,
    written,
)
from zhijia.vault import services as vault

PHONE, ADDRESS = "registry_person.phone", "registry_person.address"
LATER = AT + timedelta(hours=2)


@pytest.fixture
def world(committed):
    return small_world()


@pytest.fixture
def factory(world):
    return world.actors["factory"], world.unions["factory"]


def counts(roster):
    return {name: roster.counts[name] for name in ("new", "changed", "same", "wrong", "waiting")}


def members(actor, union):
    with acting(actor):
        return list(Membership.objects.filter(union_id=union.pk, valid_to__isnull=True).order_by("person_id"))


def test_a_check_counts_and_changes_nothing(factory):
    actor, union = factory

    roster = checked(actor, union, content([person(1), person(2, name="李4"), person(3)]))

    assert roster.state == "checked"
    assert counts(roster) == {"new": 2, "changed": 0, "same": 0, "wrong": 1, "waiting": 0}
    assert members(actor, union) == []
    assert roster.first_errors[0]["code"] == "name_digits"
    assert roster.first_errors[0]["row"] == 3
    assert roster.errors_id is not None


def test_confirmed_rows_become_members_with_facts_trail_and_a_message(factory):
    actor, union = factory

    roster = applied(actor, union, content([person(n) for n in range(1, 31)]))

    assert roster.state == "applied"
    assert roster.counts["new"] == 30
    found = members(actor, union)
    assert len({membership.member_number for membership in found}) == 30
    with acting(actor):
        who = Person.objects.get(pk=found[0].person_id)
        assert vault.masked(PHONE, who.pk).startswith("169****")
        assert who.sources["phone"][0] == "roster"
        assert who.education == "31"
        assert figures.total("member.joined", unions=[union.pk]) == 30
        assert MembershipChange.objects.filter(union_id=union.pk, kind="01").count() == 30
        line = Entry.objects.get(action="roster.apply", subject_id=str(roster.pk))
    assert line.detail["new"] == 30
    assert len(line.detail["digest"]) == 32
    assert Message.objects.using("bulk").filter(kind="imported").count() == 30


def test_the_same_rows_again_change_nothing(factory):
    actor, union = factory
    applied(actor, union, content([person(n, home="安徽省合肥市蜀山区幸福路1号") for n in range(1, 6)]))

    roster = checked(
        actor, union, content([person(n, home="安徽省合肥市蜀山区幸福路1号") for n in range(5, 0, -1)])
    )

    assert counts(roster) == {"new": 0, "changed": 0, "same": 5, "wrong": 0, "waiting": 0}
    with acting(actor), pytest.raises(Refusal) as refusal:
        runs.confirm(actor=actor, at=AT, import_id=roster.pk, mode="good_rows")
    assert refusal.value.code == "nothing_to_import"


def test_the_same_unfinished_file_is_the_same_import(factory):
    actor, union = factory

    first = sent(actor, union, content([person(1)]))
    second = sent(actor, union, content([person(1)]))

    assert first.pk == second.pk


def test_changed_rows_change_the_named_fields_alone(factory):
    actor, union = factory
    applied(actor, union, content([person(1, phone="16911111111"), person(2)]))

    changed = person(1, phone="16922222222", school="", job="电工")
    roster = applied(actor, union, content([changed, person(2)]), at=LATER)

    assert counts(roster) == {"new": 0, "changed": 1, "same": 1, "wrong": 0, "waiting": 0}
    with acting(actor):
        who = Person.objects.get(changed_at=LATER)
        assert (who.occupation, who.education) == ("electrician", "31")
        assert vault.masked(PHONE, who.pk) == "169****2222"
    assert len(members(actor, union)) == 2


def test_somebody_active_elsewhere_waits_for_the_other_side(world, factory):
    actor, union = factory
    applied(world.actors["mill"], world.unions["mill"], content([person(1), person(2)]))

    roster = applied(actor, union, content([person(1), person(3)]))

    assert counts(roster) == {"new": 1, "changed": 0, "same": 0, "wrong": 0, "waiting": 1}
    assert len(members(actor, union)) == 1
    with acting(actor):
        legs = list(TransferLeg.objects.all())
        assert [(leg.side, leg.union_id) for leg in legs] == [("in", union.pk)]
    with acting(world.actors["mill"]):
        assert [leg.side for leg in TransferLeg.objects.all()] == ["out"]


def test_looking_for_people_elsewhere_by_upload_ends_at_the_days_limit(world, factory):
    actor, union = factory
    many = [person(n) for n in range(1, 130)]
    applied(world.actors["mill"], world.unions["mill"], content(many))
    checked(actor, union, content(many))

    roster = checked(actor, union, content(many[1:]))

    assert (roster.state, roster.failure) == ("failed", "lookups_per_day")
    assert roster.counts == {}


def test_all_or_nothing_with_a_wrong_row_writes_nothing(factory):
    actor, union = factory
    roster = checked(actor, union, content([person(1), person(2, name="李4")]))

    with acting(actor), pytest.raises(Refusal) as refusal:
        runs.confirm(actor=actor, at=AT, import_id=roster.pk, mode="all")

    assert refusal.value.code == "rows_wrong"
    assert members(actor, union) == []


def test_a_second_click_and_a_second_delivery_do_it_once(factory):
    actor, union = factory
    roster = checked(actor, union, content([person(1)]))

    with acting(actor):
        for _click in range(2):
            runs.confirm(actor=actor, at=AT, import_id=roster.pk, mode="good_rows")
    for _delivery in range(2):
        work.apply(actor=actor, at=AT, import_id=roster.pk)

    assert len(members(actor, union)) == 1
    with acting(actor):
        assert figures.total("member.joined", unions=[union.pk]) == 1


def test_a_hundred_and_ten_thousand_rows_take_the_same_statements(factory):
    actor, union = factory

    def statements(rows):
        roster = checked(actor, union, content(rows))
        with (
            CaptureQueriesContext(connections["bulk"]) as bulk,
            CaptureQueriesContext(connections["default"]) as app,
        ):
            written(actor, roster)
        return len(bulk), len(app)

    few = statements([person(n) for n in range(1, 101)])
    many = statements([person(n) for n in range(1000, 11000)])

    assert few == many


def test_an_undo_takes_back_members_values_and_facts(factory):
    actor, union = factory
    roster = applied(actor, union, content([person(1), person(2)]))

    roster = undone(actor, roster, at=LATER)

    assert (roster.state, roster.counts["undone"], roster.counts["kept"]) == ("undone", 2, 0)
    assert members(actor, union) == []
    with acting(actor):
        assert figures.total("member.joined", unions=[union.pk]) == 0
        assert set(Person.objects.filter(import_id=roster.pk).values_list("name", flat=True)) == {""}
        assert MembershipChange.objects.filter(kind="08").count() == 2
    assert vault.find(PHONE, "16900000001", using="bulk") is None


def test_an_undo_gives_changed_people_back_what_they_had(factory):
    actor, union = factory
    applied(actor, union, content([person(1, phone="16911111111"), person(2)]))
    roster = applied(
        actor, union, content([person(1, phone="16922222222", job="电工", home="安徽省合肥市")]), at=LATER
    )

    roster = undone(actor, roster, at=LATER + timedelta(minutes=5))

    assert roster.counts["undone"] == 1
    with acting(actor):
        who = Person.objects.get(changed_at=LATER + timedelta(minutes=5))
        assert who.occupation == "welder"
        assert vault.masked(PHONE, who.pk) == "169****1111"
        assert vault.masked(ADDRESS, who.pk) == ""
        assert "address" not in who.sources


def test_an_undo_keeps_whom_somebody_has_worked_on_since(factory):
    actor, union = factory
    roster = applied(actor, union, content([person(1), person(2)]))
    applied(actor, union, content([person(1, job="电工")]), at=LATER)

    roster = undone(actor, roster, at=LATER + timedelta(minutes=5))

    assert (roster.counts["undone"], roster.counts["kept"]) == (1, 1)
    assert [why for _person, why in roster.counts["kept_people"]] == ["edited"]
    assert len(members(actor, union)) == 1


def test_an_undo_after_its_time_is_refused(factory):
    actor, union = factory
    roster = applied(actor, union, content([person(1)]))

    with acting(actor), pytest.raises(Refusal) as refusal:
        runs.undo(actor=actor, at=AT + timedelta(hours=25), import_id=roster.pk)

    assert refusal.value.code == "undo_too_late"


def test_the_same_people_can_come_again_after_an_undo(factory):
    actor, union = factory
    undone(actor, applied(actor, union, content([person(1)])), at=LATER)

    roster = applied(actor, union, content([person(1)]), at=LATER + timedelta(hours=1))

    assert roster.counts["new"] == 1
    assert len(members(actor, union)) == 1


def test_a_former_member_of_another_union_is_taken_with_their_values(world, factory):
    actor, union = factory
    mill, mill_union = world.actors["mill"], world.unions["mill"]
    applied(mill, mill_union, content([person(1)]))
    with acting(mill):
        memberships.leave(actor=mill, at=AT, membership_id=Membership.objects.get().pk, reason="自愿")

    roster = applied(actor, union, content([person(1)]), at=LATER)

    assert roster.counts["new"] == 1
    with acting(actor):
        who = Person.objects.get()
        assert vault.masked(PHONE, who.pk) == "169****0001"
    with acting(mill):
        assert not Person.objects.exists()
    undone(actor, roster, at=LATER + timedelta(minutes=1))
    with acting(mill):
        assert vault.masked(PHONE, Person.objects.get().pk) == "169****0001"


def test_a_number_the_register_knows_under_another_name_is_a_wrong_row(world, factory):
    actor, union = factory
    mill, mill_union = world.actors["mill"], world.unions["mill"]
    applied(mill, mill_union, content([person(1, name="王安")]))
    with acting(mill):
        memberships.leave(actor=mill, at=AT, membership_id=Membership.objects.get().pk, reason="自愿")

    roster = checked(actor, union, content([person(1, name="李安"), person(2)]), at=LATER)

    assert roster.counts["wrong"] == 1
    assert roster.first_errors[0]["code"] == "name_differs"


def test_an_officer_of_another_union_finds_no_import(world, factory):
    actor, union = factory
    roster = checked(actor, union, content([person(1)]))

    with acting(world.actors["mill"]) as stranger:
        assert not RosterImport.objects.exists()
        with pytest.raises(NotForYou):
            runs.confirm(actor=stranger, at=AT, import_id=roster.pk, mode="good_rows")
        with pytest.raises(NotForYou):
            runs.upload(actor=stranger, at=AT, union=union, name="x.csv", content=content([person(1)]))


def test_what_was_imported_changed_taken_and_undone_adds_up(world, factory):
    actor, union = factory
    mill, mill_union = world.actors["mill"], world.unions["mill"]
    applied(mill, mill_union, content([person(1), person(2)]))
    with acting(mill):
        memberships.leave(actor=mill, at=AT, membership_id=Membership.objects.first().pk, reason="自愿")
    applied(actor, union, content([person(n) for n in range(1, 9)]), at=LATER)
    roster = applied(actor, union, content([person(n, job="电工") for n in range(5, 12)]), at=LATER)

    undone(actor, roster, at=LATER + timedelta(minutes=1))

    found = {name: check() for name, check in checks.announced().items()}
    assert {name: found[name].differences for name in found if found[name].differences} == {}
    assert found["registry.facts"].rows_read


def test_an_employer_is_known_by_its_code_and_made_known_once(factory):
    actor, union = factory
    header = (*HEADER, "工作单位", "统一社会信用代码")
    code = synthetic_employer_code(77)
    rows = [[*person(n), "晨光机械有限公司", code] for n in (1, 2)]

    applied(actor, union, content(rows, header))
    again = checked(actor, union, content([*rows, [*person(3), "", code]], header))

    assert Employer.objects.using("bulk").get(credit_code=code).name == "晨光机械有限公司"
    with acting(actor):
        assert Person.objects.values("employer_id").distinct().count() == 1
    assert counts(again) == {"new": 1, "changed": 0, "same": 2, "wrong": 0, "waiting": 0}


def test_text_in_gb18030_is_read(factory):
    actor, union = factory
    text = content([person(1, name="张\U00020bb7")]).getvalue().decode()

    roster = checked(actor, union, io.BytesIO(text.encode("gb18030")))

    assert roster.counts["new"] == 1


def test_a_dissolved_union_takes_nobody(factory):
    actor, union = factory
    Union.objects.using("bulk").filter(pk=union.pk).update(dissolved_on=AT.date())
    union.refresh_from_db()

    with pytest.raises(Refusal) as refusal:
        sent(actor, union, content([person(1)]))

    assert refusal.value.code == "union_dissolved"


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (content([]), "no_rows"),
        (content([["", "x"]], ("姓名", "年龄")), "no_id_number_column"),
        (content([["", "x", "1"]], ("身份证号", "手机", "年龄")), "no_name_column"),
        (content([["1", "x"]], ("甲", "乙")), "no_header"),
    ],
)
def test_a_file_that_is_no_roster_says_why(factory, file, code):
    actor, union = factory

    roster = checked(actor, union, file)

    assert (roster.state, roster.failure) == ("failed", code)


@pytest.mark.parametrize("bytes_sent", [b"", b"\x89PNG\r\n\x1a\n123", b"%PDF-1.4 xx", b"PK\x03\x04broken"])
def test_bytes_that_are_no_table_are_refused_at_the_door(factory, bytes_sent):
    actor, union = factory
    with pytest.raises(Refusal):
        sent(actor, union, io.BytesIO(bytes_sent))
    assert not RosterImport.objects.using("bulk").exists()
