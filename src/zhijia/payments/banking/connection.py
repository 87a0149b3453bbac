"""Where the bank is and which key messages are signed with: two settings; in the demo, what the simulated bank says."""

from dataclasses import dataclass

from django.conf import settings


class NoBank(Exception):
    """No bank is set, or its key cannot be read."""


@dataclass(frozen=True, slots=True)
class Connection:
    """The bank's address and the key both sides share. `repr` shows no key."""

    address: str
    key: bytes

    def __repr__(self) -> str:
        return f"Connection({self.address})"


def connection() -> Connection:
    """The bank that is set; in the demo the simulated one. Raises NoBank."""
    if settings.BANK_URL or not settings.DEMO:
        address, key = str(settings.BANK_URL), str(settings.BANK_KEY)
    else:
        folder = settings.DATA / "bank"
        try:
            address = (folder / "address").read_text(encoding="ascii").strip()
            key = (folder / "key").read_text(encoding="ascii").strip()
        except OSError as error:
            raise NoBank("the simulated bank is not running") from error
    if not address.startswith(("http://", "https://")):
        raise NoBank("no bank is set")
    return Connection(address.rstrip("/"), secret(key))


def secret(key: str) -> bytes:
    """The key from its 64 hexadecimal digits. Raises NoBank."""
    try:
        found = bytes.fromhex(key)
    except ValueError as error:
        raise NoBank("the bank's key is no hexadecimal number") from error
    if len(found) < 16:
        raise NoBank("the bank's key is too short")
    return found
