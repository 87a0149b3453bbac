"""The vault's services: `from zhijia.vault import services as vault`, then `vault.reveal(…)`."""

from zhijia.vault.services.adding import add_many
from zhijia.vault.services.columns import INTO, hold_keys, index_column, index_version, indexed, sealed_rows
from zhijia.vault.services.comparing import differing
from zhijia.vault.services.copying import copy_many
from zhijia.vault.services.finding import digest, find, find_all, find_many, same_value, sought
from zhijia.vault.services.inside import digest_many, read_many_inside
from zhijia.vault.services.keeping import erase, move, remove
from zhijia.vault.services.looking import (
    masked,
    masked_many,
    open_to_use,
    opened_many,
    read_inside,
    reveal,
)
from zhijia.vault.services.rotating import rotate, turn_keys
from zhijia.vault.services.sealing import NewSecret, Prepared, Taken, prepare, seal, seal_many

__all__ = [
    "INTO",
    "NewSecret",
    "Prepared",
    "Taken",
    "add_many",
    "copy_many",
    "differing",
    "digest",
    "digest_many",
    "erase",
    "find",
    "find_all",
    "find_many",
    "hold_keys",
    "index_column",
    "index_version",
    "indexed",
    "masked",
    "masked_many",
    "move",
    "open_to_use",
    "opened_many",
    "prepare",
    "read_inside",
    "read_many_inside",
    "remove",
    "reveal",
    "rotate",
    "same_value",
    "seal",
    "seal_many",
    "sealed_rows",
    "sought",
    "turn_keys",
]
