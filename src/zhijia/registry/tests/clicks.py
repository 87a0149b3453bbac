"""The same form, sent twice at the same moment over two connections."""

import threading
from typing import Any

from django.db import connections
from django.test import Client

from zhijia.accounts.models import User
from zhijia.kernel.actors import Actor


def twice(actor: Actor, address: str, said: dict[str, Any]) -> list[tuple[int, str]]:
    """What each of two gets who send the same form at the same moment: status and where it leads."""
    user, gate, got = User.objects.get(pk=actor.user_id), threading.Barrier(2), list[tuple[int, str]]()
    clients = [Client(), Client()]
    clients[0].force_login(user)
    clients[1].cookies = clients[0].cookies

    def send(client: Client) -> None:
        gate.wait()
        try:
            answer = client.post(address, said)
            got.append((answer.status_code, answer.get("Location", "")))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got
