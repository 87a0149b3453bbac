"""A file of many unions becomes members of each, once, with everything a roster brings; into an empty register and a
full one; whatever is wrong is named and stays out."""

import polars as pl
import pytest
from django.db import connections

from zhijia.audit.models import Entry
from zhijia.facts import queries as figures
from zhijia.facts.models import Fact
from zhijia.kernel import ciphers, codes, sheets
from zhijia.kernel.context import acting, whole
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices.models import Message
from zhijia.registry import verify
from zhijia.registry.models import (
    Employer,
    Load,
    LoadPiece,
    Membership,
    MembershipChange,
    Person,
    TransferLeg,
)
from zhijia.registry.services import memberships
from zhijia.registry.services.loads import indexes, runs
from zhijia.registry.tests import rosters
from zhijia.registry.tests.provinces import HEADER, Here, errors_in, file_of, loaded, row
from zhijia.registry.tests.rosters import AT, small_world
from zhijia.vault import verify as vault_verify
from zhijia.vault.models import Secret
from zhijia.vault.services.looking import unseal


@pytest.fixture
def world(committed, monkeypatch):
    monkeypatch.setattr(runs, "Team", Here)
    Here.until = -1
    yield small_world()
    for begun in Load.objects.using("bulk").filter(under_way=True):
        indexes.bring_back(begun, lambda text: None)


def people():
    return Person.objects.using("bulk")


def everything():
    """What the register holds of people, told without ids."""
    with whole() as cursor:
        cursor.execute(
            "SELECT p.name, p.name_initials, p.sex, p.birth_date, p.education, p.occupation, p.sources, p.union_id,"
            " p.county_id, m.union_id, m.status, m.joined_on, m.channel, s.blind FROM registry_person p"
            " JOIN registry_membership m ON m.person_id = p.id JOIN vault_secret s ON s.row_id = p.id AND s.kind = 1"
            " ORDER BY s.blind"
        )
        return cursor.fetchall()


def test_everybody_is_a_member_of_their_union_as_if_each_had_sent_a_roster(world, tmp_path):
    rows = [
        row(world, union, serial)
        for serial in range(1, 41)
        for union in [("factory", "couriers")[serial > 20]]
    ]
    told = loaded(world, file_of(tmp_path / "f.csv", rows))
    by_load = everything()
    sealed = {unseal(secret) for secret in Secret.objects.using("bulk").filter(kind__in=(1, 2))}

    assert (told.counts["rows"], told.counts["new"], told.counts["wrong"]) == (40, 40, 0)
    assert sealed == {cell for one in rows for cell in one[2:4]}
    assert figures.by_union("member.joined", unions=[world.unions["factory"].pk, world.unions["couriers"].pk]) == {
        world.unions["factory"].pk: 20, world.unions["couriers"].pk: 20,
    }  # fmt: skip
    assert set(Fact.objects.using("bulk").values_list("run_id", flat=True)) == {f"load:{told.load_id}"}
    assert MembershipChange.objects.using("bulk").filter(kind="01", reason="roster").count() == 40
    assert Membership.objects.using("bulk").values("member_number").distinct().count() == 40
    for check in (
        verify.members_are_the_facts,
        verify.rows_stand_in_their_place,
        verify.initials_are_those_of_the_names,
    ):
        assert check().differences == ()
    _forget_everybody()
    for union in ("factory", "couriers"):
        mine = [one[1:] for one in rows if one[0] == world.unions[union].code]
        rosters.applied(world.actors[union], world.unions[union], rosters.content(mine))
    assert everything() == by_load


def _forget_everybody():
    with connections["owner"].cursor() as cursor:
        cursor.execute("TRUNCATE registry_person, registry_membership, registry_membership_change")
        cursor.execute("DELETE FROM vault_secret WHERE kind IN (1, 2)")


def test_the_same_file_twice_changes_nothing(world, tmp_path):
    path = file_of(tmp_path / "f.csv", [row(world, "factory", serial) for serial in range(1, 31)])
    first = loaded(world, path)
    before = everything()

    again = loaded(world, path)

    assert (again.before, again.counts) == (True, first.counts)
    assert everything() == before
    assert Entry.objects.using("bulk").filter(action="load.done").count() == 1


def test_the_same_people_in_another_file_are_the_same(world, tmp_path):
    rows = [row(world, "factory", serial) for serial in range(1, 31)]
    loaded(world, file_of(tmp_path / "f.csv", rows))
    before = everything()

    told = loaded(world, file_of(tmp_path / "g.csv", rows[::-1]))

    assert (told.counts["same"], told.counts["new"]) == (30, 0)
    assert everything() == before


def test_into_a_full_register_new_come_changed_change_and_members_elsewhere_wait(world, tmp_path):
    rosters.applied(
        world.actors["factory"],
        world.unions["factory"],
        rosters.content([rosters.person(n) for n in range(1, 6)]),
    )
    rosters.applied(world.actors["mill"], world.unions["mill"], rosters.content([rosters.person(9)]))
    rows = [
        row(world, "factory", 1),
        row(world, "factory", 2, job="锚杆装配"),
        row(world, "factory", 3, phone="16900777777"),
        row(world, "couriers", 4),
        row(world, "couriers", 9),
        *(row(world, "couriers", serial) for serial in range(20, 40)),
    ]

    told = loaded(world, file_of(tmp_path / "f.csv", rows))

    assert {name: told.counts[name] for name in ("new", "changed", "same", "waiting", "wrong")} == {
        "new": 20, "changed": 2, "same": 1, "waiting": 2, "wrong": 0,
    }  # fmt: skip
    assert people().filter(occupation="锚杆装配").count() == 1
    assert unseal(Secret.objects.using("bulk").get(kind=2, row_id=_holder("16900777777"))) == "16900777777"
    assert TransferLeg.objects.using("bulk").filter(state="pending").count() == 2
    assert Message.objects.using("bulk").filter(kind="imported").count() == 6 + 20
    assert verify.members_are_the_facts().differences == ()
    assert Load.objects.using("bulk").get().empty is False


def _holder(phone):
    return next(s.row_id for s in Secret.objects.using("bulk").filter(kind=2) if unseal(s) == phone)


def test_another_name_under_a_number_whose_membership_ended_is_wrong(world, tmp_path):
    rosters.applied(world.actors["factory"], world.unions["factory"], rosters.content([rosters.person(1)]))
    held = Membership.objects.using("bulk").get()
    with acting(world.actors["factory"]):
        memberships.leave(actor=world.actors["factory"], at=AT, membership_id=held.pk, reason="moved")

    told = loaded(
        world,
        file_of(tmp_path / "f.csv", [row(world, "couriers", 1, name="李四"), row(world, "couriers", 2)]),
    )

    assert (told.counts["new"], told.counts["wrong"]) == (1, 1)
    assert "another name" in errors_in(told.errors)[0][-1]


def test_the_first_row_of_a_number_stands_and_later_ones_name_it_across_pieces_and_files(world, tmp_path):
    first = [row(world, "factory", serial) for serial in range(1, 21)]
    path = file_of(tmp_path / "a.csv", [*first, row(world, "couriers", 3)])
    other = file_of(tmp_path / "b.csv", [row(world, "couriers", 5), row(world, "couriers", 30)])

    told = loaded(world, path, other)

    assert (told.counts["new"], told.counts["wrong"]) == (21, 2)
    assert [(cells[-4], cells[-3]) for cells in errors_in(told.errors)] == [("a.csv", "22"), ("b.csv", "2")]
    assert [cells[-1].split("row ")[1].split()[0] for cells in errors_in(told.errors)] == ["4", "6"]


def test_a_row_of_a_union_outside_the_federation_is_refused(world, tmp_path):
    rows = [
        row(world, "mill", 1),
        row(world, "factory", 2, code="999999-999999"),
        row(world, "factory", 3, code=" "),
        row(world, "factory", 4),
    ]

    told = loaded(world, file_of(tmp_path / "f.csv", rows))

    assert (told.counts["new"], told.counts["wrong"]) == (1, 3)
    found = [cells[-1] for cells in errors_in(told.errors)]
    assert "not under the federation" in found[0]
    assert "No union has this code" in found[1]
    assert "code of the union is missing" in found[2]
    assert errors_in(told.errors)[0][-2] != found[0]


@pytest.mark.parametrize(
    ("actor", "union"), [("mill", "luyang"), ("factory", "luyang"), ("luyang", "shushan")]
)
def test_an_officer_without_the_right_over_the_federation_loads_nothing(world, tmp_path, actor, union):
    with pytest.raises(NotForYou):
        loaded(world, file_of(tmp_path / "f.csv", [row(world, "factory", 1)]), actor=actor, union=union)

    assert not Load.objects.using("bulk").exists()


def test_a_dry_run_counts_and_explains_and_leaves_nothing(world, tmp_path):
    rows = [row(world, "factory", serial) for serial in range(1, 11)] + [
        row(world, "factory", 11, name="李4")
    ]

    told = loaded(world, file_of(tmp_path / "f.csv", rows), dry=True)

    assert (told.counts["new"], told.counts["wrong"], len(errors_in(told.errors))) == (10, 1, 1)
    assert not people().exists()
    assert not Load.objects.using("bulk").exists()
    assert not LoadPiece.objects.using("bulk").exists()


@pytest.mark.parametrize("into_empty", [True, False])
def test_killed_after_any_piece_it_goes_on_and_ends_as_if_nobody_had_killed_it(world, tmp_path, into_empty):
    rows = [row(world, "factory", serial) for serial in range(1, 31)] + [row(world, "couriers", 7)]
    path = file_of(tmp_path / "f.csv", rows)
    if not into_empty:
        rosters.applied(world.actors["mill"], world.unions["mill"], rosters.content([rosters.person(800)]))
    kills = 0
    while True:
        Here.until = 2
        try:
            told = loaded(world, path)
            break
        except KeyboardInterrupt:
            kills += 1

    assert kills >= 5
    assert told.read_again <= 7
    assert (told.counts["rows"], told.counts["new"], told.counts["wrong"]) == (31, 30, 1)
    assert people().count() == 30 + (not into_empty)
    assert len(errors_in(told.errors)) == 1
    assert verify.members_are_the_facts().differences == ()


def test_indexes_are_put_away_only_in_an_empty_register_and_are_all_there_again(world, tmp_path):
    before = indexes.defined()
    Here.until = 6
    with pytest.raises(KeyboardInterrupt):
        loaded(world, file_of(tmp_path / "f.csv", [row(world, "factory", serial) for serial in range(1, 21)]))

    assert indexes.defined() == []
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('zhijia_app', 'registry_person', 'INSERT')")
        assert cursor.fetchone() == (False,)
    with pytest.raises(Refusal, match=r"还没有装载完|not come to its end"):
        loaded(world, file_of(tmp_path / "g.csv", [row(world, "factory", 50)]))

    Here.until = -1
    loaded(world, tmp_path / "f.csv")

    assert indexes.defined() == before
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('zhijia_app', 'registry_person', 'INSERT')")
        assert cursor.fetchone() == (True,)


def test_while_an_empty_register_is_filled_no_roster_is_written(world, tmp_path):
    Here.until = 6
    with pytest.raises(KeyboardInterrupt):
        loaded(world, file_of(tmp_path / "f.csv", [row(world, "factory", serial) for serial in range(1, 21)]))

    roster = rosters.checked(world.actors["mill"], world.unions["mill"], rosters.content([rosters.person(1)]))

    assert roster.failure == "load_under_way"


def test_employers_are_known_by_their_credit_code(world, tmp_path):
    header = (*HEADER, "单位名称", "单位信用代码")
    code = codes.synthetic_employer_code(0)
    rows = [[*row(world, "factory", serial), "晨光机械有限公司", code] for serial in range(1, 13)]

    loaded(world, file_of(tmp_path / "f.csv", rows, header=header))

    employer = Employer.objects.get()
    assert (employer.name, employer.credit_code, employer.division) == (
        "晨光机械有限公司",
        code,
        "340103000000",
    )
    assert set(people().values_list("employer_id", flat=True)) == {employer.pk}


def test_parquet_and_several_workbooks_are_loaded_too(world, tmp_path):
    rows = [row(world, "factory", serial) for serial in range(1, 13)]
    table = pl.DataFrame({name: [one[place] for one in rows] for place, name in enumerate(HEADER)})
    table.with_columns(pl.col("手机号码").cast(pl.Int64)).write_parquet(tmp_path / "f.parquet")
    for part, serials in (("a", range(20, 28)), ("b", range(28, 33))):
        sheets.write_workbook(tmp_path / f"{part}.xlsx", HEADER, [row(world, "couriers", n) for n in serials])

    assert loaded(world, tmp_path / "f.parquet").counts["new"] == 12
    assert loaded(world, tmp_path / "a.xlsx", tmp_path / "b.xlsx").counts["new"] == 13
    assert people().count() == 25


def test_the_trail_has_one_row_with_the_file_and_the_digest_of_its_rows(world, tmp_path):
    told = loaded(
        world, file_of(tmp_path / "f.csv", [row(world, "factory", 1), row(world, "factory", 2, name="李4")])
    )

    entry = Entry.objects.using("bulk").get(subject="load")
    assert (entry.action, entry.subject_id, entry.user_id) == (
        "load.done",
        str(told.load_id),
        world.actors["luyang"].user_id,
    )
    assert (entry.detail["rows"], entry.detail["wrong"], len(entry.detail["digest"]), len(entry.detail["file"])) == (
        2, 1, 32, 64,
    )  # fmt: skip
    assert "李4" not in str(entry.detail)


def test_nobody_else_reads_a_load_of_a_federation(world, tmp_path):
    loaded(world, file_of(tmp_path / "f.csv", [row(world, "factory", 1)]))

    with acting(world.actors["luyang"]):
        assert Load.objects.count() == 1
    with acting(world.actors["mill"]):
        assert (Load.objects.count(), LoadPiece.objects.count()) == (0, 0)


@pytest.mark.parametrize("ends_in", ["build", "put_away"])
def test_a_kill_while_indexes_go_or_come_leaves_none_behind(world, tmp_path, monkeypatch, ends_in):
    path = file_of(tmp_path / "f.csv", [row(world, "factory", serial) for serial in range(1, 21)])
    before, really = indexes.defined(), getattr(indexes, ends_in)

    def killed(*args):
        really(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(indexes, ends_in, killed)
    with pytest.raises(KeyboardInterrupt):
        loaded(world, path)
    monkeypatch.setattr(indexes, ends_in, really)

    assert loaded(world, path).counts["new"] == 20
    assert indexes.defined() == before
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_constraint WHERE conname = 'registry_person_pkey'")
        assert cursor.fetchone() == (1,)


def test_index_keys_that_turn_while_a_load_stands_still_hide_no_double(world, tmp_path):
    rows = [row(world, "factory", serial) for serial in range(1, 21)]
    path = file_of(tmp_path / "f.csv", [*rows, rows[0]])
    Here.until = 2
    with pytest.raises(KeyboardInterrupt):
        loaded(world, path)
    ciphers.keyring().turn("index:registry_person.id_number")
    Here.until = -1

    told = loaded(world, path)

    assert (told.counts["new"], told.counts["wrong"]) == (20, 1)


def test_index_keys_that_turn_before_the_writing_change_nothing_of_what_is_found(world, tmp_path):
    rows = [row(world, "factory", serial) for serial in range(1, 21)]
    path = file_of(tmp_path / "f.csv", [*rows, rows[0]])
    Here.until = 6
    with pytest.raises(KeyboardInterrupt):
        loaded(world, path)
    key = ciphers.keyring().turn("index:registry_person.id_number")
    Here.until = -1

    told = loaded(world, path)

    assert (told.counts["new"], told.counts["wrong"]) == (20, 1)
    assert Secret.objects.using("bulk").filter(kind=1, blind_version=key.id).exists()
    assert vault_verify.check().differences == ()
