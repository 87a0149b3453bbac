"""Everything people read is there in both languages."""

import re
import tokenize
from collections import defaultdict
from pathlib import Path
from typing import Any

import polib
import pytest

from zhijia.catalogue import definitions
from zhijia.catalogue.text import Text
from zhijia.web import messages

SAID = {room: said for room in messages.rooms() if (said := messages.said_in(room))}
ROOMS = list(SAID)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]")
CHINESE = re.compile(r"[\u3400-\u9fff]")
SOURCE = messages.PACKAGE
# Where Chinese stands in code because it is data or a sample of input, not a sentence to a reader.
CHINESE_IN_CODE = {
    "web/demo": "the demo province's made-up people, firms and unions",
    "catalogue/data": "tables made from public sources",
    "kernel/codes/synthetic.py": "made-up codes",
    "ui/calendar_fields.py": "how people write days and months",
    "ui/samples.py": "samples of the design's parts",
    "catalogue/divisions.py": "names in the table of divisions that stand for no place",
    "kernel/masking.py": "how an address is written",
    "registry/management/commands": "examples in the help of a command",
    "registry/bench": "made-up rosters",
    "registry/services/imports/headers.py": "what people write in a sheet",
    "registry/services/imports/rules.py": "what people write in a sheet",
    "registry/services/imports/template.py": "the mark of the sample row in a sheet",
    "ui/templates/ui/gallery": "samples of the design's parts",
    "rules/": "the rules' own words: both languages at once, made sentence by sentence",
    "registry/rule_fields.py": "labels of what rules ask for, both languages beside each other",
    "registry/rule_questions.py": "what is asked and what shows it, both languages beside each other",
    "registry/rule_forms.py": "labels of what rules ask for, both languages beside each other",
    "administration/management/commands/rule.py": "a rule explained in both languages at once",
    "administration/services/kinds.py": "what is wrong in a typed definition, both languages beside each other",
    "administration/services/numbers.py": "what people type for yes and no",
    "catalogue/written.py": "what is wrong in a typed definition, both languages beside each other",
    "catalogue/sentences/": "what is wrong with a definition, both languages beside each other",
    "catalogue/matter_items.py": "a question made of a matter's name, both languages beside each other",
    "ledger/rule_fields.py": "labels of what rules ask for, both languages beside each other",
    "payments/rule_fields.py": "labels of what rules ask for, both languages beside each other",
    "catalogue/register_rules.py": "the two states of a list that names none, both languages beside each other",
    "registers/bench": "made-up rooms",
    "registers/hours.py": "how people write weekdays and hours",
    "registers/words.py": "which letters are Chinese",
    "catalogue/asking/answers.py": "what people type into a form",
    "matters/services/telling.py": "a word in both languages for a message",
    "matters/committee.py": "what people type into a form",
    "matters/roster_forms.py": "what people type into a form",
    "dues/cells.py": "what the tax office writes in a sheet",
    "matters/bench": "made-up people and what they ask for",
}
CHINESE_WORDS = {
    "中文": "a language is named in itself",
    "职家": "the platform's own name",
    "工会法": "the name of a law",
}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_sentence_of_a_room_is_translated(room: Path) -> None:
    catalogue = polib.pofile(str(messages.catalogue_of(room)))
    have = {messages.message_of(entry) for entry in catalogue if entry.translated()}

    said = set(SAID[room])
    assert sorted(message.text for message in said - have) == []
    assert [entry.msgid for entry in catalogue if entry.fuzzy or entry.obsolete] == []
    assert [entry.msgid for entry in catalogue if messages.message_of(entry) not in said] == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_translation_has_the_placeholders_of_its_sentence(room: Path) -> None:
    wrong = [
        entry.msgid
        for entry in polib.pofile(str(messages.catalogue_of(room)))
        for chinese in ([entry.msgstr] if entry.msgstr else entry.msgstr_plural.values())
        if sorted(PLACEHOLDER.findall(chinese))
        != sorted(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    ]

    assert wrong == []


def test_one_sentence_has_one_translation_in_all_rooms() -> None:
    """Django looks through all catalogues: the first room's translation would stand in the others."""
    said: dict[Any, set[str]] = defaultdict(set)
    for room in ROOMS:
        for entry in polib.pofile(str(messages.catalogue_of(room))):
            said[messages.message_of(entry)].add(entry.msgstr or entry.msgstr_plural.get(0, ""))

    assert {message.text: told for message, told in said.items() if len(told) > 1} == {}


def test_every_definition_speaks_both_languages() -> None:
    missing, seen = [], 0
    for where, text in _texts(definitions.load(), "definitions"):
        seen += 1
        if not text.en.strip() or not CHINESE.search(text.zh + "中" * (text.zh == text.en)):
            missing.append(where)
        if CHINESE.search(text.en) and not text.en.isascii() and "”" not in text.en:
            missing.append(f"{where}: Chinese in the English")

    assert seen > 300
    assert missing == []


def test_every_unit_of_a_parameter_has_a_name() -> None:
    units = {parameter.unit.replace(" ", "_") for parameter in definitions.load().parameters.values()}

    assert units <= {option.code for option in definitions.load().codes["units"].options}


def test_no_chinese_stands_in_code_or_templates() -> None:
    found = []
    shown = [message.text for said in SAID.values() for message in said if CHINESE.search(message.text)]
    for file in sorted(SOURCE.rglob("*")):
        place = str(file.relative_to(SOURCE))
        if file.suffix not in (".py", ".html") or "/tests/" in place:
            continue
        if any(place.startswith(allowed) for allowed in CHINESE_IN_CODE):
            continue
        for line, text in _strings(file):
            if any(text.strip("\"'") in message for message in shown):
                continue  # a sentence for translation that shows what to type
            rest = text
            for word in [*CHINESE_WORDS, *shown]:
                rest = rest.replace(word, "")
            if CHINESE.search(rest):
                found.append(f"{place}:{line}: {text.strip()[:60]}")

    assert not found, "\n".join(found)


def _texts(thing: Any, where: str) -> Any:
    if isinstance(thing, Text):
        yield where, thing
    elif isinstance(thing, dict):
        for key, value in thing.items():
            yield from _texts(value, f"{where}.{key}")
    elif isinstance(thing, (list, tuple, frozenset, set)):
        for number, value in enumerate(thing):
            yield from _texts(value, f"{where}.{number}")
    elif hasattr(thing, "__dict__") or hasattr(thing, "__slots__"):
        names = getattr(thing, "__dict__", None) or {
            name: getattr(thing, name) for name in getattr(thing, "__slots__", ()) if hasattr(thing, name)
        }
        for key, value in names.items():
            yield from _texts(value, f"{where}.{key}")


def _strings(file: Path) -> Any:
    """The literals of code (docstrings left out: they are for engineers), the lines of a template."""
    if file.suffix == ".html":
        yield from enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        return
    with tokenize.open(file) as source:
        for token in tokenize.generate_tokens(source.readline):
            if token.type == tokenize.STRING and not token.string.lstrip("rbuf").startswith('"""'):
                yield token.start[0], token.string
