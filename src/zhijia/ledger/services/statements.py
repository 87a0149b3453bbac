"""A statement as a table in words: what the page shows, the workbook and the paper say (DUE-11, DUE-14)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from django.utils.translation import gettext as _

from zhijia.audit import services as audit
from zhijia.catalogue import definitions
from zhijia.kernel import documents, sheets
from zhijia.kernel.actors import Actor
from zhijia.ledger.queries import passing, statements
from zhijia.ledger.queries.passing import Passing
from zhijia.ledger.queries.sums import Apart, Scope
from zhijia.ledger.services import accounts
from zhijia.ledger.statement_rules import Line, Section
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.ui.templatetags.ui import day as day_words
from zhijia.ui.templatetags.ui import money

TEMPLATE = Path(__file__).with_name("statement.typ")
Kind = Literal["balance", "result", "budget"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which statement: of which unions, and of which days; of a balance sheet and a budget the last day counts."""

    kind: Kind
    scope: Scope
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: a heading, a line or a sum, with its amounts (fen; none where a column says nothing)."""

    kind: Literal["head", "line", "sum"]
    words: str
    cells: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A statement in words; `about` says of whom and of when it is, `apart` who says what differently, `passing` which
    transfers between them one side alone has booked."""

    title: str
    about: Sequence[tuple[str, str]]
    heads: Sequence[str]
    rows: Sequence[Row]
    apart: Sequence[tuple[str, str, int]] = ()
    passing: Sequence[tuple[Passing, str, str]] = ()


def table(*, actor: Actor, asked: Asked) -> Table:
    """The statement. Raises NotForYou for whoever may not read the books of its union."""
    made = {"balance": _balance, "result": _result, "budget": _budget}[asked.kind](actor, asked)
    return replace(made, passing=_passing(asked)) if asked.scope.below and asked.kind != "budget" else made


def workbook(*, actor: Actor, at: datetime, asked: Asked) -> bytes:
    """The statement as a workbook, amounts in yuan. That it was taken along stands on the trail."""
    found = table(actor=actor, asked=asked)
    _trail(actor, at, asked, "xlsx")
    rows: list[list[sheets.Cell]] = [
        [row.words, *(sheets.yuan(cell) for cell in row.cells)] for row in found.rows
    ]
    rows += [
        [f"{_('Say it differently')}: {first} — {second}", sheets.yuan(fen)]
        for first, second, fen in found.apart
    ]
    rows += [
        [f"{_('On its way')} {one.day}: {payer} → {receiver}", sheets.yuan(one.fen)]
        for one, payer, receiver in found.passing
    ]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "statement.xlsx"
        sheets.write_workbook(
            path, [found.title, *found.heads], rows, sheet=found.title, about=(_("Notes"), found.about)
        )
        return path.read_bytes()


def paper(*, actor: Actor, at: datetime, asked: Asked) -> bytes:
    """The statement as a PDF to sign. That it was taken along stands on the trail."""
    found = table(actor=actor, asked=asked)
    _trail(actor, at, asked, "pdf")
    values = documents.by_hand(
        {
            "title": found.title,
            "about": [list(line) for line in found.about],
            "heads": list(found.heads),
            "rows": [
                {"kind": row.kind, "words": row.words, "cells": [money(cell) for cell in row.cells]}
                for row in found.rows
            ],
            "apart_head": _("Say it differently"),
            "apart": [[f"{first} — {second}", money(fen)] for first, second, fen in found.apart],
            "unit": _("In yuan"),
            "signatures": [_("Head of the union"), _("Head of finance"), _("Made by")],
        }
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "statement.pdf"
        documents.write_pdf(path, template=TEMPLATE, values=values, at=at)
        return path.read_bytes()


def _balance(actor: Actor, asked: Asked) -> Table:
    scope, day = asked.scope, asked.until
    now = statements.balance_sheet(actor=actor, scope=scope, day=day)
    if scope.below:
        heads = _merged_heads()
        before = None
    else:
        heads = [_("At the beginning of the year"), _("At the end of the day")]
        begun = day.replace(month=1, day=1) - timedelta(1)
        before = statements.balance_sheet(actor=actor, scope=scope, day=begun)

    def pair(first: int | None, second: int) -> tuple[int | None, ...]:
        return (second, None, second) if scope.below else (first, second)

    rows = [
        *_section(_("Assets"), now.assets, before.assets if before else None),
        *_sum(_("Assets together"), now.assets, before.assets if before else None),
    ]
    if now.apart:
        rows.append(Row("line", _("What the unions say differently of each other"), (None, None, now.apart)))
    rows += _section(_("Liabilities"), now.liabilities, before.liabilities if before else None)
    rows += _section(_("Net assets"), now.net_assets, before.net_assets if before else None)
    rows.append(
        Row("line", _("Result of the year so far"), pair(before.result if before else None, now.result))
    )
    whole = [one.liabilities.fen + one.net_assets.fen + one.result for one in (before, now) if one]
    together = now.liabilities.together + now.net_assets.together + now.result
    cells = (together, together - whole[-1], whole[-1]) if scope.below else tuple(whole)
    rows.append(Row("sum", _("Liabilities and net assets together"), cells))
    return Table(
        _("Balance sheet"), _about(actor, asked), heads, rows, _apart(actor, asked) if now.apart else ()
    )


def _result(actor: Actor, asked: Asked) -> Table:
    scope = asked.scope
    found = statements.result(actor=actor, scope=scope, since=asked.since, until=asked.until)
    rows = [
        *_section(_("Income"), found.income, None),
        *_sum(_("Income together"), found.income, None),
        *_section(_("Expenditure"), found.expenditure, None),
        *_sum(_("Expenditure together"), found.expenditure, None),
    ]
    if found.apart:
        rows.append(
            Row("line", _("What the unions say differently of each other"), (None, None, found.apart))
        )
    over = (found.over, None, found.over) if scope.below else (found.over,)
    rows.append(Row("sum", _("Income less expenditure"), over))
    heads = _merged_heads() if scope.below else [_("Amount")]
    apart = _apart(actor, asked) if found.apart else ()
    if not scope.below:
        rows = [Row(row.kind, row.words, row.cells[-1:]) for row in rows]
    return Table(_("Income and expenditure"), _about(actor, asked), heads, rows, apart)


def _budget(actor: Actor, asked: Asked) -> Table:
    lines = statements.budget(actor=actor, scope=asked.scope, year=asked.until.year)
    chart = accounts.chart_on(asked.until.replace(month=12, day=31))
    funds = definitions.load().funds
    rows = [
        Row(
            "line",
            f"{line.code} {chart.account(line.code).label} · {funds[line.fund].label}",
            (line.allowed, line.held, line.spent, line.left),
        )
        for line in lines
    ]
    sums = tuple(sum(getattr(line, name) for line in lines) for name in ("allowed", "held", "spent", "left"))
    rows.append(Row("sum", _("Together"), sums))
    about = _about(actor, asked)
    waiting = sum(1 for line in lines if not line.approved)
    if waiting:
        about.append((_("Not approved yet"), _("%(many)s lines") % {"many": waiting}))
    heads = [_("Allowed"), _("Kept"), _("Spent"), _("Left")]
    title = _("Budget execution %(year)s") % {"year": asked.until.year}
    return Table(title, about, heads, rows)


def _section(title: str, section: Section, before: Section | None) -> list[Row]:
    """A heading and the lines of an element, those of the beginning too."""
    keys = sorted(section.lines.keys() | (before.lines.keys() if before else set()))
    rows = [Row("head", title)]
    for chart, main in keys:
        label = definitions.load().charts[chart].account(main).label
        now = section.lines.get((chart, main)) or Line(chart, main)
        then = before.lines.get((chart, main)) if before else None
        rows.append(Row("line", f"{main} {label}", _cells(now, then, begun=before is not None)))
    return rows


def _sum(title: str, section: Section, before: Section | None) -> list[Row]:
    return [Row("sum", title, _cells(section, before, begun=before is not None))]


def _cells(now: Line | Section, then: Line | Section | None, *, begun: bool) -> tuple[int, ...]:
    if begun:
        return (then.together if then else 0, now.together)
    return (now.together, now.left_out, now.fen)


def _merged_heads() -> list[str]:
    return [_("All unions together"), _("Of that between them"), _("Merged sum")]


def _about(actor: Actor, asked: Asked) -> list[tuple[str, str]]:
    """Of whom and of when the statement is, and how far the books behind it go."""
    scope = asked.scope
    of = _("%(name)s and all unions under it") if scope.below else "%(name)s"
    days = day_words(asked.until)
    if asked.kind == "result":
        days = f"{day_words(asked.since)} – {days}"
    about = [(_("Union"), of % {"name": scope.union.name}), (_("Days"), days)]
    if scope.fund:
        about.append((_("Fund"), str(definitions.load().funds[scope.fund].label)))
    covered = statements.coverage(actor=actor, scope=scope, day=asked.until)
    said = _("Unions that keep books here: %(kept)s of %(unions)s; closed up to that day: %(closed)s")
    about.append(
        (
            _("Books"),
            said % {"kept": covered.kept, "unions": covered.unions, "closed": covered.closed},
        )
    )
    return about


def _apart(actor: Actor, asked: Asked) -> list[tuple[str, str, int]]:
    """Who says what differently, by name."""
    since = asked.since if asked.kind == "result" else None
    found: list[Apart] = statements.apart(actor=actor, scope=asked.scope, until=asked.until, since=since)
    names = _names(number for one in found for number in (one.debtor_id, one.creditor_id))
    return [(names[one.debtor_id], names[one.creditor_id], one.fen) for one in found]


def _passing(asked: Asked) -> list[tuple[Passing, str, str]]:
    """What is on its way, from whom and to whom."""
    found = passing.one_sided(asked.scope, asked.until, rows=statements.APART_SHOWN)
    names = _names(number for one in found for number in (one.union_id, one.partner_id))
    return [
        (one, names[one.union_id], names[one.partner_id])
        if one.sent
        else (one, names[one.partner_id], names[one.union_id])
        for one in found
    ]


def _names(unions: Iterable[int]) -> dict[int, str]:
    return dict(Union.objects.filter(pk__in=set(unions)).values_list("pk", "name"))


def _trail(actor: Actor, at: datetime, asked: Asked, form: str) -> None:
    audit.record(
        actor=actor,
        at=at,
        action="ledger.statement",
        subject="ledger_book",
        subject_id=asked.scope.union.pk,
        place=access.place_of(asked.scope.union),
        detail={
            "kind": asked.kind,
            "below": asked.scope.below,
            "since": asked.since.isoformat(),
            "until": asked.until.isoformat(),
            "form": form,
        },
    )
