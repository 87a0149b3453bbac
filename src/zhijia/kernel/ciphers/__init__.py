"""Commercial cryptography (CRY-01): SM4-GCM for values, SM4-CMAC for blind indexes, SM3, keys."""

from zhijia.kernel.ciphers.batches import index_cells, seal_cells, seal_many
from zhijia.kernel.ciphers.digests import sm3
from zhijia.kernel.ciphers.gcm import CannotOpen, key_id, open, seal
from zhijia.kernel.ciphers.indexes import index, index_bytes, index_many
from zhijia.kernel.ciphers.keyring import FileKeys, Keyring, NoKey, Provider, keyring
from zhijia.kernel.ciphers.keys import Key

__all__ = [
    "CannotOpen",
    "FileKeys",
    "Key",
    "Keyring",
    "NoKey",
    "Provider",
    "index",
    "index_bytes",
    "index_cells",
    "index_many",
    "key_id",
    "keyring",
    "open",
    "seal",
    "seal_cells",
    "seal_many",
    "sm3",
]
