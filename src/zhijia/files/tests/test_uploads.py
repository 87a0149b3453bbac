"""What a browser sends: a name that is too long, a disk without room, more than anybody may send."""

from typing import Any

import pytest
from django.core.files import uploadhandler
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import override_settings

from zhijia.files import uploads

PAGE = "/account/login"


@pytest.fixture
def client() -> Client:
    client = Client(raise_request_exception=False)
    client.cookies["language"] = "en"
    return client


def _send(client: Client, name: str = "list.csv", length: int = 100) -> Any:
    return client.post(PAGE, {"file": SimpleUploadedFile(name, b"x" * length)})


def test_a_file_name_of_four_thousand_characters_is_answered_with_a_sentence(
    db: None, client: Client
) -> None:
    name = "名" * 4000 + ".csv"
    body = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n1\r\n--x--\r\n'
    answer = client.generic("POST", PAGE, body.encode(), content_type="multipart/form-data; boundary=x")

    assert answer.status_code == 400
    assert "name of the file is too long" in answer.content.decode()


@override_settings(FILE_UPLOAD_MAX_MEMORY_SIZE=10)
def test_a_full_disk_while_a_file_comes_in_is_answered_with_a_sentence(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(uploadhandler.TemporaryUploadedFile):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            self.file = open("/dev/full", "wb", buffering=0)  # noqa: SIM115 - closed with the request

    monkeypatch.setattr(uploadhandler, "TemporaryUploadedFile", Full)

    answer = _send(client, length=5000)

    assert answer.status_code == 503
    assert "disk of the server is full" in answer.content.decode()


@override_settings(FILE_UPLOAD_MAX_MEMORY_SIZE=10)
def test_what_is_beyond_every_limit_is_written_nowhere(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[int] = []
    monkeypatch.setattr(uploads.parameters, "value", lambda key, **more: 100_000)
    complete = uploads.Bounded.file_complete

    def noted(self: Any, size: int) -> Any:
        kept.append(self.file.file.tell())
        return complete(self, size)

    monkeypatch.setattr(uploads.Bounded, "file_complete", noted)
    _send(client, length=5_000_000)

    assert 100_000 < kept[0] <= 100_000 + 2 * 64 * 1024
