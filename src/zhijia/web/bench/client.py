"""A client for benches: a few connections to this machine, one request after the other on each."""

import asyncio
import time
from dataclasses import dataclass, field
from http import HTTPStatus


@dataclass(slots=True)
class Tally:
    """What came back: the milliseconds of each good answer, and how many were not good."""

    milliseconds: list[float] = field(default_factory=list)
    wrong: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return len(self.milliseconds) / self.seconds if self.seconds else 0.0

    @property
    def p95(self) -> float:
        """The milliseconds within which 95 of 100 good answers came; 0 without any."""
        ordered = sorted(self.milliseconds)
        return ordered[int(len(ordered) * 0.95)] if ordered else 0.0


def drive(
    port: int, path: str, *, cookie: str = "", clients: int, seconds: float, good: int = HTTPStatus.OK
) -> Tally:
    """Ask for `path` on 127.0.0.1 from this many connections for so long; what is not answered by `good` is wrong."""
    return asyncio.run(_drive(port, _request(path, cookie), clients, seconds, good))


def ask(port: int, path: str, *, cookie: str = "") -> tuple[int, str]:
    """One request: the status, and what came back."""

    async def once() -> tuple[int, str]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(_request(path, cookie))
        status, body = await answer(reader)
        writer.close()
        return status, body.decode(errors="replace")

    return asyncio.run(once())


def _request(path: str, cookie: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: text/html", "Accept-Language: zh-hans"]
    lines += [f"Cookie: session={cookie}"] if cookie else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _drive(port: int, request: bytes, clients: int, seconds: float, good: int) -> Tally:
    tally = Tally()
    began = time.perf_counter()
    await asyncio.gather(*(_one(port, request, began + seconds, tally, good) for _client in range(clients)))
    tally.seconds = time.perf_counter() - began
    return tally


async def _one(port: int, request: bytes, until: float, tally: Tally, good: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (sent := time.perf_counter()) < until:
        writer.write(request)
        status, _body = await answer(reader)
        if status == good:
            tally.milliseconds.append((time.perf_counter() - sent) * 1000)
        else:
            tally.wrong += 1
    writer.close()


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """What came back: the status and the body."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head[9:12])
    place = head.find(b"content-length:")
    if place >= 0:
        return status, await reader.readexactly(int(head[place + 15 : head.index(b"\r\n", place)]))
    body = b""
    while size := int(await reader.readline(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return status, body
