"""Tells the other side what became of a transfer: signed, again and again until it is taken or refused."""

import json
import time
import urllib.error
import urllib.request
import uuid
from http.client import HTTPException
from typing import Any

from zhijia_bank import moods, signing
from zhijia_bank.books import Books
from zhijia_bank.moods import Mood

MOST_TRIES = 12
PATIENCE = 5.0
"""Seconds the other side has to take an event."""
_CONTRARY = {"paid": "failed", "failed": "paid", "accepted": "failed", "returned": "paid"}


class Events:
    """The events of the bank's transfers, and where they go; nowhere while no address is set."""

    def __init__(self, books: Books, key: bytes, address: str = "") -> None:
        self.books = books
        self.key = key
        self.address = address

    def announce(self, said: dict[str, Any]) -> Mood:
        """Put an event about what there is to say of a transfer on the list; the mood this was done in."""
        mood = self.books.mood(moods.TELLING, said["reference"])
        if mood.what == "event_never":
            return mood
        now = time.time()
        self._add(said, due=now, copies=2 if mood.what == "event_twice" else 1)
        if mood.what == "events_out_of_order":
            self._add({**said, "state": "accepted"}, due=now + (mood.seconds or 0.5))
        if mood.what == "event_forged":
            self._add({**said, "state": _CONTRARY[said["state"]]}, due=now, forged=True)
        return mood

    def push_due(self) -> int:
        """Send what is due; how many were taken or refused."""
        if not self.address:
            return 0
        sql = "SELECT * FROM event WHERE ended = '' AND due <= ? ORDER BY due, rowid LIMIT 200"
        ended = 0
        for row in self.books.rows(sql, time.time()):
            said = self._push(row["body"].encode(), forged=bool(row["forged"]))
            tries = row["tries"] + 1
            over = said or ("given up" if tries >= MOST_TRIES else "")
            later = time.time() + min(30.0, 0.2 * 2**tries)
            update = "UPDATE event SET tries = ?, due = ?, ended = ? WHERE id = ? AND copy = ?"
            self.books.run(update, tries, later, over, row["id"], row["copy"])
            ended += bool(over)
        return ended

    def _add(self, said: dict[str, object], *, due: float, copies: int = 1, forged: bool = False) -> None:
        number = uuid.uuid4().hex
        body = json.dumps({"id": number, **said}, ensure_ascii=False)
        for copy in range(copies):
            sql = "INSERT INTO event (id, copy, body, forged, due) VALUES (?, ?, ?, ?, ?)"
            self.books.run(sql, number, copy, body, int(forged), due)

    def _push(self, body: bytes, *, forged: bool) -> str:
        """How the other side ended it: taken, or refused for good; empty where it has to be tried again."""
        moment = str(int(time.time()))
        signature = signing.sign(b"nobody's key" if forged else self.key, moment, body)
        headers = {"Content-Type": "application/json", signing.TIME: moment, signing.SIGNATURE: signature}
        request = urllib.request.Request(self.address, data=body, headers=headers, method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE):  # noqa: S310 - the operator names the address
                return "taken"
        except urllib.error.HTTPError as error:
            error.close()
            return "refused" if 400 <= error.code < 500 and error.code != 429 else ""
        except (OSError, HTTPException):
            return ""
