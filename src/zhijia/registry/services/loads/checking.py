"""The checks of the roster page over whole columns: numpy and polars pass the rows that are sound beyond doubt, all
others go through `imports.rules` as on the page. So a row gets the same answer here and there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from zhijia.kernel import codes, sheets
from zhijia.registry.services.imports import rules
from zhijia.registry.services.imports.batches import (
    NAME,
    NUMBER,
    PHONE,
    Batch,
    Coded,
    Places,
    by_width,
    listed,
)
from zhijia.registry.services.imports.ground import Ground
from zhijia.registry.services.imports.rules import Field, Mistake, Terms
from zhijia.registry.services.loads.sources import UNION
from zhijia.vault import services as vault

TYPE = "id_type"
KIND = "registry_person.id_number"
_BY_SHAPE = (NUMBER, PHONE, NAME, UNION)
_SAMPLE = f"^(?:{'|'.join(rules.SAMPLES)})"
_PLAIN_NAME = r"^[\u4e00-\u9fff]{1,%d}$"
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found in a piece: rows with somebody in them, batches of rows that stand, and everything wrong by the
    row's place in the piece."""

    people: int
    batches: Sequence[Batch]
    mistakes: Sequence[Mistake]


def cells(column: pl.Series, width: int) -> tuple[Places, NDArray[np.uint8]]:
    """The rows whose text has this many plain characters, and these as rows of bytes."""
    fits = np.flatnonzero((column.str.len_bytes() == width).to_numpy())
    raw = column.gather(fits).str.join("").item().encode() if len(fits) else b""
    found = np.frombuffer(raw, np.uint8).reshape(-1, width)
    return fits, found


def sound_numbers(column: pl.Series, day: date) -> tuple[Places, NDArray[np.uint8]]:
    """The rows whose resident number is sound as it stands, and these numbers."""
    fits, found = cells(column, 18)
    good = codes.sound_resident_ids(found, day)
    return fits[good], found[good]


def people_of(frame: pl.DataFrame) -> Places:
    """The rows with somebody in them: not blank, and not the sample row of our own template."""
    names = frame[NAME]
    said = names.str.len_bytes() > 0
    if not said.all():
        said = frame.select(
            pl.any_horizontal(pl.col(column).str.strip_chars() != "" for column in frame.columns)
        ).to_series()
    sample = names.str.strip_chars().str.contains(_SAMPLE)
    return np.flatnonzero((said & ~sample).to_numpy())


def check(frame: pl.DataFrame, ground: Ground, doubles: Mapping[int, int]) -> Seen:
    """Check every row of a piece. `doubles` are the rows whose number stood in the file before, with the number of
    that earlier row."""
    people = people_of(frame)
    if len(people) < len(frame):
        frame = frame[people]
    many = len(frame)
    if not many:
        return Seen(0, [], [])
    mistakes: list[Mistake] = []
    union = _unions(frame, ground, mistakes)
    unions = union.which if ground.only is None else np.full(many, ground.only)
    wrong_union = np.zeros(many, bool)
    wrong_union[[mistake.row for mistake in mistakes]] = True
    sound, batch = _sound(frame, ground, np.where(wrong_union, 0, unions))
    twice = np.isin(people, np.fromiter(doubles, np.int64, len(doubles)))
    odd = np.flatnonzero(~sound)
    told, good = _odd(frame[odd], odd, ground, np.where(wrong_union, 0, unions)[odd])
    mistakes += told
    mistakes += [
        Mistake(place, NUMBER, "id_twice", doubles[int(people[place])])
        for place in np.flatnonzero(twice).tolist()
    ]
    stands = ~(wrong_union | twice)
    batches = [_kept(made, stands, people, unions) for made in (batch, good) if made is not None]
    mistakes = [
        Mistake(int(people[mistake.row]), mistake.field, mistake.code, mistake.number) for mistake in mistakes
    ]
    return Seen(many, [made for made in batches if len(made.rows)], sorted(mistakes, key=lambda one: one.row))


def _unions(frame: pl.DataFrame, ground: Ground, mistakes: list[Mistake]) -> Coded:
    """Where each row is, by its place in the ground; what cannot be loaded is a mistake."""
    if ground.only is not None:
        return Coded([ground.only], np.zeros(len(frame), np.int64))
    found = coded(frame[UNION])
    places, why = [], []
    for text in found.values:
        place = ground.unions.places.get(text.strip(), -1)
        reason = "union_missing" if not text.strip() else "union_unknown"
        places.append(max(place, 0))
        why.append(reason if place < 0 else ground.unions.refused.get(place, ""))
    for number, reason in enumerate(why):
        if reason:
            mistakes += [
                Mistake(row, UNION, reason) for row in np.flatnonzero(found.which == number).tolist()
            ]
    return Coded(places, np.array(places, np.int64)[found.which])


def coded(column: pl.Series) -> Coded:
    """A column of texts as its different texts and which of them each row has."""
    different = column.unique(maintain_order=True)
    places = pl.Series(np.arange(len(different), dtype=np.uint32))
    which = column.replace_strict(different, places, return_dtype=pl.UInt32)
    return Coded(different.to_list(), which.to_numpy().astype(np.int64))


def _sound(frame: pl.DataFrame, ground: Ground, unions: Places) -> tuple[Flags, Batch | None]:
    """Which rows are sound beyond doubt, and these."""
    many = len(frame)
    sound = np.zeros(many, bool)
    fits, numbers = sound_numbers(frame[NUMBER], ground.day)
    sound[fits] = True
    fits_phone, phones = cells(frame[PHONE], 11)
    sound &= _flags(many, fits_phone[codes.sound_mobiles(phones)])
    longest = ground.specs[NAME].longest
    sound &= frame[NAME].str.contains(_PLAIN_NAME % longest).to_numpy()
    fields: dict[str, Coded] = {}
    for code in frame.columns:
        if code in _BY_SHAPE:
            continue
        fields[code], wrong = _cleaned(frame[code], ground.specs[code])
        sound &= ~wrong[fields[code].which]
    if TYPE in fields:
        usual = np.array([value in (None, rules.RESIDENT_ID) for value in fields[TYPE].values])
        sound &= usual[fields[TYPE].which]
    births, sexes = np.zeros(many, np.int64), np.zeros(many, np.int64)
    births[fits], sexes[fits] = codes.born_and_sex(numbers)
    sound &= births <= ground.unions.youngest[unions]
    _agree(sound, fields, births, sexes, ground)
    rows = np.flatnonzero(sound)
    if not len(rows):
        return sound, None
    births, sexes = births[rows], sexes[rows]
    days, which = np.unique(births, return_inverse=True)
    held = {code: column.at(rows) for code, column in fields.items()}
    held["birth_date"] = Coded([_date(day) for day in days.tolist()], which)
    held["sex"] = Coded(["1", "2"], sexes - 1)
    held[TYPE] = Coded([rules.RESIDENT_ID], np.zeros(len(rows), np.int64))
    names, texts, mobiles = (frame[code].gather(rows).cast(pl.Binary) for code in (NAME, NUMBER, PHONE))
    return sound, Batch(rows, rows, names, texts, mobiles, held)


def _agree(sound: Flags, fields: Mapping[str, Coded], births: Places, sexes: Places, ground: Ground) -> None:
    """Leave out what contradicts the number, and days out of order: the rules word these."""
    if "birth_date" in fields:
        said = fields["birth_date"]
        whole = np.array([_said_day(value) for value in said.values])[said.which]
        sound &= (whole == 0) | (whole == births) | (whole == births // 100)
    if "sex" in fields:
        said = fields["sex"]
        known = [0 if value is None or value in rules.UNSAID_SEXES else int(value) for value in said.values]
        sound &= np.isin(np.array(known)[said.which] - sexes, (0,)) | (np.array(known)[said.which] == 0)
    today = int(f"{ground.day:%Y%m%d}")
    for code in ("hired_on", "joined_on"):
        if code in fields:
            days = np.array([_said_day(value) for value in fields[code].values])[fields[code].which]
            least = int(f"{ground.specs[code].earliest:%Y%m%d}")
            sound &= (days == 0) | ((days <= today) & (days >= least) & (days >= births))


def _cleaned(column: pl.Series, spec: Field) -> tuple[Coded, Flags]:
    """The column in clean values, and which of the different values are wrong or want a second look."""
    found = coded(column)
    mistakes: list[Mistake] = []
    values = rules.clean_column(found.values, spec, mistakes)
    wrong = np.array([text == sheets.LOST for text in found.values] or [False])
    wrong[[mistake.row for mistake in mistakes]] = True
    return Coded(values, found.which), wrong


def _odd(
    frame: pl.DataFrame, places: Places, ground: Ground, unions: Places
) -> tuple[list[Mistake], Batch | None]:
    """The other rows by the rules of the page; what is wrong by place, and those that stand."""
    mistakes: list[Mistake] = []
    columns: dict[str, list[Any]] = {}
    good: list[int] = []
    shown = frame.drop(UNION, strict=False)
    for age in np.unique(ground.unions.minimum_ages[unions]).tolist():
        here = np.flatnonzero(ground.unions.minimum_ages[unions] == age)
        texts = {code: shown[code].gather(here).to_list() for code in shown.columns}
        found = rules.check(texts, ground.specs, Terms(ground.day, age))
        told = [mistake for mistake in found.mistakes if mistake.code != "id_twice"]
        wrong = {mistake.row for mistake in told}
        mistakes += [Mistake(int(places[here[one.row]]), one.field, one.code, one.number) for one in told]
        stand = [row for row in range(found.rows) if row not in wrong]
        good += here[stand].tolist()
        for code, values in found.values.items():
            columns.setdefault(code, []).extend(values[row] for row in stand)
    if not good:
        return mistakes, None
    rows = places[np.array(good)]
    texts_of = {
        code: pl.Series([value.encode() for value in columns.pop(code)], dtype=pl.Binary)
        for code in (NAME, NUMBER, PHONE)
    }
    fields = {code: listed(values) for code, values in columns.items()}
    return mistakes, Batch(rows, rows, texts_of[NAME], texts_of[NUMBER], texts_of[PHONE], fields)


def _kept(batch: Batch, stands: Flags, people: Places, unions: Places) -> Batch:
    """The rows of the batch that stand, with their places in the piece and their unions."""
    keep = np.flatnonzero(stands[batch.rows])
    rows = batch.rows[keep]
    return replace(batch.at(keep), rows=people[rows], unions=unions[rows])


def _flags(many: int, rows: Places) -> Flags:
    found = np.zeros(many, bool)
    found[rows] = True
    return found


def _said_day(value: Any) -> int:
    """A day as yyyymmdd, year and month as yyyymm, nothing as 0."""
    if value is None:
        return 0
    return value[0] * 100 + value[1] if isinstance(value, tuple) else int(f"{value:%Y%m%d}")


def _date(day: int) -> date:
    return date(day // 10_000, day // 100 % 100, day % 100)


def blinds(frame: pl.DataFrame, ground: Ground) -> NDArray[np.uint8]:
    """The keyed index of the identity number of each row, sixteen bytes a row; zeros where there is no sound one."""
    found = np.zeros((len(frame), 16), np.uint8)
    people = people_of(frame)
    frame = frame[people]
    types: list[Any] = [rules.RESIDENT_ID] * len(frame)
    if TYPE in frame.columns:
        cleaned, _wrong = _cleaned(frame[TYPE], ground.specs[TYPE])
        said = [rules.RESIDENT_ID if value is None else value for value in cleaned.values]
        types = [said[which] for which in cleaned.which.tolist()]
    fits, numbers = sound_numbers(frame[NUMBER], ground.day)
    usual = np.array([kind == rules.RESIDENT_ID for kind in types], bool)[fits]
    found[people[fits[usual]]] = vault.index_column(KIND, numbers[usual])
    odd = np.setdiff1d(np.arange(len(frame)), fits[usual])
    if len(odd):
        texts = frame[NUMBER].gather(odd).to_list()
        values = rules.numbers_of(texts, [types[row] for row in odd.tolist()], Terms(ground.day, 0), [])
        column = pl.Series([None if value is None else value.encode() for value in values], dtype=pl.Binary)
        for where, raw in by_width(column):
            found[people[odd[where]]] = vault.index_column(KIND, raw)
    return found
