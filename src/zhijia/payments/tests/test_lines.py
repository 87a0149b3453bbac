"""A line to a bank is kept for the next call, never one the bank has hung up; what is not answered is said once."""

import socket
import threading

import pytest

from zhijia.payments.banking.lines import Lines
from zhijia.payments.channels import Unanswered

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Counter:
    """A bank's counter: how many lines came, how many requests; hangs up after so many answers on a line."""

    def __init__(self, answers):
        self.answers, self.lines, self.requests = answers, 0, 0
        self.hung_up = threading.Semaphore(0)
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.serve, daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def serve(self):
        while True:
            try:
                line, _where = self.listener.accept()
            except OSError:
                return
            self.lines += 1
            with line:
                for _turn in range(self.answers):
                    if not line.recv(65536):
                        break
                    self.requests += 1
                    line.sendall(ANSWER)
                else:
                    if not self.answers and line.recv(65536):
                        self.requests += 1
            self.hung_up.release()


@pytest.fixture
def counter(request):
    made = Counter(request.param)
    yield made
    made.listener.close()


def call(lines):
    return lines.call("GET", "/x", b"", {}, 5.0)


@pytest.mark.parametrize("counter", [9], indirect=True)
def test_a_line_is_kept_for_the_next_call(counter):
    lines = Lines(counter.address)

    assert [call(lines) for _turn in range(3)] == [(200, b"ok")] * 3
    assert (counter.lines, counter.requests) == (1, 3)


@pytest.mark.parametrize("counter", [1], indirect=True)
def test_a_line_the_bank_hung_up_is_not_used_again(counter):
    lines = Lines(counter.address)
    for _turn in range(3):
        assert call(lines) == (200, b"ok")
        counter.hung_up.acquire(timeout=5)

    assert (counter.lines, counter.requests) == (3, 3)


@pytest.mark.parametrize("counter", [0], indirect=True)
def test_what_is_not_answered_is_said_once(counter):
    with pytest.raises(Unanswered):
        call(Lines(counter.address))

    assert counter.requests == 1
