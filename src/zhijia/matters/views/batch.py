"""Agreeing to several requests at once: what was ticked is summed up first, then each gets an answer of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel import days
from zhijia.kernel.requests import Asked, whole_number
from zhijia.matters.queries import inbox
from zhijia.matters.services import batching, versions
from zhijia.matters.services.batching import Answered
from zhijia.registry import access


@dataclass(slots=True)
class Kind:
    """What of one matter would be agreed to: how many, and the sum in fen."""

    matter: Matter
    rows: list[Answered] = field(default_factory=list)

    @property
    def fen(self) -> int:
        """What is asked for together."""
        return sum(row.case.amount or 0 for row in self.rows)


@require_POST
def agree(request: Asked) -> HttpResponse:
    """Sum up what was ticked; once that was seen (`seen`), agree and say what came of each."""
    actor = access.require(request.actor, "matter.decide")
    chosen = [number for text in request.POST.getlist("chosen") if (number := whole_number(text)) is not None]
    if "seen" not in request.POST:
        return _summary(request, batching.look_ahead(actor=actor, at=days.now(), step_ids=chosen))
    answers = batching.approve_all(actor=actor, at=days.now(), step_ids=chosen)
    rows = [_row(answer) for answer in answers]
    done = sum(answer.done for answer in answers)
    context = {"rows": rows, "done": done, "left": len(rows) - done}
    return render(request, "matters/staff/batch.html", context)


def _summary(request: Asked, looked: Sequence[Answered]) -> HttpResponse:
    kinds: dict[str, Kind] = {}
    out = []
    for answer in looked:
        matter = versions.definition(answer.case.version)
        if answer.done:
            kinds.setdefault(answer.case.code, Kind(matter)).rows.append(answer)
        else:
            out.append(_row(answer))
    rows = [_row(answer) for kind in kinds.values() for answer in kind.rows]
    context = {
        "kinds": list(kinds.values()), "rows": rows, "out": out, "fen": sum(kind.fen for kind in kinds.values()),
        "with_money": any(answer.case.amount is not None for answer, _matter, _name in rows),
    }  # fmt: skip
    return render(request, "matters/staff/batch_sum.html", context)


def _row(answer: Answered) -> tuple[Answered, Matter, str]:
    """An answer with what it is about and whose it is, masked."""
    matter = versions.definition(answer.case.version)
    return answer, matter, inbox.shown_name(answer.case, matter)
