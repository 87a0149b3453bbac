"""The bench `registry-import` on few rows: nobody is lost on either side, and what comes in stands as it should."""

from zhijia.kernel import checks
from zhijia.kernel.benches import Options
from zhijia.registry.bench import imports, rosters
from zhijia.registry.models import Membership

ROWS = 50


def test_ours_and_the_limits_people_are_all_members_and_every_check_agrees(committed, tmp_path):
    world = imports._world(tmp_path)

    result = imports._increments(world, Options(say=lambda text: None), ROWS)

    assert result.violations == 0
    assert result.rate > 0
    assert result.limit > 0
    assert Membership.objects.using("bulk").count() == world.known == 6 * ROWS
    found = {name: check().differences for name, check in checks.announced().items() if "registry" in name}
    assert {name: differences for name, differences in found.items() if differences} == {}


def test_another_round_on_the_same_register_brings_others(committed, tmp_path):
    first = imports._world(tmp_path)
    file, _made = first.roster(ROWS)
    first.imported(file, first.union())

    again = imports._world(tmp_path)

    assert again.known == ROWS
    assert again.officer.user_id != first.officer.user_id


def test_a_workbook_holds_the_same_people(tmp_path):
    made = rosters.make(3, seed=1, first=0)
    made.write(tmp_path / "roster.xlsx", "xlsx")

    assert (tmp_path / "roster.xlsx").read_bytes()[:2] == b"PK"
    assert made.rows.columns == list(rosters.HEADER)
    assert made.rows["身份证号"].n_unique() == 3
