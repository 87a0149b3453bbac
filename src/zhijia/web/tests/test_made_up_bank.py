"""The bank the demo pays through: it has the account the demo's payments go out from."""

import json
import os
import subprocess
import time
import urllib.request

from django.core.management import call_command

from zhijia.kernel.processes import leash
from zhijia.web.demo.words import words


def test_the_account_the_demo_pays_from_is_open_at_the_bank_from_its_start(settings, monkeypatch, tmp_path):
    settings.DEMO = True
    started = []
    monkeypatch.setattr(os, "execv", lambda _program, command: started.append(command))
    call_command("bank", data=tmp_path)
    kept = words("payments")["bank"]

    with subprocess.Popen(started[0], stdout=subprocess.DEVNULL, preexec_fn=leash()) as bank:
        try:
            limit = time.monotonic() + 20
            while not (tmp_path / "address").exists():
                assert time.monotonic() < limit
                time.sleep(0.02)
            address = (tmp_path / "address").read_text().strip()
            with urllib.request.urlopen(f"{address}/accounts/{kept['number']}", timeout=10) as answer:
                assert json.load(answer)["balance"] == kept["holds_yuan"] * 100
        finally:
            bank.kill()
