"""The session engine: rows that can be listed and ended, opened by the SHA-256 of the browser's key.

`SESSION_ENGINE` names this module. Reading happens before anybody knows who asks and writing after the
request's transaction, so both go through the functions of the first migration; listing and ending one's own
go by the model.
"""

import hashlib
from datetime import timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError

from zhijia.kernel import rows

VISITOR_SECONDS = int(timedelta(hours=1).total_seconds())


def key_hash(session_key: str) -> str:
    """The digest under which a session is kept; a stolen table opens no session."""
    return hashlib.sha256(session_key.encode()).hexdigest()


class SessionStore(SessionBase):
    """Sessions in `accounts_session`. Its data may carry `idle_seconds`, `address` and `device`."""

    def get_session_cookie_age(self) -> int:
        """How long a visitor's session stays, in seconds; a log-in sets its own end."""
        return VISITOR_SECONDS

    def load(self) -> dict[str, Any]:
        data = _call("accounts_session_read(%s)", [key_hash(self.session_key or "")])
        if data is None:
            self._session_key = None
            return {}
        return self.decode(data)

    def exists(self, session_key: str) -> bool:
        return _call("accounts_session_read(%s)", [key_hash(session_key)]) is not None

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Raises UpdateError when the session was ended in the meantime."""
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        function = "make" if must_create else "write"
        user_id = data.get(SESSION_KEY)
        values = [
            key_hash(self.session_key),
            int(user_id) if user_id else None,
            self.encode(data),
            self.get_expiry_date(),
            data.get("idle_seconds", 0),
            data.get("address", ""),
            data.get("device", ""),
        ]
        if not _call(f"accounts_session_{function}(%s, %s, %s, %s, %s, %s, %s)", values):
            raise CreateError if must_create else UpdateError

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            _call("accounts_session_end(%s)", [key_hash(key)])

    @classmethod
    def clear_expired(cls) -> None:
        _call("accounts_session_sweep()", [])


def end_all(user_id: int, *, but: str | None = None) -> int:
    """End every session of the account except the one with this key; how many ended."""
    return int(_call("accounts_session_end_all(%s, %s)", [user_id, key_hash(but) if but else ""]))


def _call(function: str, values: list[Any]) -> Any:
    return rows.run(f"SELECT {function}", values)[0][0]
