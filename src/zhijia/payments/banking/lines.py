"""Lines to a bank that are kept open from one call to the next. Whoever calls gets an answer or none: nothing is sent a
second time here."""

import select
import time
from collections import deque
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from zhijia.payments.channels import Unanswered

IDLE = 4.0
"""Seconds after which a line nobody used is not trusted any more: the bank may be about to hang up."""
LONGEST = 96 * 1024 * 1024


class Lines:
    """Lines to one address, as many as call at once; for any number of threads. Whoever drops them hangs up."""

    def __init__(self, address: str) -> None:
        where = urlsplit(address)
        self._opened = HTTPSConnection if where.scheme == "https" else HTTPConnection
        self._host, self._port, self._under = where.hostname or "", where.port, where.path.rstrip("/")
        self._idle: deque[tuple[float, HTTPConnection]] = deque()

    def call(
        self, method: str, path: str, body: bytes, headers: dict[str, str], patience: float
    ) -> tuple[int, bytes]:
        """The status and the body of the answer; it leads to no other address. Raises Unanswered when there is none
        within so many seconds."""
        line = self._line(patience)
        try:
            line.request(method, self._under + path, body or None, headers)
            answer = line.getresponse()
            content = answer.read(LONGEST)
        except (OSError, HTTPException) as error:
            line.close()
            raise Unanswered(type(error).__name__) from error
        if answer.will_close or not answer.isclosed():
            line.close()
        else:
            self._idle.append((time.monotonic(), line))
        return answer.status, content

    def _line(self, patience: float) -> HTTPConnection:
        """One that is open, idle and not hung up by the other side; else a new one."""
        while self._idle:
            try:
                since, line = self._idle.pop()
            except IndexError:  # another thread took the last one
                break
            if line.sock is not None and time.monotonic() - since < IDLE and not _has_spoken(line):
                line.sock.settimeout(patience)
                return line
            line.close()
        return self._opened(self._host, self._port, timeout=patience)

    def __del__(self) -> None:
        while self._idle:
            self._idle.pop()[1].close()


def _has_spoken(line: HTTPConnection) -> bool:
    """Whether something came on an idle line: it was hung up, or says what nobody asked for."""
    return bool(select.select([line.sock], [], [], 0)[0])
