"""Every bench there is runs at a size that takes seconds and finds no broken promise: what a room adds may break one
that nobody measures today."""

import json
import subprocess
import sys

import pytest

from zhijia.kernel import benches

ROWS = 1_000

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", sorted(benches.announced()))
def test_a_bench_runs_and_finds_nothing_broken(name: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "zhijia.web", "bench", name, "--rows", str(ROWS), "--json"],
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
    told = json.loads(run.stdout.splitlines()[-1])

    assert told["bench"] == name
    assert told["violations"] == 0
    assert told["rate"] > 0
    assert told["limit"] > 0
