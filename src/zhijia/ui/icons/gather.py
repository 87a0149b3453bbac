"""Copies the icons of `names.txt` out of an unpacked `@tabler/icons` into one sprite, with their hashes.

npm pack @tabler/icons@3.51.0 && tar xzf tabler-icons-*.tgz && python -m zhijia.ui.icons.gather package
"""

import hashlib
import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
_FRAME = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_BLANK = re.compile(r'<path stroke="none"[^>]*/>')


def gather(package: Path) -> None:
    """Write `data/icons.svg`, `data/LICENSE` and `data/source.json`; a name without a file raises."""
    symbols, hashes = [], {}
    for name in sorted(set((HERE / "names.txt").read_text(encoding="utf-8").split())):
        raw = (package / "icons" / "outline" / f"{name}.svg").read_bytes()
        hashes[name] = hashlib.sha256(raw).hexdigest()
        frame = _FRAME.search(raw.decode("utf-8"))
        if frame is None:
            raise ValueError(f"{name}.svg is not an SVG drawing")
        inner = re.sub(r"\s+", " ", _BLANK.sub("", frame.group(1))).replace("> <", "><").strip()
        symbols.append(f'<symbol id="{name}">{inner.replace(" />", "/>")}</symbol>')
    sprite = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    (HERE / "data" / "icons.svg").write_text(sprite, encoding="utf-8")
    (HERE / "data" / "LICENSE").write_bytes((package / "LICENSE").read_bytes())
    about = json.loads((package / "package.json").read_text(encoding="utf-8"))
    source = {
        "package": about["name"],
        "version": about["version"],
        "license": about["license"],
        "made_by": "zhijia.ui.icons.gather",
        "sprite_sha256": hashlib.sha256(sprite.encode()).hexdigest(),
        "sha256": hashes,
    }
    (HERE / "data" / "source.json").write_text(json.dumps(source, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    gather(Path(sys.argv[1]))
