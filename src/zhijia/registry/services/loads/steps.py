"""The two long steps of a load: every piece looked at, every piece written. Both go on behind what was done before."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import QuerySet

from zhijia.kernel.errors import Refusal
from zhijia.registry.models import Load, LoadPiece
from zhijia.registry.services.imports import words
from zhijia.registry.services.loads import doubles, sources
from zhijia.registry.services.loads.clock import LOOKING, WRITING, Clock, Say
from zhijia.registry.services.loads.sources import Part
from zhijia.registry.services.loads.tasks import Answer, Look, Write
from zhijia.registry.services.loads.team import Team
from zhijia.registry.services.loads.texts import BrokenQuote, Piece


class Wrong(Exception):
    """The files cannot be taken; `code` names a sentence, `row` where."""

    def __init__(self, code: str, row: int = 0) -> None:
        super().__init__(code)
        self.code, self.row = code, row


def look(run: Load, parts: Sequence[Part], team: Team, sizes: tuple[int, int], say: Say) -> None:
    """Cut the files into pieces and keep the keyed indexes of their numbers, in the order of the pieces."""
    last = pieces_of(run).order_by("-number").first()
    clock = Clock(sum(part.size for part in parts), LOOKING, say)
    given: dict[int, tuple[int, Piece]] = {}
    first = last.number + 1 if last else 0

    def tasks() -> Iterator[Look]:
        for place, part in enumerate(parts):
            if last is not None and place < last.part:
                continue
            behind = _piece(last) if last is not None and last.part == place else None
            for piece in sources.pieces(part, after=behind, wanted=sizes[0], wanted_rows=sizes[1]):
                number = first + len(given)
                given[number] = (place, piece)
                yield Look(number, part, piece)

    waiting: dict[int, Answer] = {}
    following = first
    try:
        for answer in team.do(tasks()):
            if answer.failure == "disk_full":
                raise Refusal(answer.failure, words.of_file(answer.failure))
            if answer.failure:
                raise Wrong(answer.failure, given[answer.number][1].first_row + answer.row)
            waiting[answer.number] = answer
            while following in waiting:
                place, piece = given[following]
                _keep(run, parts, following, place, piece, waiting.pop(following).blinds)
                clock.done(_bytes(parts[place], piece))
                following += 1
    except BrokenQuote as broken:
        raise Wrong(broken.code, broken.row) from None
    if not pieces_of(run).filter(rows__gt=0).exists():
        raise Wrong("no_rows")


def _keep(run: Load, parts: Sequence[Part], number: int, place: int, piece: Piece, blinds: bytes) -> None:
    with transaction.atomic(using="bulk"):
        LoadPiece.objects.using("bulk").create(
            load=run, number=number, part=place, begins=piece.begins, size=piece.size, first_row=piece.first_row,
            rows=piece.rows, blinds=blinds, union_id=run.union_id, county_id=run.county_id,
        )  # fmt: skip
        if run.files[place]["encoding"] != parts[place].encoding:
            run.files = [part.as_json() for part in parts]
            run.save(using="bulk", update_fields=["files"])


def write(run: Load, parts: Sequence[Part], team: Team, say: Say) -> list[Mapping[str, Any]]:
    """Write the pieces that are not written yet. Answers the first mistakes of each, in their order, masked."""
    pieces = list(pieces_of(run).defer("blinds").order_by("number"))
    twice = _doubles(run, pieces)
    clock = Clock(sum(piece.rows for piece in pieces), WRITING, say)

    def tasks() -> Iterator[Write]:
        for piece in pieces:
            if piece.state == LoadPiece.State.WRITTEN:
                clock.skip(piece.rows)
                continue
            pieces_of(run).filter(pk=piece.pk).update(state=LoadPiece.State.GIVEN)
            found = twice.get(piece.number, {})
            yield Write(piece.number, parts[piece.part], _piece(piece), found, run.empty, run.import_id)

    rows = {piece.number: piece.rows for piece in pieces}
    first: dict[int, Sequence[Mapping[str, Any]]] = {}
    for answer in team.do(tasks()):
        if answer.failure:
            raise Refusal(answer.failure, words.of_file(answer.failure))
        first[answer.number] = answer.first
        clock.done(rows[answer.number])
    run.state = Load.State.SETTLING
    run.save(using="bulk", update_fields=["state"])
    return [mistake for number in sorted(first) for mistake in first[number]]


def _bytes(part: Part, piece: Piece) -> int:
    """How much of its file a piece is, in bytes; of a workbook or a parquet file by its rows."""
    return piece.size if part.kind == "csv" else part.size * piece.size // max(part.rows, 1)


def _doubles(run: Load, pieces: Sequence[LoadPiece]) -> dict[int, dict[int, int]]:
    """By piece the rows whose number stood in the files before, with the number of that earlier row."""
    ends = np.cumsum([piece.rows for piece in pieces])
    blinds = np.empty((int(ends[-1]), 16), np.uint8)
    begins = 0
    for (raw,) in pieces_of(run).order_by("number").values_list("blinds").iterator(chunk_size=8):
        some = np.frombuffer(bytes(raw or b""), np.uint8).reshape(-1, 16)
        blinds[begins : begins + len(some)] = some
        begins += len(some)
    found = doubles.later_rows(blinds)
    twice: dict[int, dict[int, int]] = {}
    for later, first in found.items():
        here, there = (pieces[int(np.searchsorted(ends, row, side="right"))] for row in (later, first))
        inside = later - int(ends[here.number]) + here.rows
        number = there.first_row + first - int(ends[there.number]) + there.rows
        twice.setdefault(here.number, {})[inside] = number
    return twice


def pieces_of(run: Load) -> QuerySet[LoadPiece]:
    """The pieces of a run."""
    return LoadPiece.objects.using("bulk").filter(load_id=run.pk)


def _piece(kept: LoadPiece) -> Piece:
    return Piece(kept.begins, kept.size, kept.first_row, kept.rows)
