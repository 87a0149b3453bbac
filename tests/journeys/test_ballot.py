"""A committee is elected by secret ballot with quorum, on phones; a stranger counts the ballots anew."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from zhijia.questionnaires.models import Poll
from zhijia.questionnaires.tests.world import Hall, hall
from zhijia.registry.tests import world as worlds

VOTERS = 4


@pytest.fixture
def made(world: worlds.World) -> Hall:
    """Four members with a checked name, each with a phone."""
    with transaction.atomic():
        made = hall(VOTERS, world=world)
    for place, actor in enumerate(made.voters):
        world.actors[f"voter-{place}"] = actor
    return made


def test_a_committee_is_elected_by_secret_ballot_and_a_stranger_recounts_it(
    made: Hall, signed_in: Any, window: Any, tmp_path: Path
) -> None:
    officer = signed_in("factory")
    officer.goto(f"/work/unions/{made.union.code}/polls/new/")
    officer.click("a[href='?of=committee_election']")
    officer.fill("[name=title]", "第一届委员会选举")
    officer.fill("[name=seats]", "3")
    officer.click("form.form [type=submit]")
    for number in made.numbers:
        officer.fill("form[action$='/candidate/'] [name=number]", number)
        officer.click("form[action$='/candidate/'] [type=submit]")
    officer.click("form[action$='/roll/'] [type=submit]")
    officer.click("form[action$='/open/'] [type=submit]")
    poll = Poll.objects.get()
    assert (poll.state, poll.entitled) == ("open", VOTERS)

    for place in range(VOTERS):
        phone = signed_in(f"voter-{place}", phone=True, script=place % 2 == 0)
        phone.goto("/polls/")
        phone.click("text=打开")
        phone.click(f"a[href='/polls/{poll.pk}/vote/']")
        for number in (1, 2, 3):
            phone.check(f"[name='committee.{number}'][value=for]", force=True)
        phone.click("main [type=submit]")
        phone.get_by_text("请核对您的选票").first.wait_for()
        phone.click("main [type=submit] >> nth=0")
        phone.get_by_text("选票已投入票箱").first.wait_for()
        wide = phone.evaluate("document.documentElement.scrollWidth") if place % 2 == 0 else 0
        assert wide <= 390

    officer.goto(f"/work/polls/{poll.pk}/")
    officer.click("form[action$='/count/'] [type=submit]")
    stranger = window()
    stranger.goto(f"/polls/{poll.pk}/result/")
    assert stranger.locator("text=当选").count() >= 3
    for name, link in (("ballots.csv", "ballots.csv"), ("result.json", "result.json"), ("recount.py", ".py")):
        with stranger.expect_download() as download:
            stranger.click(f"a[href$='{link}']")
        download.value.save_as(tmp_path / name)
    program = [
        sys.executable,
        "-I",
        "recount.py",
        "ballots.csv",
        "result.json",
    ]
    told = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (told.returncode, "everything published is right" in told.stdout) == (0, True), told.stdout
