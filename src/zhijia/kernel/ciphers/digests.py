"""SM3 (GB/T 32905): the digest of the trail and of files."""

from cryptography.hazmat.primitives.hashes import SM3, Hash


def sm3(content: bytes) -> bytes:
    """The digest, 32 bytes. Unkeyed: never of a value somebody could guess."""
    worker = Hash(SM3())
    worker.update(content)
    return worker.finalize()
