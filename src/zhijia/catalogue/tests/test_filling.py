"""One place of a definition is read or changed, and nothing else."""

from typing import Any

import pytest

from zhijia.catalogue.filling import shapes, tree
from zhijia.catalogue.register_rules import Register
from zhijia.catalogue.round_rules import Round

LIST: dict[str, Any] = {
    "title": ["name"],
    "fields": [
        {"name": "name", "choices": [{"code": "yes"}, {"code": "no"}]},
        {"name": "day"},
    ],
    "gives": {"pay": {"fund": "own"}},
}


@pytest.mark.parametrize(
    ("text", "place"),
    [("", ()), ("fields.1", ("fields", 1)), ("fields.new", ("fields", "new")), ("gives", ("gives",))],
)
def test_an_address_names_a_place_and_back(text: str, place: tree.Place) -> None:
    assert tree.place_of(text) == place
    assert tree.text_of(place) == text


@pytest.mark.parametrize(
    "text", ["__class__", "Fields", "fields.-1", "fields..1", "a." * 12 + "a", "fields.99999", "字段"]
)
def test_an_address_that_can_name_no_place_is_refused(text: str) -> None:
    with pytest.raises(tree.NoPlace):
        tree.place_of(text)


def test_a_change_leaves_the_tree_it_was_made_of_as_it_was() -> None:
    before = str(LIST)
    changed, place = tree.add(LIST, ("fields",), {"name": "until"})
    assert place == ("fields", 2)
    assert tree.get(changed, place) == {"name": "until"}
    assert tree.get(tree.put(LIST, ("fields", 1), {"name": "x"}), ("fields", 1, "name")) == "x"
    assert [one["name"] for one in tree.move(LIST, ("fields", 0), 1)["fields"]] == ["day", "name"]
    assert tree.move(LIST, ("fields", 1), 1) == LIST
    assert tree.remove(LIST, ("gives",)).keys() == {"title", "fields"}
    assert str(LIST) == before


def test_a_list_goes_with_its_last_entry_and_comes_with_its_first() -> None:
    emptied = tree.remove(tree.remove(LIST, ("fields", 0)), ("fields", 0))
    assert "fields" not in emptied
    assert tree.add(emptied, ("fields",), {"name": "a"})[0]["fields"] == [{"name": "a"}]


@pytest.mark.parametrize(
    "place", [("nobody",), ("fields", 7), ("title", "x"), ("gives", 0), ("fields", 0, "name", "x")]
)
def test_there_is_nothing_at_a_place_nobody_wrote(place: tree.Place) -> None:
    with pytest.raises(tree.NoPlace):
        tree.get(LIST, place)


@pytest.mark.parametrize(
    ("taken", "words", "name"),
    [
        (set(), "Budget of the year", "budget_of_the_year"),
        ({"budget"}, "Budget", "budget_2"),
        ({"budget", "budget_2"}, "Budget", "budget_3"),
        ({"a", "b"}, "预算", "field_3"),
        ({"a", "field_3", "b"}, "", "field_4"),
        (set(), "2026 plan", "plan"),
        (set(), "x" * 80, "x" * 40),
    ],
)
def test_a_new_part_gets_a_name_of_its_own(taken: set[str], words: str, name: str) -> None:
    assert tree.fresh_name(taken, words, "fields") == name


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("fields.1.label", ("fields", 1, "label")),
        ("fields.day", ("fields", 1)),
        ("fields.name.no", ("fields", 0, "choices", 1)),
        ("gives.pay", ("gives", "pay")),
        ("title", ("title",)),
        ("", ()),
    ],
)
def test_a_sentence_leads_to_the_place_it_names(key: str, place: tree.Place) -> None:
    assert tree.found(LIST, key) == place


@pytest.mark.parametrize(
    ("what", "name", "place"),
    [
        ("title", "name", ("title", 0)),
        ("title", "gone", ("title",)),
        ("field", "day", ("fields", 1)),
        ("", "", ()),
    ],
)
def test_a_sentence_about_the_whole_leads_to_who_says_it(what: str, name: str, place: tree.Place) -> None:
    assert tree.meant(LIST, what, name) == place


@pytest.mark.parametrize(
    ("written", "fits"),
    [
        ({"fields": [{"name": "a"}]}, True),
        ({"fields": {"name": "a"}}, False),
        ({"fields": ["a"]}, False),
        ({"label": "a"}, False),
        ({"label": {"en": 5}}, False),
        ({"title": ["a", ["b"]]}, False),
        ({"public": {"a": 1}}, False),
        ({"nobody_knows": [1]}, True),
        (["a"], False),
    ],
)
def test_forms_show_what_has_the_outline_of_its_model(written: Any, fits: bool) -> None:
    assert shapes.fits(Register, written) is fits


def test_a_place_has_the_model_of_the_part_that_stands_there() -> None:
    assert shapes.model_at(Round, ("gives", "pay")).__name__ == "Pay"
    assert shapes.model_at(Round, ("stages", 0, "criteria", 3)).__name__ == "Criterion"
    assert shapes.list_at(Round, ("stages",)).name == "stages"
    for place in (("stages",), ("stages", "x"), ("days",), ("stages", 0, 1)):
        with pytest.raises(tree.NoPlace):
            shapes.model_at(Round, place)
