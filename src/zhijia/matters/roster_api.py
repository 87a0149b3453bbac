"""A request's list for programs, and whose request it is: people who are logged in, with their own ones."""

from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Body, Router

from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou
from zhijia.kernel.requests import Asked
from zhijia.matters.models import Case
from zhijia.matters.queries import mine, roster
from zhijia.matters.services import rosters, versions
from zhijia.registry.api import Strict

router = Router(tags=["matters"])


class LineOut(Strict):
    """A line of a request's list: its cells in words, what is asked and was granted (fen), and the answer to it
    (`grant`, `less`, `refuse`; empty while it goes as asked)."""

    line_id: UUID
    number: int
    name: str
    cells: dict[str, str]
    asked: int | None
    verdict: str
    granted: int | None
    reason: str


class LinesOut(Strict):
    """A page of a request's list; the next one begins after the number `after`, none on the last."""

    lines: list[LineOut]
    after: int | None


class LinesTaken(Strict):
    """How many lines stand now, or what could not be taken: by the line's place from 0 and its column."""

    taken: int
    wrong: dict[str, dict[str, str]]


@router.get("/requests/{case_id}/lines", response=LinesOut)
def lines(request: Asked, case_id: UUID, after: int = 0) -> dict[str, Any]:
    """The lines of a list in a request of one's own, a page at a time, with the answer to each."""
    case = own_case(person_of(request), case_id)
    shown = roster.page(case, versions.of(case, at=days.now()), after=max(0, after))
    if shown is None:
        raise NotForYou("no_such_list", _("This request has no list."))
    return {
        "lines": [
            {
                "line_id": row.line.pk,
                "number": row.line.number,
                "name": row.title,
                "cells": {str(label): words for label, words in row.cells},
                "asked": row.line.asked,
                "verdict": row.line.verdict,
                "granted": row.line.granted,
                "reason": row.line.reason,
            }
            for row in shown.rows
        ],
        "after": shown.after,
    }


@router.put("/requests/{case_id}/lines", response=LinesTaken)
def replace_lines(
    request: Asked, case_id: UUID, typed: Annotated[list[dict[str, str]], Body()]
) -> dict[str, Any]:
    """Put these lines in place of those that stand there while the request can still be written: all or none."""
    wrong: dict[str, dict[str, str]] = {}
    try:
        taken = rosters.replace(actor=person_of(request), at=days.now(), case_id=case_id, rows=typed)
    except rosters.CellsWrong as said:
        for cell in said.cells:
            wrong.setdefault(str(cell.line), {})[cell.column.name] = str(cell.words)
        taken = 0
    return {"taken": taken, "wrong": wrong}


def person_of(request: Asked) -> Actor:
    """Whoever is logged in, not a token."""
    actor = request.actor
    if actor.user_id is None or actor.scopes is not None:
        raise NotForYou("people_only", _("A request is made by a person who is logged in, not by a token."))
    return actor


def own_case(actor: Actor, case_id: UUID) -> Case:
    """One's own request. Raises NotForYou."""
    case = mine.find(actor, case_id)
    if case is None:
        raise NotForYou("not_found", _("There is no such request of yours."))
    return case
