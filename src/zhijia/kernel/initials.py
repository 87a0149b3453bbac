"""The first letters by which people type a name: 张伟 is zw, 曾庆红 is zqh. Pure; a name or a whole column of them."""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SOURCE = Path(__file__).parent / "data" / "initials.txt"
OF_SURNAMES = {
    **dict.fromkeys("秘", "b"),
    **dict.fromkeys("种晟", "c"),
    **dict.fromkeys("句炅", "g"),
    **dict.fromkeys("佴乜", "n"),
    **dict.fromkeys("区", "o"),
    **dict.fromkeys("繁", "p"),
    **dict.fromkeys("仇覃", "q"),
    **dict.fromkeys("单召折", "s"),
    **dict.fromkeys("解郇", "x"),
    **dict.fromkeys("乐", "y"),
    **dict.fromkeys("曾查翟祭藏长", "z"),
}
"""Characters read otherwise in a surname than alone."""
OF_LONG_SURNAMES = {"尉迟": "yc", "万俟": "mq", "澹台": "tt", "单于": "cy", "子车": "zj", "中行": "zh"}
"""Surnames of two characters where either is read otherwise than alone."""
OF_NAMES = {"长": "c", "晟": "s", "茜": "x", "莘": "x"}
"""Characters whose commonest reading is another inside a name."""
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
    anywhere, first = _tables()
    letters = anywhere[codes]
    letters[:, 0] = first[codes[:, 0]]
    if width > 1:
        for surname, read in OF_LONG_SURNAMES.items():
            here = (codes[:, 0] == ord(surname[0])) & (codes[:, 1] == ord(surname[1]))
            letters[here, :2] = np.frombuffer(read.encode(), np.uint8)
        gaps = np.flatnonzero(((letters[:, :-1] == 0) & (letters[:, 1:] != 0)).any(axis=1))
        order = np.argsort(letters[gaps] == 0, axis=1, kind="stable")
        letters[gaps] = np.take_along_axis(letters[gaps], order, axis=1)
    return letters.view(f"S{width}").ravel()


@lru_cache(maxsize=1)
def _tables() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The letter of each code point inside a name, and at the head of one; 0 where there is none."""
    anywhere = np.zeros(LAST + 1, np.uint8)
    for line in SOURCE.read_text(encoding="utf-8").splitlines():
        letter, _, characters = line.partition(" ")
        anywhere[np.array([ord(character) for character in characters])] = ord(letter)
    for letter in "abcdefghijklmnopqrstuvwxyz":
        anywhere[[ord(letter), ord(letter.upper())]] = ord(letter)
    for character, letter in OF_NAMES.items():
        anywhere[ord(character)] = ord(letter)
    first = anywhere.copy()
    for character, letter in OF_SURNAMES.items():
        first[ord(character)] = ord(letter)
    return anywhere, first
