import pytest

from zhijia.kernel.ciphers import keyring


@pytest.fixture(autouse=True)
def ring(tmp_path, settings):
    """A ring of this test's own, so that turning and destroying keys harms nobody."""
    settings.KEYS = str(tmp_path / "keys.json")
    return keyring()
