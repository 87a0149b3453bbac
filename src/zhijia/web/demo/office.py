"""A made-up office that says whether a name and a number belong together: slow, sometimes out of order, and always of
the same mind about the same digest. It knows nobody: its answer is worked out of the digest alone."""

import hashlib
import json
import random
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from django.conf import settings

from zhijia.registry.authority import DEMO_ADDRESS

LONGEST = 1_000_000
DIFFER, UNKNOWN = 4, 7
"""Of a hundred digests, those below the first number differ, those below the second are unknown."""


@dataclass(frozen=True, slots=True)
class Moods:
    """How long an answer takes in seconds, and which share of questions gets an error, or no answer in time."""

    slow: float = 0.3
    errors: float = 0.05
    hangs: float = 0.01
    hang_seconds: float = 30.0


def verdict(digest: str) -> str:
    """What the office says of this digest, always the same."""
    lot = int.from_bytes(hashlib.sha256(digest.encode()).digest()[:4], "big") % 100
    return "differ" if lot < DIFFER else "unknown" if lot < UNKNOWN else "match"


def server(moods: Moods, port: int = 0, seed: int = 7) -> ThreadingHTTPServer:
    """An office ready to serve on 127.0.0.1; port 0 takes a free one."""
    chance = random.Random(seed)  # noqa: S311 - moods, not secrets

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), LONGEST))
            lot = chance.random()
            time.sleep(moods.hang_seconds if lot < moods.hangs else moods.slow)
            if lot < moods.hangs + moods.errors:
                self._answer(503, {"error": "busy"})
                return
            try:
                asked = json.loads(content)["questions"]
                answers = {question["ref"]: verdict(question["digest"]) for question in asked}
            except (ValueError, KeyError, TypeError):
                self._answer(400, {"error": "not understood"})
                return
            self._answer(200, {"answers": answers})

        def _answer(self, status: int, body: object) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: what was asked about is nobody's business."""

    return ThreadingHTTPServer(("127.0.0.1", port), Desk)


def serve(moods: Moods, port: int = 0) -> None:
    """Serve until killed, and say in the data folder where."""
    office = server(moods, port)
    where = settings.DATA / DEMO_ADDRESS
    where.write_text(f"http://127.0.0.1:{office.server_address[1]}\n", encoding="utf-8")
    try:
        office.serve_forever()
    finally:
        where.unlink(missing_ok=True)
