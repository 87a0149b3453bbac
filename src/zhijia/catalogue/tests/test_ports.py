"""Ports: one answer to a name, and a clear word where there is none."""

import pytest

from zhijia.catalogue import places, ports


@pytest.fixture
def clean(monkeypatch):
    monkeypatch.setattr(ports, "_functions", {})


def double(number, *, plus=0):
    return number * 2 + plus


def test_a_call_reaches_the_function_that_was_registered(clean):
    ports.register("test.double", double)
    assert ports.call("test.double", 2, plus=1) == 5
    assert ports.answered("test.double")


def test_a_name_nobody_answers_is_said(clean):
    with pytest.raises(ports.UnknownPort, match="port test"):
        ports.call("test.nothing")


def test_another_function_under_the_same_name_is_refused(clean):
    ports.register("test.double", double)
    ports.register("test.double", double)
    with pytest.raises(ValueError, match="already"):
        ports.register("test.double", lambda number: number)
    assert ports.call("test.double", 2) == 4


@pytest.mark.parametrize(
    ("code", "level"),
    [("", 0), ("34", 1), ("3410", 2), ("341000000000", 2), ("340102", 3), ("340110", 3), ("340102001", 4),
     ("340102010000", 4), ("340102001001", 5)],
)  # fmt: skip
def test_the_level_of_a_division_follows_from_its_code(code, level):
    assert places.level(code) == level


def test_a_division_lies_in_everything_above_it_once():
    assert places.division_chain("340102") == ("340102000000", "340100000000", "340000000000", "000000000000")
    assert places.division_chain("") == ("000000000000",)
