"""Copies what pages need of an unpacked `leaflet` into `static/ui/leaflet`, with its licence and hashes.

npm pack leaflet@1.9.4 && tar xzf leaflet-*.tgz && python -m zhijia.ui.leaflet.gather package
"""

import hashlib
import json
import re
import sys
from pathlib import Path

TARGET = Path(__file__).parent.parent / "static" / "ui" / "leaflet"
FILES = ("leaflet.js", "leaflet.css", "images/layers.png", "images/layers-2x.png", "images/marker-icon.png")
"""The script and its sheet, and the pictures the sheet names."""
_MAP = re.compile(rb"\n//# sourceMappingURL=\S+\s*$")


def gather(package: Path) -> None:
    """Write the files, `LICENSE` and `source.json`. The script goes without the line that names its source map, which
    is left out; both hashes are noted."""
    came, stands = {}, {}
    for name in FILES:
        raw = (package / "dist" / name).read_bytes()
        kept = _MAP.sub(b"\n", raw) if name.endswith(".js") else raw
        path = TARGET / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(kept)
        came[name], stands[name] = (hashlib.sha256(one).hexdigest() for one in (raw, kept))
    (TARGET / "LICENSE").write_bytes((package / "LICENSE").read_bytes())
    about = json.loads((package / "package.json").read_text(encoding="utf-8"))
    source = {
        "package": about["name"],
        "version": about["version"],
        "license": about["license"],
        "made_by": "zhijia.ui.leaflet.gather",
        "came_sha256": came,
        "sha256": stands,
    }
    (TARGET / "source.json").write_text(json.dumps(source, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    gather(Path(sys.argv[1]))
