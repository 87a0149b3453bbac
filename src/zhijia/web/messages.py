"""The translations: what the rooms say in English, gathered into each room's catalogue, and the catalogues'
compiled form. Nothing here needs gettext to be installed."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import polib
from babel.messages.extract import extract
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent
CATALOGUES = "*/locale/*/LC_MESSAGES/django.po"
LANGUAGE = "zh_Hans"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """A sentence to translate: English, its plural if it has one, and what tells it from its like."""

    text: str
    plural: str = ""
    context: str = ""


def said_in(room: Path) -> dict[Message, str]:
    """Every sentence the room's code and templates mark for translation, with the first file that does."""
    found: dict[Message, str] = {}
    for file in sorted([*room.rglob("*.py"), *room.rglob("*.html")]):
        if "tests" in file.relative_to(room).parts:
            continue
        for message in _said_in_file(file):
            found.setdefault(message, str(file.relative_to(room.parent)))
    return found


def rooms(package: Path = PACKAGE) -> list[Path]:
    """The folders of the rooms, in order of name."""
    return sorted(file.parent for file in package.glob("*/__init__.py"))


def catalogue_of(room: Path) -> Path:
    """Where the room's Chinese stands."""
    return room / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def update(package: Path = PACKAGE) -> dict[str, list[str]]:
    """Bring each room's catalogue in step with what it says; answers what still wants Chinese, by room.

    A translation is kept, one that another room has for the same sentence is taken over, and an entry nobody
    says any more goes. A catalogue in step is not written."""
    known = _known(package)
    untranslated = {}
    for room in rooms(package):
        said = said_in(room)
        if not said:
            continue
        wanted = _bring_in_step(catalogue_of(room), said, known)
        if wanted:
            untranslated[room.name] = wanted
    return untranslated


def compile_stale(package: Path = PACKAGE) -> list[Path]:
    """Compile every `django.po` newer than its `.mo`; answers those. Raises OSError on a bad file."""
    done = []
    for catalogue in sorted(package.glob(CATALOGUES)):
        compiled = catalogue.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= catalogue.stat().st_mtime:
            continue
        draft = compiled.with_suffix(".mo.new")
        polib.pofile(str(catalogue)).save_as_mofile(str(draft))
        draft.replace(compiled)
        done.append(catalogue)
    return done


def message_of(entry: polib.POEntry) -> Message:
    """The sentence an entry of a catalogue translates."""
    return Message(entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")


def _said_in_file(file: Path) -> Iterator[Message]:
    source = file.read_text(encoding="utf-8")
    if file.suffix == ".html":
        # What is no message becomes a run of X; its indentation would mean something to the reader of Python.
        source = "\n".join(line.lstrip() for line in templatize(source).splitlines())
    options = {"encoding": "utf-8"}
    for _line, texts, _comments, context in extract(
        "python", BytesIO(source.encode()), KEYWORDS, options=options
    ):
        one, many = (texts[0], texts[1]) if isinstance(texts, tuple) else (texts, "")
        if one:
            yield Message(one, many, context or "")


def _known(package: Path) -> dict[Message, polib.POEntry]:
    found: dict[Message, polib.POEntry] = {}
    for path in sorted(package.glob(f"*/locale/{LANGUAGE}/LC_MESSAGES/django.po")):
        for entry in polib.pofile(str(path)):
            if entry.translated():
                found.setdefault(message_of(entry), entry)
    return found


def _bring_in_step(path: Path, said: dict[Message, str], known: dict[Message, polib.POEntry]) -> list[str]:
    catalogue = polib.pofile(str(path)) if path.exists() else _empty_catalogue()
    have = {message_of(entry): entry for entry in catalogue}
    gone = [entry for message, entry in have.items() if message not in said or entry.obsolete]
    fresh = [message for message in said if message not in have or have[message].obsolete]
    for entry in gone:
        catalogue.remove(entry)
    for message in fresh:
        catalogue.append(_new_entry(message, known.get(message)))
    if gone or fresh:
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(path))
    return [entry.msgid for entry in catalogue if not entry.translated()]


def _new_entry(message: Message, same: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(msgid=message.text, msgctxt=message.context or None)
    if message.plural:
        entry.msgid_plural = message.plural
        entry.msgstr_plural = dict(same.msgstr_plural) if same else {0: ""}
    elif same:
        entry.msgstr = same.msgstr
    if "%(" in message.text:
        entry.flags.append("python-format")
    return entry


def _empty_catalogue() -> polib.POFile:
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Project-Id-Version": "zhijia",
        "Language": LANGUAGE,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return catalogue
