"""`zhijia import members`: counts on paper, the wrong rows beside the file, in somebody's name."""

import json

import pytest
from django.core.management import CommandError, call_command

from zhijia.kernel.context import acting
from zhijia.kernel.errors import NotForYou
from zhijia.kernel.sheets import Limits, read_table
from zhijia.registry.models import Membership
from zhijia.registry.tests.rosters import content, person, small_world


@pytest.fixture
def world(committed):
    return small_world()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "名册.csv"
    path.write_bytes(content([person(1), person(2, name="李4"), person(3)]).getvalue())
    return path


def run(capsys, file, world, *options, login="factory-officer", union="factory"):
    call_command(
        "import", "members", str(file), "--union", world.unions[union].code, "--as", login, *options, "--json"
    )
    return json.loads(capsys.readouterr().out.strip().splitlines()[-1])


def members(world):
    with acting(world.actors["factory"]):
        return Membership.objects.filter(valid_to__isnull=True).count()


def test_a_dry_run_counts_and_lays_the_wrong_rows_beside_the_file(world, file, capsys):
    told = run(capsys, file, world, "--dry-run")

    assert (told["new"], told["wrong"], told["state"]) == (2, 1, "checked")
    assert members(world) == 0
    wrong = read_table(told["errors"], limits=Limits(10**7, 10**8, 100, 100, 20))
    assert [row[0] for row in wrong.rows] == ["姓名", "李4"]


def test_the_good_rows_are_written_and_again_there_is_nothing_to_write(world, file, capsys):
    run(capsys, file, world, "--dry-run")

    assert run(capsys, file, world)["state"] == "applied"
    assert members(world) == 2
    assert run(capsys, file, world)["same"] == 2
    assert members(world) == 2


def test_all_or_nothing_writes_nothing_and_fails(world, file, capsys):
    with pytest.raises(Exception, match=r"全部|all or nothing"):
        run(capsys, file, world, "--all-or-nothing")

    assert members(world) == 0


def test_it_needs_a_name_and_that_name_the_right(world, file, capsys):
    with pytest.raises(CommandError, match="--as"):
        run(capsys, file, world, login="")
    with pytest.raises(CommandError, match="nobody-at-all"):
        run(capsys, file, world, login="nobody-at-all")
    with pytest.raises(NotForYou):
        run(capsys, file, world, login="mill-officer")
    with pytest.raises(CommandError, match="no union"):
        call_command("import", "members", str(file), "--union", "000000-000000", "--as", "factory-officer")


def test_a_file_of_errors_that_lies_there_already_is_left_alone(world, file, capsys):
    mine = file.with_name("名册-errors.xlsx")
    mine.write_text("mine")

    told = run(capsys, file, world, "--dry-run")

    assert told["errors"] == str(file.with_name("名册-errors-2.xlsx"))
    assert mine.read_text() == "mine"


def test_a_file_of_wrong_rows_alone_fails(world, tmp_path, capsys):
    path = tmp_path / "wrong.csv"
    path.write_bytes(content([person(2, name="李4")]).getvalue())

    with pytest.raises(CommandError):
        run(capsys, path, world)
