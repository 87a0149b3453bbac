"""A short run of the faults harness: processes killed, lines cut, a bank that is wrong; no promise broken."""

import json
import os
import subprocess
import sys

import pytest

from zhijia.web.database import addresses


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault", ["F1", "F2", "F3", "F4", "F8", "F11", "F12", "F15", "F15 half of a batch by file", "F16"]
)
def test_no_promise_about_money_is_broken(fault):
    command = [
        sys.executable,
        "-m",
        "zhijia_faults",
        "money",
        "--runs",
        "3",
        "--seed",
        "11",
        "--only",
        fault,
        "--json",
    ]
    environment = {
        name: text for name, text in os.environ.items() if name not in addresses.VARIABLES.values()
    }

    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900, check=False)

    assert run.returncode == 0, run.stdout + run.stderr
    told = json.loads(run.stdout.splitlines()[-1])
    assert (told["runs"], told["violations"]) == (3, 0)
