"""Makes `initials.txt` from `pypinyin/pinyin_dict.json` of the package pypinyin: `python make_initials.py FILE`."""

import json
import sys
import unicodedata
from pathlib import Path

LETTERS: dict[str, list[str]] = {}
for code, readings in sorted(
    json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")).items(), key=lambda p: int(p[0])
):
    LETTERS.setdefault(unicodedata.normalize("NFD", readings)[0], []).append(chr(int(code)))
lines = [f"{letter} {''.join(characters)}\n" for letter, characters in sorted(LETTERS.items())]
Path(__file__).with_name("initials.txt").write_text("".join(lines), encoding="utf-8")
