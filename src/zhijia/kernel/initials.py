"""The first letters by which people type a name: 张伟 is zw, 曾庆红 is zqh. Pure; a name or a whole column of them."""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SOURCE = Path(__file__).parent / "data" / "initials.txt"
READINGS = SOURCE.with_name("readings.txt")
"""What is read otherwise than alone: at the head of a name, in a surname of two characters, inside a name."""
LAST = 0x323AF


def initials(name: str) -> str:
    """The letters of one name, lower case; what has no reading (dots, spaces, signs) is left out."""
    return str(initials_of(np.array([name]))[0], "ascii")


def initials_of(names: NDArray[np.str_]) -> NDArray[np.bytes_]:
    """The letters of each name of a column (kind U), as plain characters (kind S), in order."""
    if not len(names) or not names.dtype.itemsize:
        return np.zeros(len(names), "S1")
    width = names.dtype.itemsize // 4
    codes = np.ascontiguousarray(names).view(np.uint32).reshape(len(names), width)
    codes = np.minimum(codes, LAST)
    anywhere, first, pairs = _tables()
    letters = anywhere[codes]
    letters[:, 0] = first[codes[:, 0]]
    if width > 1:
        for surname, read in pairs.items():
            here = (codes[:, 0] == ord(surname[0])) & (codes[:, 1] == ord(surname[1]))
            letters[here, :2] = np.frombuffer(read.encode(), np.uint8)
        gaps = np.flatnonzero(((letters[:, :-1] == 0) & (letters[:, 1:] != 0)).any(axis=1))
        order = np.argsort(letters[gaps] == 0, axis=1, kind="stable")
        letters[gaps] = np.take_along_axis(letters[gaps], order, axis=1)
    return letters.view(f"S{width}").ravel()


@lru_cache(maxsize=1)
def _tables() -> tuple[NDArray[np.uint8], NDArray[np.uint8], dict[str, str]]:
    """The letter of each code point inside a name, and at the head of one (0 where there is none); the letters of
    surnames of two characters."""
    anywhere = np.zeros(LAST + 1, np.uint8)
    for line in SOURCE.read_text(encoding="utf-8").splitlines():
        letter, _, characters = line.partition(" ")
        anywhere[np.array([ord(character) for character in characters])] = ord(letter)
    for letter in "abcdefghijklmnopqrstuvwxyz":
        anywhere[[ord(letter), ord(letter.upper())]] = ord(letter)
    told = [line.split(" ") for line in READINGS.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    _read(anywhere, told, "inside")
    first = anywhere.copy()
    _read(first, told, "first")
    return anywhere, first, {surname: letters for where, letters, surname in told if where == "pair"}


def _read(table: NDArray[np.uint8], told: list[list[str]], place: str) -> None:
    for where, letter, characters in told:
        if where == place:
            table[[ord(character) for character in characters]] = ord(letter)
