"""The line between web server and database: a Unix socket that passes everything on, until it is told to cut."""

import selectors
import shutil
import socket
import tempfile
import threading
from pathlib import Path

NAME = ".s.PGSQL.5432"
CUTS = {"commit": b"COMMIT", "middle": b"ledger_post"}
"""At what the line is cut: after the database has committed and before it says so; or before it hears of the entry."""


class Proxy:
    """Listens in a folder of its own for connections to the database in `target`."""

    def __init__(self, target: Path) -> None:
        self.target = target / NAME
        self.folder = Path(tempfile.mkdtemp(prefix="zhijia-line-", dir="/tmp"))
        self.cut = ""
        self.cuts = 0
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.folder / NAME))
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, cut: str) -> None:
        """Cut the next line at this, once."""
        self.cut = cut

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _accept(self) -> None:
        while True:
            try:
                client, _where = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        with client, server, selectors.DefaultSelector() as ready:
            try:
                server.connect(str(self.target))
                ready.register(client, selectors.EVENT_READ, server)
                ready.register(server, selectors.EVENT_READ, client)
                while True:
                    for key, _events in ready.select():
                        source, other = key.fileobj, key.data
                        assert isinstance(source, socket.socket)
                        content = source.recv(65536)
                        if not content or (source is client and self._is_cut(content, server)):
                            return
                        other.sendall(content)
            except OSError:
                return

    def _is_cut(self, content: bytes, server: socket.socket) -> bool:
        cut = self.cut
        if not cut or CUTS[cut] not in content:
            return False
        self.cut = ""
        self.cuts += 1
        if cut == "commit":
            server.sendall(content)
            server.recv(1)  # the database has committed and begins to answer; nobody hears it
        return True


def environment(folder: Path, urls: dict[str, str]) -> dict[str, str]:
    """The database's addresses, led through the proxy in this folder."""
    from zhijia.web.database.addresses import VARIABLES

    return {VARIABLES[alias]: f"{url.partition('?')[0]}?host={folder}" for alias, url in urls.items()}
