import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.accounts.services import create_user
from zhijia.audit.services import Place
from zhijia.files import blobs, jobs, services
from zhijia.files.models import StoredFile
from zhijia.files.tests.conftest import OWNER, picture
from zhijia.kernel import days
from zhijia.kernel.actors import Actor, system
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NotForYou, Refusal, TooMany

Actors = Callable[[int | None], Actor]


def _store(actor: Actor, content: bytes = b"name,phone\n", name: str = "list.csv", **more: Any) -> Any:
    with acting(actor):
        return services.store(
            actor=actor, at=days.now(), content=content, name=name, owner=OWNER, owner_id="7", **more
        )


def _read(actor: Actor, file_id: Any) -> bytes:
    with acting(actor):
        return b"".join(services.open_for(actor=actor, at=days.now(), file_id=file_id).pieces)


@pytest.fixture
def users(committed: None) -> dict[str, User]:
    made = {}
    for login in ("owner", "stranger"):
        made[login] = create_user(
            actor=system("test", "command"),
            at=days.now(),
            login=login,
            password="Weld-together 2026",
            must_change_password=False,
        )
    return made


def _browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_file_is_opened_for_whom_its_owner_lets_in(
    db: None, actor: Actors, let_in: set[int | None]
) -> None:
    file_id = _store(actor(1))
    let_in.add(1)

    assert _read(actor(1), file_id) == b"name,phone\n"


def test_the_owner_of_the_thing_can_refuse_even_who_stored_it(
    db: None, actor: Actors, let_in: set[int | None]
) -> None:
    file_id = _store(actor(1))

    with pytest.raises(NotForYou):
        _read(actor(1), file_id)


def test_without_an_answering_port_nobody_is_let_in(db: None, actor: Actors) -> None:
    file_id = _store(actor(1))

    with pytest.raises(NotForYou):
        _read(actor(1), file_id)


def test_a_stranger_finds_nothing_even_if_the_owner_would_let_them_in(
    db: None, actor: Actors, let_in: set[int | None]
) -> None:
    file_id = _store(actor(1), place=Place(union_id=5, county_id=3))
    let_in.update({1, 2})

    with pytest.raises(NotForYou):
        _read(actor(2), file_id)
    with acting(system("test")):
        assert not StoredFile.objects.exists()


def test_the_page_hands_it_out_to_be_saved_and_runs_nothing(
    users: dict[str, User], actor: Actors, let_in: set[int | None]
) -> None:
    owner = users["owner"]
    file_id = _store(actor(owner.pk), name="名册 2026.csv")
    let_in.add(owner.pk)

    answer = _browser(owner).get(reverse("files:stored_file", args=[file_id]))

    assert b"".join(answer.streaming_content) == b"name,phone\n"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def test_another_user_a_visitor_and_a_made_up_id_all_get_404(
    users: dict[str, User], actor: Actors, let_in: set[int | None]
) -> None:
    file_id = _store(actor(users["owner"].pk))
    let_in.update({users["owner"].pk})
    address = reverse("files:stored_file", args=[file_id])

    answers = [
        _browser(users["stranger"]).get(address),
        Client().get(address),
        _browser(users["owner"]).get(reverse("files:stored_file", args=[uuid4()])),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_a_picture_is_kept_without_what_the_camera_wrote(
    db: None, actor: Actors, let_in: set[int | None]
) -> None:
    let_in.add(1)
    file_id = _store(actor(1), picture(exif=True), "photo.png")

    assert b"SECRET-CAMERA" not in _read(actor(1), file_id)
    with acting(actor(1)):
        kept = StoredFile.objects.get()
    assert (kept.media_type, kept.name) == ("image/jpeg", "photo.jpg")


def _zip(*names: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"MZ\x90\x00 a program", "file_kind"),
        (b"<svg onload='alert(1)'/>", "file_kind"),
        (_zip("readme.txt"), "file_kind"),
        (_zip("xl/workbook.xml", "xl/vbaProject.bin"), "file_kind"),
        (b"PK\x03\x04 not a zip at all", "file_kind"),
        (b"a,b\n" * 6_000_000, "file_too_large"),
        (picture()[:300], "picture_broken"),
    ],
)
def test_what_is_not_taken_leaves_nothing_behind(
    db: None, actor: Actors, data: Path, content: bytes, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        _store(actor(1), content)

    assert refused.value.code == code
    assert [
        path for path in data.rglob("*") if path.is_file() and path.suffix not in (".json", ".lock")
    ] == []


def test_a_user_sends_a_hundred_files_a_day_and_no_more(db: None, actor: Actors) -> None:
    with acting(actor(1)):
        StoredFile.objects.bulk_create(
            StoredFile(
                owner=OWNER,
                owner_id="7",
                user_id=1,
                name="x",
                media_type="text/csv",
                size=1,
                sha256="",
                blob="",
                stored_at=days.now(),
            )
            for _n in range(100)
        )
    _store(actor(2))

    with pytest.raises(TooMany):
        _store(actor(1))


def test_bytes_of_a_transaction_that_failed_are_swept_and_those_of_a_row_stay(
    committed: None, actor: Actors, data: Path, let_in: set[int | None]
) -> None:
    import os

    let_in.add(1)
    kept = _store(actor(1), b"kept,here\n")
    with transaction.atomic():
        _store(actor(1), b"lost,here\n")
        transaction.set_rollback(True)
    stored = [path for path in (data / "files").rglob("*.1") if path.is_file()]
    assert len(stored) == 2
    for path in stored:
        os.utime(path, (1, 1))

    jobs.sweep(timestamp=0)

    assert len(list((data / "files").rglob("*.1"))) == 1
    assert _read(actor(1), kept) == b"kept,here\n"


def test_a_removed_file_is_gone_but_its_twin_opens(db: None, actor: Actors, let_in: set[int | None]) -> None:
    let_in.update({1, 2})
    mine, theirs = _store(actor(1)), _store(actor(2))
    with acting(actor(1)):
        services.remove(actor=actor(1), at=days.now(), file_id=mine)

    with pytest.raises(NotForYou):
        _read(actor(1), mine)
    assert _read(actor(2), theirs) == b"name,phone\n"


def test_a_parser_gets_a_path_that_is_gone_afterwards(
    db: None, actor: Actors, let_in: set[int | None]
) -> None:
    let_in.add(1)
    file_id = _store(actor(1))

    with acting(actor(1)), services.on_disk(actor=actor(1), at=days.now(), file_id=file_id) as path:
        assert path.read_bytes() == b"name,phone\n"
        assert path.suffix == ".csv"
    assert not path.exists()


def test_storing_and_opening_are_on_the_trail(
    committed: None, actor: Actors, let_in: set[int | None], owner_sql: Callable[..., list[Any]]
) -> None:
    let_in.add(1)
    file_id = _store(actor(1))
    _read(actor(1), file_id)

    lines = owner_sql("SELECT action, user_id, subject_id FROM audit_entry ORDER BY id")
    assert lines == [("file.store", 1, str(file_id)), ("file.open", 1, str(file_id))]


def test_large_files_stream(db: None, actor: Actors, let_in: set[int | None]) -> None:
    let_in.add(1)
    file_id = _store(actor(1), b"a,b,c,d\n" * 100_000)

    with acting(actor(1)):
        sizes = [
            len(piece) for piece in services.open_for(actor=actor(1), at=days.now(), file_id=file_id).pieces
        ]

    assert max(sizes) == blobs.PIECE
    assert sum(sizes) == 800_000
