"""Rows of the demo's lists with a document each: one by one, since a file belongs to its row."""

import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from zhijia.catalogue.register_rules import Column, Register
from zhijia.files import services as files
from zhijia.kernel import documents
from zhijia.kernel.actors import Actor
from zhijia.registers.services import adding, lists, naming, writing
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.web.demo.words import words

KEYS = UUID("6a1f8c0e-6a0f-4a39-8f43-3f0f2b7d5a10")
TEMPLATE = Path(__file__).with_name("data") / "document.typ"


def columns(register: Register) -> list[Column]:
    """The fields whose files the rows need, or are found by."""
    return [
        column for column in register.fields if column.type == "file" and (column.required or column.searched)
    ]


def write(
    actor: Actor, union: Union, register: Register, made: Sequence[Mapping[str, Any]], at: datetime
) -> None:
    """These rows at the union, each with its documents."""
    kept = lists.ready(register.code, at=at)
    for number, given in enumerate(made):
        row_id = uuid5(KEYS, f"{register.code}-{union.pk}-{number}")
        content = _document(register, given, at)
        stored = {
            column.name: files.store(
                actor=actor, at=at, content=content, name=f"{register.label.zh}.pdf", owner=naming.FILES,
                owner_id=row_id, place=access.place_of(union),
            )
            for column in columns(register)
        }  # fmt: skip
        values = {**given, **{name: [str(key)] for name, key in stored.items()}}
        said = writing.judged(register, values, [], before={}, at=at, union=union)
        adding.write(actor=actor, at=at, kept=kept, union=union, said=said, row_id=row_id)


def _document(register: Register, values: Mapping[str, Any], at: datetime) -> bytes:
    """A page with the row's title and some sentences, as PDF."""
    title, told = str(values[register.title[0]]), words("lists")["document"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document.pdf"
        said = {"title": title, "list": register.label.zh, "words": told}
        documents.write_pdf(path, template=TEMPLATE, values=said, at=at)
        return path.read_bytes()
