"""A stranger counts the published ballots anew with the program beside the result: nothing of ours is needed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from zhijia.questionnaires import rules, versions
from zhijia.questionnaires.models import Poll
from zhijia.questionnaires.queries import results
from zhijia.questionnaires.tests.world import Hall, hall

PROGRAM = Path(__file__).resolve().parents[1] / "static" / "questionnaires" / "recount.py"


@pytest.fixture
def counted(db: Any) -> Poll:
    made: Hall = hall(6)
    poll = made.poll()
    for place, chosen in enumerate([(1, 2, 3), (1, 2, 3), (1, 2, 3), (1, 2, 3), (1, 4)]):
        made.vote(place, poll, *chosen)
    return made.count(poll)


def recount(folder: Path, ballots: str, claimed: dict[str, Any]) -> tuple[int, str]:
    (folder / "ballots.csv").write_text(ballots, encoding="utf-8")
    (folder / "result.json").write_text(json.dumps(claimed), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(PROGRAM), "ballots.csv", "result.json"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def as_files(poll: Poll) -> tuple[str, dict[str, Any]]:
    asked = versions.definition(poll.version)
    return rules.published(list(results.strips(poll))), results.as_data(poll, asked)


def test_a_stranger_counts_anew_and_finds_the_same(counted: Poll, tmp_path: Path) -> None:
    code, said = recount(tmp_path, *as_files(counted))

    assert (code, "everything published is right" in said) == (0, True), said


@pytest.mark.parametrize("forgery", ["line", "twice", "elected", "needed", "stands", "cast"])
def test_whatever_is_forged_is_found(counted: Poll, tmp_path: Path, forgery: str) -> None:
    ballots, claimed = as_files(counted)
    if forgery == "line":
        ballots = ballots.replace(",4,for", ",4,against")
    elif forgery == "twice":
        ballots += ballots.splitlines()[1] + "\n"
    elif forgery == "elected":
        claimed["decided"]["committee"]["elected"] = ["1", "2", "4"]
    elif forgery == "needed":
        claimed["needed"] = 3
    elif forgery == "stands":
        claimed["stands"] = False
    else:
        claimed["cast"] = 6

    code, said = recount(tmp_path, ballots, claimed)

    assert code == 1
    assert said
