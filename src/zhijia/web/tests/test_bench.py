"""The frame of the benches: what is printed, how parts take turns, and a client that counts what is wrong."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from itertools import count
from typing import ClassVar

import pytest
from django.core.management import CommandError, call_command

from zhijia.kernel import benches
from zhijia.kernel.benches import Result
from zhijia.web.bench import client
from zhijia.web.management.commands.bench import _table

FIELDS = {"bench", "rows", "seconds", "rate", "limit", "against", "ratio", "peak_mb", "violations", "detail"}
RESULT = Result(bench="one", rows=10, seconds=2, rate=5, limit=20, against="nothing", peak_mb=3, p95_ms=7.25)


def test_a_result_has_the_fields_people_and_checks_rely_on():
    told = Result(
        bench="all", rows=10, seconds=2, rate=5, limit=20, against="nothing", peak_mb=3, parts=(RESULT,)
    ).as_json()  # fmt: skip

    assert set(told) == FIELDS | {"parts"}
    assert set(told["parts"][0]) == FIELDS | {"p95_ms"}
    assert told["ratio"] == 0.25
    assert json.loads(json.dumps(told)) == told


def test_a_limit_of_nothing_makes_no_ratio():
    assert Result(bench="x", rows=0, seconds=0, rate=5, limit=0, against="", peak_mb=0).ratio == 0


def test_parts_take_turns():
    seen = []

    answers = benches.alternately(lambda: seen.append("a") or 1, lambda: seen.append("b") or 2, rounds=3)

    assert seen == ["a", "b"] * 3
    assert answers == [[1, 1, 1], [2, 2, 2]]


def test_two_benches_never_share_a_name(monkeypatch):
    monkeypatch.setattr(benches, "_benches", {})
    benches.announce("one", test_parts_take_turns)

    with pytest.raises(ValueError):
        benches.announce("one", test_a_limit_of_nothing_makes_no_ratio)


def test_the_table_for_people_shows_every_part_and_the_violations():
    text = _table(
        Result(bench="all", rows=1000, seconds=2, rate=5, limit=20, against="an empty view", peak_mb=3,
               violations=4, parts=(RESULT,))
    )  # fmt: skip

    assert "one" in text
    assert "0.250" in text
    assert "against: an empty view" in text
    assert "4 violations" in text


class Server(BaseHTTPRequestHandler):
    """Every other answer is a failure."""

    protocol_version = "HTTP/1.1"
    numbers = count()
    told: ClassVar[list[bool]] = []

    def do_GET(self):
        good = next(Server.numbers) % 2 == 1
        Server.told.append(good)
        self.send_response(200 if good else 500)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args):
        pass


def test_the_client_counts_good_answers_and_wrong_ones_apart():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    tally = client.drive(server.server_port, "/", clients=2, seconds=1.0)

    server.shutdown()
    assert (tally.wrong, len(tally.milliseconds)) == (Server.told.count(False), Server.told.count(True))
    assert tally.wrong > 0
    assert tally.p95 > 0


@pytest.mark.parametrize(
    ("words", "settings_of"), [(["pages", "--rows", "-1"], {}), (["pages"], {"PRODUCTION": True})]
)
def test_a_bench_that_cannot_run_says_so_in_a_sentence(words, settings_of, settings):
    for name, value in settings_of.items():
        setattr(settings, name, value)

    with pytest.raises(CommandError):
        call_command("bench", *words, stdout=StringIO())
