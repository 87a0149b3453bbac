"""What each capability rests on: the table is whole, and its page is the one the catalogue gives."""

import json
from io import StringIO

from django.core.management import call_command

from zhijia.catalogue import capabilities, definitions
from zhijia.catalogue.management.commands.capabilities import FILE, as_data, page


def test_every_capability_stands_once_with_both_names_and_what_it_is_to_be_made_of() -> None:
    every = capabilities.every()
    assert len({one.id for one in every}) == len(every) == 298
    assert all(one.label.en and one.label.zh and one.named for one in every)


def test_the_page_is_the_one_the_definitions_give() -> None:
    assert FILE.read_text("utf-8") == page(capabilities.kept(definitions.load())), "zhijia capabilities write"


def test_what_is_not_there_is_missing_by_its_name() -> None:
    library = definitions.load()
    by_id = {one["id"]: one for one in as_data(capabilities.kept(library))["detail"]}
    station = by_id["union-service-stations"]
    assert "registers/service_station" in station["there"]
    assert "stations_open" in station["missing"]
    assert station["state"] == "some"


def test_every_list_but_those_of_no_capability_serves_one() -> None:
    named = {one.code for capability in capabilities.every() for one in capability.named}
    assert sorted(definitions.load().registers.keys() - named) == ["policy_document"]


def test_the_command_prints_one_object_that_adds_up() -> None:
    out = StringIO()
    call_command("capabilities", "--json", stdout=out)
    told = json.loads(out.getvalue().splitlines()[-1])
    assert sum(told["states"].values()) == told["capabilities"] == len(told["detail"])
