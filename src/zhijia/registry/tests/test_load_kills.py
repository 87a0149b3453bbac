"""A load with its real processes: by the command, and killed again and again."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections

from zhijia.registry import verify
from zhijia.registry.models import Load, LoadPiece, Membership, Person
from zhijia.registry.services.loads import indexes
from zhijia.registry.services.loads.team import databases
from zhijia.registry.tests.provinces import errors_in, file_of, row
from zhijia.registry.tests.rosters import small_world

LEADING = """
import sys
import django
django.setup()
from django.db import connections
for alias, at in {places!r}.items():
    connections[alias].settings_dict.update(at)
from datetime import datetime
from pathlib import Path
from zhijia.kernel.actors import Actor
from zhijia.registry.models import Union
from zhijia.registry.services.loads import runs
told = runs.load(
    actor=Actor({user}, "command", "killed"), at=datetime.fromisoformat({at!r}), files=[Path({file!r})],
    federation=Union.objects.get(code={code!r}), say=lambda text: None, sizes=(4000, 40),
)
print(told.counts["new"], told.counts["wrong"])
"""


@pytest.fixture
def world(committed):
    yield small_world()
    for begun in Load.objects.using("bulk").filter(under_way=True):
        indexes.bring_back(begun, lambda text: None)


def run(capsys, world, *files, union="luyang", options=()):
    code = world.unions[union].code
    paths = [str(file) for file in files]
    call_command("import", "members", *paths, "--union", code, "--as", "luyang-officer", *options, "--json")
    return json.loads(capsys.readouterr().out.strip().splitlines()[-1])


def test_the_command_loads_a_file_of_many_unions_with_processes_of_its_own(world, tmp_path, capsys):
    rows = [row(world, ("factory", "couriers")[serial % 2], serial) for serial in range(1, 61)]
    path = file_of(tmp_path / "province.csv", [*rows, row(world, "mill", 70)])

    dry = run(capsys, world, path, options=("--dry-run",))
    told = run(capsys, world, path)
    again = run(capsys, world, path)

    assert (dry["new"], dry["wrong"]) == (told["new"], told["wrong"]) == (60, 1)
    assert told["peak_mb"] > 50
    assert (again["before"], Person.objects.using("bulk").count()) == (True, 60)
    assert len(errors_in(Path(told["errors"]))) == 1
    assert not list(tmp_path.glob(".*"))


def test_a_roster_of_one_union_goes_the_way_it_went(world, tmp_path, capsys):
    path = file_of(tmp_path / "roster.csv", [row(world, "couriers", 1), row(world, "couriers", 2)])

    told = run(capsys, world, path, union="factory")

    assert told["state"] == "applied"
    assert set(Membership.objects.using("bulk").values_list("union_id", flat=True)) == {
        world.unions["factory"].pk
    }
    assert not Load.objects.using("bulk").exists()


def test_all_or_nothing_is_refused_for_a_load(world, tmp_path, capsys):
    path = file_of(tmp_path / "province.csv", [row(world, "factory", 1)])

    with pytest.raises(CommandError, match="dry-run"):
        run(capsys, world, path, options=("--all-or-nothing",))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('工会编码,姓名,身份证号,手机号码\n1,张伟,2,"3\n'.encode(), "2"),
        (
            "工会编码,姓名,身份证号,手机号码\n1,张伟,2,3\n1,张伟".encode("gb18030")[:-1],
            "中间断了|middle of a char",
        ),
        ("工会编码,姓名,身份证号\n".encode(), "手机|mobile"),
        ("工会编码,姓名,身份证号,手机号码\n".encode(), "行|rows"),
    ],
)
def test_a_file_that_cannot_be_taken_is_named_and_leaves_nothing(world, tmp_path, capsys, content, says):
    path = tmp_path / "province.csv"
    path.write_bytes(content)

    with pytest.raises(Exception, match=says):
        run(capsys, world, path, tmp_path / "province.csv")

    assert not Person.objects.using("bulk").exists()
    assert not LoadPiece.objects.using("bulk").exists()
    assert not Load.objects.using("bulk").filter(under_way=True).exists()
    assert not list(tmp_path.glob(".*"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_killed_again_and_again_at_any_moment_it_ends_with_everybody_once(world, tmp_path, seed):
    rows = [row(world, ("factory", "couriers")[serial % 2], serial) for serial in range(1, 2001)]
    path = file_of(tmp_path / "province.csv", [*rows, *rows[:10]])
    before, chance, kills = indexes.defined(), random.Random(seed), 0
    command = [sys.executable, "-c", _script(world, path)]
    environment = {
        **os.environ, "ZHIJIA_DATA": str(settings.DATA), "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
    }  # fmt: skip
    while kills < 6:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
        team = psutil.Process(process.pid)
        time.sleep(2 + chance.random() * 3)
        workers = team.children(recursive=True) if process.poll() is None else []
        victim = chance.choice([process.pid, *(worker.pid for worker in workers)])
        if process.poll() is None:
            os.kill(victim, signal.SIGKILL)
        process.wait(60)
        kills += 1
        _, alive = psutil.wait_procs(workers, timeout=10)
        assert alive == []
    last = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, timeout=120)

    assert last.stdout.split()[-2:] == [b"2000", b"10"]
    assert Person.objects.using("bulk").count() == Membership.objects.using("bulk").count() == 2000
    assert indexes.defined() == before
    assert verify.members_are_the_facts().differences == ()
    assert len(errors_in(tmp_path / "province-errors.csv")) == 10


def _script(world, path):
    connections.close_all()
    return LEADING.format(
        places=databases(), user=world.actors["luyang"].user_id, at="2026-11-20T02:00:00+00:00", file=str(path),
        code=world.unions["luyang"].code,
    )  # fmt: skip
