"""Files of many unions as they really come, and a machine without room: each is named, nothing is half done."""

import errno

import psycopg
import pytest
from django.core.management import CommandError, call_command

from zhijia.kernel.errors import Refusal
from zhijia.registry import verify
from zhijia.registry.models import Load, LoadPiece, Membership, Person, RosterImport
from zhijia.registry.services.loads import abandoning, errors, indexes, runs, steps, writing
from zhijia.registry.tests import rosters
from zhijia.registry.tests.provinces import HEADER, Here, errors_in, file_of, loaded, row
from zhijia.registry.tests.rosters import small_world


@pytest.fixture
def world(committed, monkeypatch):
    monkeypatch.setattr(runs, "Team", Here)
    Here.until = -1
    yield small_world()
    for begun in Load.objects.using("bulk").filter(under_way=True):
        indexes.bring_back(begun, lambda progress: None)


def members():
    return Membership.objects.using("bulk").filter(valid_to__isnull=True)


def test_numbers_and_days_a_spreadsheet_has_changed_are_named_or_understood(world, tmp_path):
    header = (*HEADER, "入会时间")
    rows = [
        [*row(world, "factory", 1, number="3.49999E+17"), "2020-01-31"],
        [*row(world, "factory", 2, phone="1.69E+10"), "2020-01-31"],
        [*row(world, "factory", 3), "43861"],
        [*row(world, "factory", 4), "0"],
        [*row(world, "factory", 5), "99999999"],
    ]

    told = loaded(world, file_of(tmp_path / "f.csv", rows, header=header))

    assert (told.counts["new"], told.counts["wrong"]) == (1, 4)
    assert str(members().get().joined_on) == "2020-01-31"
    said = [line[-1] for line in errors_in(told.errors)]
    assert all("scientific notation" in sentence for sentence in said[:2])
    assert all("day" in sentence for sentence in said[2:])


def test_one_person_in_every_row_is_entered_once_and_each_further_row_names_the_first(world, tmp_path):
    rows = [row(world, "factory", 7)] * 500

    told = loaded(world, file_of(tmp_path / "f.csv", rows), sizes=(4000, 50))

    assert (told.counts["rows"], told.counts["new"], told.counts["wrong"]) == (500, 1, 499)
    assert all("row 2 " in line[-1] for line in errors_in(told.errors))
    assert members().count() == 1


@pytest.mark.parametrize("closes", ["in_a_name", "at_the_end_of_a_cell"])
def test_two_quotes_that_hold_people_between_them_are_named_and_swallow_nobody(world, tmp_path, closes):
    path = file_of(tmp_path / "f.csv", [row(world, "factory", n) for n in range(1, 31)])
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[9] = lines[9].replace(",张", ',"张')
    lines[13] = (
        lines[13].replace(",焊工", '",焊工')
        if closes == "at_the_end_of_a_cell"
        else lines[13].replace("张", '"张')
    )
    path.write_text("\n".join(lines), encoding="utf-8")

    with pytest.raises(Refusal) as refusal:
        loaded(world, path, sizes=(100_000, 1000))

    assert (refusal.value.code, refusal.value.details["row"]) == ("quote_open", 10)
    assert not Person.objects.using("bulk").exists()


def test_a_line_break_somebody_typed_into_a_cell_is_no_broken_quote(world, tmp_path):
    rows = [row(world, "factory", n, home="庐阳区\n长江路") for n in range(1, 21)]

    assert loaded(world, file_of(tmp_path / "f.csv", rows)).counts["new"] == 20


def full_disk(*_args, **_more):
    raise OSError(errno.ENOSPC, "No space left on device")


def full_database(*_args, **_more):
    raise psycopg.errors.DiskFull("could not extend file")


@pytest.mark.parametrize("into_empty", [True, False])
@pytest.mark.parametrize(
    ("module", "name", "fault"),
    [(errors, "keep", full_disk), (writing, "write", full_database), (steps, "_keep", full_database)],
)
def test_a_full_disk_is_named_and_when_there_is_room_again_the_load_goes_on(
    world, tmp_path, monkeypatch, module, name, fault, into_empty
):
    if not into_empty:
        rosters.applied(world.actors["mill"], world.unions["mill"], rosters.content([rosters.person(800)]))
    path = file_of(tmp_path / "f.csv", [row(world, "factory", n) for n in range(1, 31)])
    really, calls = getattr(module, name), []

    def soon_full(*args, **more):
        calls.append(1)
        return fault() if len(calls) > 3 else really(*args, **more)

    with monkeypatch.context() as patched:
        patched.setattr(module, name, soon_full)
        with pytest.raises(Refusal) as refusal:
            loaded(world, path)
    written = LoadPiece.objects.using("bulk").filter(state=LoadPiece.State.WRITTEN)

    assert refusal.value.code == "disk_full"
    assert Person.objects.using("bulk").count() == sum(piece.counts["new"] for piece in written) + (
        not into_empty
    )
    assert loaded(world, path).counts["new"] == 30
    assert verify.members_are_the_facts().differences == ()


def test_a_dry_run_that_was_killed_stands_in_nobodys_way(world, tmp_path):
    path = file_of(tmp_path / "f.csv", [row(world, "factory", n) for n in range(1, 31)])
    Here.until = 8
    with pytest.raises(KeyboardInterrupt):
        loaded(world, path, dry=True)
    Here.until = -1

    told = loaded(world, file_of(tmp_path / "g.csv", [row(world, "couriers", 40)]))

    assert told.counts["new"] == 1
    assert loaded(world, path).counts["new"] == 30
    assert Load.objects.using("bulk").filter(state="done").count() == 2


def test_a_dry_run_of_a_file_whose_load_was_killed_does_not_end_that_load(world, tmp_path):
    path = file_of(tmp_path / "f.csv", [row(world, "factory", n) for n in range(1, 31)])
    Here.until = 10
    with pytest.raises(KeyboardInterrupt):
        loaded(world, path)
    Here.until = -1

    with pytest.raises(Refusal) as refusal:
        loaded(world, path, dry=True)

    assert refusal.value.code == "load_unfinished"
    assert loaded(world, path).counts["new"] == 30


@pytest.mark.parametrize("into_empty", [True, False])
def test_a_load_by_command_that_was_killed_is_named_by_the_doctor_and_taken_back_by_command(
    world, tmp_path, capsys, into_empty
):
    if not into_empty:
        rosters.applied(world.actors["mill"], world.unions["mill"], rosters.content([rosters.person(800)]))
    before, path = (
        indexes.defined(),
        file_of(tmp_path / "f.csv", [row(world, "factory", n) for n in range(1, 31)]),
    )
    Here.until = 10
    with pytest.raises(KeyboardInterrupt):
        loaded(world, path)
    Here.until = -1

    with pytest.raises(CommandError):
        call_command("doctor")
    assert "zhijia import abandon" in capsys.readouterr().out
    with pytest.raises(Refusal):
        call_command("import", "abandon", "--as", "mill-officer")
    call_command("import", "abandon", "--as", "luyang-officer")

    assert "BAD  Load" not in capsys.readouterr().out
    assert indexes.defined() == before
    assert members().count() == (not into_empty)
    assert verify.members_are_the_facts().differences == ()
    assert not RosterImport.objects.using("bulk").filter(state="applying").exists()
    assert loaded(world, path).counts["new"] == 30


@pytest.mark.parametrize("ends_in", ["take_out", "bring_back"])
def test_killed_while_it_is_taken_back_it_is_taken_back_the_next_time_and_never_gone_on_with(
    world, tmp_path, monkeypatch, ends_in
):
    before, path = (
        indexes.defined(),
        file_of(tmp_path / "f.csv", [row(world, "factory", n) for n in range(1, 31)]),
    )
    Here.until = 10
    with pytest.raises(KeyboardInterrupt):
        loaded(world, path)
    Here.until = -1
    really = getattr(indexes, ends_in)

    def killed(*args):
        really(*args)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(indexes, ends_in, killed)
        with pytest.raises(KeyboardInterrupt):
            abandoning.abandon(actor=world.actors["luyang"], at=rosters.AT, say=lambda progress: None)
    with pytest.raises(Refusal) as refusal:
        loaded(world, path)
    abandoning.abandon(actor=world.actors["luyang"], at=rosters.AT, say=lambda progress: None)

    assert refusal.value.code == "load_unfinished"
    assert (indexes.defined(), members().count()) == (before, 0)
    assert verify.members_are_the_facts().differences == ()


def test_half_a_character_at_the_end_is_named_on_a_file_of_many_pieces(world, tmp_path):
    path = file_of(tmp_path / "f.csv", [row(world, "factory", n) for n in range(1, 31)], encoding="gb18030")
    path.write_bytes(path.read_bytes() + "340103,张".encode("gb18030")[:-1])

    with pytest.raises(Refusal) as refusal:
        loaded(world, path)

    assert refusal.value.code == "cut_off"
    assert not Person.objects.using("bulk").exists()
