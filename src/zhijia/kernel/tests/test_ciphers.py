import os
import stat
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.cmac import CMAC
from hypothesis import given
from hypothesis import strategies as st

from zhijia.kernel import ciphers
from zhijia.kernel.ciphers import batches

KEY = ciphers.Key(7, bytes.fromhex("0123456789abcdeffedcba9876543210"))
OTHER = ciphers.Key(7, bytes(range(16)))


def library_gcm(key, nonce, plain, aad):
    worker = Cipher(SM4(key.secret), GCM(nonce)).encryptor()
    worker.authenticate_additional_data(aad)
    return worker.update(plain) + worker.finalize() + worker.tag


def library_cmac(key, text):
    worker = CMAC(SM4(key.secret))
    worker.update(text)
    return worker.finalize()


def test_gcm_answers_the_published_vector():
    nonce = bytes.fromhex("00001234567800000000ABCD")
    aad = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    plain = b"".join(bytes([byte]) * 8 for byte in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
    row = batches.seal_rows(
        KEY,
        np.frombuffer(plain, np.uint8).reshape(1, -1),
        np.frombuffer(aad, np.uint8).reshape(1, -1),
        np.frombuffer(nonce, np.uint8).reshape(1, -1),
    )

    # RFC 8998, appendix A.1
    assert row.tobytes()[-16:].hex().upper() == "83DE3541E4C2B58177E065A9BF7B62EC"
    assert row.tobytes()[15:23].hex().upper() == "17F399F08C67D5EE"


def test_sm3_answers_the_published_vector():
    assert ciphers.sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@given(st.lists(st.tuples(st.binary(max_size=80), st.binary(max_size=70)), max_size=25))
def test_a_batch_is_byte_for_byte_what_the_library_makes(values):
    sealed = ciphers.seal_many(KEY, [plain for plain, _ in values], [aad for _, aad in values])

    for (plain, aad), row in zip(values, sealed, strict=True):
        assert row[:3] == b"\x01\x00\x07"
        assert row[15:] == library_gcm(KEY, row[3:15], plain, aad)
        assert ciphers.open(KEY, row, aad) == plain


def test_every_length_around_a_block_agrees_with_the_library_when_columns_differ():
    for size in [0, 1, 11, 15, 16, 17, 18, 31, 32, 33, 64, 200]:
        for length in [0, 15, 16, 17, 42, 62]:
            plains, aads = [os.urandom(size) for _ in range(5)], [os.urandom(length) for _ in range(5)]

            for plain, aad, row in zip(plains, aads, ciphers.seal_many(KEY, plains, aads), strict=True):
                assert row[15:] == library_gcm(KEY, row[3:15], plain, aad)


def test_nonces_are_never_used_twice():
    sealed = ciphers.seal_many(KEY, [b"same"] * 20_000, [b"place"] * 20_000)

    assert len({row[3:15] for row in sealed}) == 20_000


def test_a_value_opens_only_in_its_place_with_its_key_and_unchanged():
    sealed = ciphers.seal(KEY, b"34999919900307811X", b"table.column:1")

    assert ciphers.open(KEY, sealed, b"table.column:1") == b"34999919900307811X"
    assert ciphers.key_id(sealed) == 7
    for key, value, aad in [
        (KEY, sealed, b"table.column:2"),
        (OTHER, sealed, b"table.column:1"),
        (ciphers.Key(8, KEY.secret), sealed, b"table.column:1"),
        (KEY, sealed[:-1] + bytes([sealed[-1] ^ 1]), b"table.column:1"),
        (KEY, sealed[:20] + bytes([sealed[20] ^ 1]) + sealed[21:], b"table.column:1"),
        (KEY, b"\x02" + sealed[1:], b"table.column:1"),
        (KEY, sealed[:10], b"table.column:1"),
        (KEY, b"", b"table.column:1"),
    ]:
        with pytest.raises(ciphers.CannotOpen):
            ciphers.open(key, value, aad)


@given(st.lists(st.text(max_size=50), max_size=25))
def test_blind_indexes_are_the_librarys_cmac(texts):
    many = ciphers.index_many(KEY, texts)

    assert many == [ciphers.index(KEY, text) for text in texts]
    assert many == [UUID(bytes=library_cmac(KEY, text.encode())) for text in texts]


def test_a_key_does_not_show_itself():
    assert KEY.secret.hex() not in repr(KEY)
    with pytest.raises(ValueError):
        ciphers.Key(0, bytes(16))
    with pytest.raises(ValueError):
        ciphers.Key(1, bytes(15))


@pytest.fixture
def ring(tmp_path):
    return ciphers.Keyring(ciphers.FileKeys(tmp_path / "deep" / "keys.json"))


def test_a_key_is_made_on_first_use_and_stays(ring, tmp_path):
    key = ring.current("vault")

    again = ciphers.Keyring(ciphers.FileKeys(tmp_path / "deep" / "keys.json"))
    assert key == again.current("vault")
    assert key != ring.current("index:a")
    assert stat.S_IMODE(os.stat(tmp_path / "deep" / "keys.json").st_mode) == 0o600


def test_a_turned_key_is_seen_by_others_and_the_old_one_opens(ring, tmp_path):
    other = ciphers.Keyring(ciphers.FileKeys(tmp_path / "deep" / "keys.json"))
    old = other.current("vault")

    new = ring.turn("vault")

    assert (old.id, new.id) == (1, 2)
    assert other.current("vault") == new
    assert other.key("vault", 1) == old
    assert other.all("vault") == [old, new]


def test_an_old_key_can_be_destroyed_the_current_one_not(ring):
    ring.current("vault")
    ring.turn("vault")

    ring.retire("vault", 1)

    with pytest.raises(ciphers.NoKey):
        ring.key("vault", 1)
    with pytest.raises(ValueError):
        ring.retire("vault", 2)


def test_two_first_users_agree_on_one_key(tmp_path):
    path = tmp_path / "keys.json"
    one, two = ciphers.FileKeys(path), ciphers.FileKeys(path)

    assert one.add("vault", 0) == two.add("vault", 0)


def test_keys_in_a_file_are_refused_in_production(settings):
    settings.PRODUCTION = True

    with pytest.raises(ciphers.NoKey):
        ciphers.FileKeys(Path("/nowhere"))

    settings.KEYS_IN_FILE = True
    assert ciphers.FileKeys(Path("/nowhere")).keys("vault") == []


class ServiceKeys(ciphers.FileKeys):
    """A provider of one's own, as a federation would name it."""

    def __init__(self):
        super().__init__(Path("/nowhere"))

    def keys(self, name):
        return [ciphers.Key(9, bytes(16))]


def test_a_provider_of_ones_own_is_asked(settings):
    settings.KEY_PROVIDER = f"{__name__}.ServiceKeys"

    assert ciphers.keyring().current("vault").id == 9


@pytest.mark.parametrize("rows", [0, 1, batches.CHUNK + 3])
def test_a_column_of_one_width_is_sealed_and_indexed_as_its_values_are(rows):
    plains, aads = (np.frombuffer(os.urandom(size * rows), np.uint8).reshape(rows, size) for size in (18, 42))

    sealed, blinds = ciphers.seal_cells(KEY, plains, aads), ciphers.index_cells(KEY, plains)

    assert len({bytes(row[3:15]) for row in sealed}) == rows
    for place in range(0, rows, 997):
        plain, row = plains[place].tobytes(), sealed[place].tobytes()
        assert row[15:] == library_gcm(KEY, row[3:15], plain, aads[place].tobytes())
        assert blinds[place].tobytes() == library_cmac(KEY, plain)
