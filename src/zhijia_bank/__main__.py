"""`python -m zhijia_bank`: the simulated bank as a process of its own."""

import argparse
import json
import os
import secrets
import sys
from pathlib import Path

from zhijia_bank import server, signing
from zhijia_bank.books import Books
from zhijia_bank.desk import Desk
from zhijia_bank.events import Events


def main() -> None:
    """Serve until killed. Says in its folder where it listens (`address`) and with which key messages are signed."""
    reader = argparse.ArgumentParser(prog="zhijia bank", description="The simulated bank.")
    reader.add_argument("--port", type=int, default=0, help="0 takes a free one")
    reader.add_argument("--data", type=Path, required=True, help="the folder of its books")
    reader.add_argument(
        "--script", type=Path, help="a JSON list of what it is told at the start, as for POST /told"
    )
    reader.add_argument(
        "--account", nargs=3, action="append", default=[], metavar=("NUMBER", "HOLDER", "FEN"),
        help="an account that is open from the start, with what is in it",
    )  # fmt: skip
    reader.add_argument("--events", default="", help="the address that is told what became of transfers")
    asked = reader.parse_args()
    if not signing.possible():
        sys.exit("The OpenSSL of this Python offers no SM3, which the bank signs with.")
    asked.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = _key(asked.data / "key")
    books = Books(asked.data / "bank.sqlite")
    desk = Desk(books, Events(books, key, asked.events))
    for number, holder, fen in asked.account:
        books.open_account(number, holder, int(fen))
    if asked.script:
        for said in json.loads(asked.script.read_text(encoding="utf-8")):
            desk.tell(said)
    bank = server.serve(desk, key, asked.port)
    address = f"http://127.0.0.1:{bank.server_address[1]}"
    where = asked.data / "address"
    _write(where, address)
    print(f"The simulated bank listens on {address}", flush=True)  # noqa: T201
    try:
        bank.serve_forever(poll_interval=0.05)
    except KeyboardInterrupt:
        pass
    finally:
        where.unlink(missing_ok=True)


def _key(path: Path) -> bytes:
    """The key of this bank's messages; made on the first start."""
    if not path.exists():
        _write(path, secrets.token_hex(32))
    return bytes.fromhex(path.read_text(encoding="ascii").strip())


def _write(path: Path, text: str) -> None:
    """Write a small file as a whole, for its owner alone."""
    half = path.with_suffix(".new")
    file = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "w", encoding="ascii") as out:
        out.write(f"{text}\n")
    half.replace(path)


if __name__ == "__main__":
    main()
