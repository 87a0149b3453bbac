"""What serves each capability: the table is whole, names nothing that is not there, and the page is its own."""

import json
from io import StringIO

from django.core.management import call_command

from zhijia.catalogue import capabilities, definitions
from zhijia.catalogue.capabilities import Capability, Kept, Lack
from zhijia.catalogue.management.commands.capabilities import FILE, as_data, page
from zhijia.catalogue.text import Text


def test_every_capability_stands_once_with_both_names_and_what_it_is_to_be_made_of() -> None:
    every = capabilities.every()
    assert len({one.id for one in every}) == len(every) == 298
    assert all(one.label.en and one.label.zh and one.named for one in every)


def test_the_page_is_the_one_the_definitions_give() -> None:
    assert FILE.read_text("utf-8") == page(capabilities.kept(definitions.load())), "zhijia capabilities write"


def test_what_is_not_there_is_missing_by_its_name_and_in_words() -> None:
    by_id = {one["id"]: one for one in as_data(capabilities.kept(definitions.load()))["detail"]}
    station = by_id["union-service-stations"]
    assert "registers/service_station" in station["there"]
    assert station["missing"] == ["stations_open"]
    assert station["lacks"] == "figure: stations open"
    assert station["state"] == "some"


def test_a_piece_that_is_said_to_be_served_by_something_names_what_is_there() -> None:
    library = definitions.load()
    wrong = [
        (one.id, piece.serves)
        for one in capabilities.every()
        for piece in one.named
        if piece.serves != piece.planned
        and not piece.is_page
        and not capabilities.places(piece.serves, library)
    ]
    assert wrong == []


def test_a_code_of_a_kind_that_is_not_there_serves_nothing() -> None:
    library = definitions.load()
    assert capabilities.places("quality/*", library) == ("quality/*",)
    assert capabilities.places("parameters/dues.member_rate", library) == ("parameters/dues.member_rate",)
    assert capabilities.places("parameters/dues.nobody_*", library) == ()
    assert capabilities.places("nothing/*", library) == ()
    assert capabilities.places("stations_open", library) == ()


def test_what_each_missing_piece_would_be_is_known_and_of_no_other() -> None:
    missing = {name for one in capabilities.kept(definitions.load()) for name in one.missing}
    assert missing == capabilities.planned().keys()


def test_only_what_lacks_nothing_has_all() -> None:
    def state(
        *, there: tuple[str, ...], pages: tuple[str, ...] = (), lacks: str = "", lack: bool = False
    ) -> str:
        asked = Capability("x", "a", "r", ("code",), Text(en="x", zh="某"), (), pages, lacks)
        return Kept(asked, there, pages, (Lack("y", "figure"),) if lack else ()).state

    assert state(there=("matters/join",), pages=("/join/",)) == "all"
    assert state(there=("matters/join",)) == "some", "its own code is nowhere"
    assert state(there=("matters/join",), pages=("/join/",), lacks="a file for the bank") == "some"
    assert state(there=("matters/join",), pages=("/join/",), lack=True) == "some"
    assert state(there=(), pages=("/join/",), lack=True) == "pages"
    assert state(there=(), lack=True) == "none"


def test_every_list_serves_a_capability() -> None:
    named = {piece.serves for one in capabilities.every() for piece in one.named}
    assert sorted(definitions.load().registers.keys() - named) == []


def test_the_command_prints_one_object_that_adds_up() -> None:
    out = StringIO()
    call_command("capabilities", "--json", stdout=out)
    told = json.loads(out.getvalue().splitlines()[-1])
    assert sum(told["states"].values()) == told["capabilities"] == len(told["detail"])
