"""The bank's addresses, on 127.0.0.1 alone. What moves or shows money to the other side has to be signed."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from zhijia_bank import files, signing
from zhijia_bank.books import Conflict, Order, Unknown, day_of
from zhijia_bank.desk import Desk, answer
from zhijia_bank.moods import Mood

LONGEST = 128 * 1024 * 1024
OLDEST = 300
"""Seconds after which a signed request is too old."""
HANGS = 30.0
"""Seconds for which a time-out holds the line where nothing else was told."""
TICK = 0.05


class Silent(Exception):
    """The line is cut without an answer."""


class Refused(Exception):
    """The request is answered with this status and sentence."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def serve(desk: Desk, key: bytes, port: int) -> ThreadingHTTPServer:
    """A server of this bank ready to serve, with the thread that does what falls due; port 0 takes a free one."""
    server = _Server(("127.0.0.1", port), _handler(desk, key))
    threading.Thread(target=_keep_time, args=(desk,), daemon=True).start()
    threading.Thread(target=_keep_telling, args=(desk,), daemon=True).start()
    return server


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def _keep_time(desk: Desk) -> None:
    while True:
        desk.do_due()
        time.sleep(TICK)


def _keep_telling(desk: Desk) -> None:
    while True:
        if not desk.events.push_due():
            time.sleep(TICK)


class _Calls:
    """What is behind each address: from the body and the question to what is answered."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.books = desk.books

    def post_transfers(self, body: bytes, asked: dict[str, str], key: bytes) -> object:
        taken = self.desk.take(_order(_json(body)))
        _suffer(taken.mood)
        if taken.telling.what == "event_first":
            time.sleep(taken.telling.seconds or 0.5)
        return taken.answer

    def post_batches(self, body: bytes, asked: dict[str, str], key: bytes) -> object:
        profile = _profile(asked)
        batch = files.read_batch(body, profile, key)
        rows = self.desk.take_batch(batch)
        return self.desk.result(batch, rows, day_of(self.books.now()), profile, key)

    def post_accounts(self, body: bytes, asked: dict[str, str], key: bytes) -> object:
        said = _json(body)
        self.books.open_account(str(said["number"]), str(said["name"]), int(said["balance"]))
        return self.books.account(str(said["number"]))

    def post_incoming(self, body: bytes, asked: dict[str, str], key: bytes) -> object:
        said = _json(body)
        texts = {name: str(said.get(name, "")) for name in ("account", "name", "other", "note")}
        return self.desk.incoming(amount=int(said["amount"]), **texts)

    def post_told(self, body: bytes, asked: dict[str, str], key: bytes) -> object:
        said = _json(body)
        self.desk.tell(said)
        return {"told": said["what"]}

    def get_transfers(self, rest: list[str], asked: dict[str, str], key: bytes) -> object:
        found = self.books.transfer(rest[0])
        if found is None:
            raise Unknown(rest[0])
        return answer(found)

    def get_statements(self, rest: list[str], asked: dict[str, str], key: bytes) -> object:
        account, day = rest
        return self.desk.statement(account, day, _profile(asked), key)

    def get_accounts(self, rest: list[str], asked: dict[str, str], key: bytes) -> object:
        return self.books.account(rest[0])

    def get_ledger(self, rest: list[str], asked: dict[str, str], key: bytes) -> object:
        return self.books.ledger()

    def get_events(self, rest: list[str], asked: dict[str, str], key: bytes) -> object:
        return self.books.rows("SELECT * FROM event ORDER BY rowid")

    def get_health(self, rest: list[str], asked: dict[str, str], key: bytes) -> object:
        return {"bank": "simulated", "day": day_of(self.books.now())}


SIGNED = ("post_transfers", "post_batches", "get_transfers", "get_statements")


def _handler(desk: Desk, key: bytes) -> type[BaseHTTPRequestHandler]:
    calls = _Calls(desk)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._serve("get", b"")

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            if length > LONGEST:
                self._answer(413, {"error": "the body is too long"})
                self.close_connection = True
                return
            self._serve("post", self.rfile.read(length))

        def _serve(self, method: str, body: bytes) -> None:
            try:
                status, said = 200, self._said(method, body)
            except Silent:
                self.close_connection = True
                return
            except Refused as refused:
                status, said = refused.status, {"error": str(refused)}
            except Unknown:
                status, said = 404, {"state": "not_found", "error": "not known here"}
            except Conflict:
                status, said = 409, {"error": "this reference is known with another content"}
            except (files.Unreadable, ValueError, KeyError, TypeError) as error:
                status, said = 422, {"error": f"not understood: {error}"}
            self._answer(status, said)

        def _said(self, method: str, body: bytes) -> object:
            where = urlsplit(self.path)
            name, *rest = [unquote(part) for part in where.path.strip("/").split("/")]
            call: Callable[..., object] | None = getattr(calls, f"{method}_{name}", None)
            if call is None:
                raise Unknown(name)
            if f"{method}_{name}" in SIGNED:
                self._check(body if method == "post" else self.path.encode())
            asked = {key_: values[0] for key_, values in parse_qs(where.query).items()}
            return call(body if method == "post" else rest, asked, key)

        def _check(self, signed: bytes) -> None:
            moment = self.headers.get(signing.TIME, "")
            if not moment.isdigit() or abs(time.time() - int(moment)) > OLDEST:
                raise Refused(401, "the request has no moment, or one too long ago")
            if not signing.holds(key, moment, signed, self.headers.get(signing.SIGNATURE, "")):
                raise Refused(401, "the signature is wrong")

        def _answer(self, status: int, said: object) -> None:
            plain = isinstance(said, bytes)
            content = said if isinstance(said, bytes) else json.dumps(said, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/octet-stream" if plain else "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: whose money moves is nobody's business."""

    return Handler


def _suffer(mood: Mood) -> None:
    """Be silent or out of order where the mood is so."""
    if mood.what.startswith("time_out"):
        time.sleep(mood.seconds or HANGS)
        raise Silent
    if mood.what == "error_after_paying":
        raise Refused(500, "something broke")
    if mood.what == "error_before_paying":
        raise Refused(503, "busy")


def _json(body: bytes) -> dict[str, Any]:
    said = json.loads(body)
    if not isinstance(said, dict):
        raise ValueError("an object is expected")
    return said


def _order(said: dict[str, Any]) -> Order:
    if not isinstance(said["amount"], int):
        raise ValueError("the amount is whole fen")
    texts = {
        name: str(said.get(name, "")) for name in ("reference", "payer", "name", "account", "bank", "note")
    }
    if not texts["reference"]:
        raise ValueError("a reference is expected")
    return Order(amount=said["amount"], **texts)


def _profile(asked: dict[str, str]) -> str:
    profile = asked.get("profile", "csv")
    if profile not in files.PROFILES:
        raise ValueError(f"there is no profile {profile}")
    return profile
