"""What the vault holds: one row a kind of value, with its normal form, its mask and whether it can be
searched.

The number of a kind is stored and never given to another. A normal form that changes needs new index keys
(`zhijia vault turn`): the version beside a blind index stands for both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from zhijia.kernel import codes, masking


class Search(Enum):
    """Whether a value can be found by its blind index, and whether two rows may share it."""

    NONE = "none"
    SHARED = "shared"
    UNIQUE = "unique"


@dataclass(frozen=True, slots=True)
class Kind:
    """A column of the vault. `machine` values are used by the platform itself and never shown to anybody."""

    number: int
    name: str
    normal: Callable[[str], str]
    mask: Callable[[str], str]
    search: Search = Search.NONE
    machine: bool = False
    of_user: bool = False

    @property
    def index_name(self) -> str:
        """The name of its index keys in the ring."""
        return f"index:{self.name}"


class UnknownKind(KeyError):
    """No such kind stands in the table below: a mistake of the caller."""


def _trimmed(text: str) -> str:
    return text.strip()


def _email(text: str) -> str:
    return text.strip().lower()


def _as_it_is(text: str) -> str:
    return text


def _hidden(text: str) -> str:
    return masking.HIDDEN


_ID = (codes.normal_id_number, masking.number)
_PHONE = (codes.normal_mobile, masking.mobile)
_ACCOUNT = (codes.normal_account, masking.account)
_ADDRESS = (_trimmed, masking.address)
_EMAIL = (_email, masking.email)
_SECRET = (_as_it_is, _hidden)

KINDS = (
    Kind(1, "registry_person.id_number", *_ID, Search.UNIQUE),
    Kind(2, "registry_person.phone", *_PHONE, Search.SHARED),
    Kind(3, "registry_person.card", *_ACCOUNT, Search.SHARED),
    Kind(4, "registry_person.account", *_ACCOUNT, Search.SHARED),
    Kind(5, "registry_person.address", *_ADDRESS),
    Kind(6, "registry_person.email", *_EMAIL),
    Kind(31, "registry_import_change.id_number", *_ID),
    Kind(32, "registry_import_change.phone", *_PHONE),
    Kind(33, "registry_import_change.card", *_ACCOUNT),
    Kind(34, "registry_import_change.account", *_ACCOUNT),
    Kind(35, "registry_import_change.address", *_ADDRESS),
    Kind(36, "registry_import_change.email", *_EMAIL),
    Kind(41, "accounts_user.phone", *_PHONE, Search.UNIQUE, of_user=True),
    Kind(42, "accounts_user.totp", *_SECRET, machine=True, of_user=True),
    Kind(43, "accounts_user.sso", *_SECRET, Search.UNIQUE, machine=True, of_user=True),
    Kind(51, "files.content", *_SECRET, machine=True),
    Kind(61, "matters_answer.value", _trimmed, _hidden),
    Kind(71, "payments_bank_account.number", *_ACCOUNT),
    Kind(72, "payments_payee_account.number", *_ACCOUNT),
    Kind(91, "registers_row.text", _trimmed, _hidden),
    Kind(92, "registers_row.mobile", *_PHONE),
    Kind(93, "registers_row.id_number", *_ID),
)
UNIQUE = [kind.number for kind in KINDS if kind.search is Search.UNIQUE]
_BY_NAME = {kind.name: kind for kind in KINDS}
_BY_NUMBER = {kind.number: kind for kind in KINDS}


def get(name: str) -> Kind:
    """The kind of this name ("table.column"). Raises UnknownKind."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise UnknownKind(name) from None


def of_table(table: str) -> list[str]:
    """The names of the kinds that are sealed for rows of this table."""
    return [kind.name for kind in KINDS if kind.name.startswith(f"{table}.")]


def by_number(number: int) -> Kind:
    """The kind of this number. Raises UnknownKind."""
    try:
        return _BY_NUMBER[number]
    except KeyError:
        raise UnknownKind(str(number)) from None
