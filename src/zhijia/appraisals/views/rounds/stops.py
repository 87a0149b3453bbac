"""How far a round is, and one entry of it, as a line of stops."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.models.rounds import Nomination, Round
from zhijia.appraisals.services.rounds import appealing
from zhijia.catalogue.round_rules import Round as Definition
from zhijia.ui.lines import State, Stop
from zhijia.ui.templatetags.ui import day as day_words
from zhijia.ui.templatetags.ui import moment as moment_words

Way = Sequence[tuple[str, object, Promise | str, str]]
"""Each stop: of which state, what happens, who has it, and when or by when."""
ENDED = frozenset({"refused", "withdrawn", "struck"})


def of_round(found: Round, asked: Definition) -> list[Stop]:
    """The round from its preparation to the names."""
    way = [("draft", _("Round prepared"), _("officers"), ""), *_from_the_call(found, asked)]
    return _line(way, _now(found), over=found.state == "named", stopped=found.state == "stopped")


def of_entry(row: Nomination, asked: Definition, at_union: str) -> list[Stop]:
    """One entry from its writing to the names: what its own way is, then the round's."""
    handed = day_words(row.handed_at)
    written = ("draft", _("Hand in"), "" if row.handed_at else _("whoever nominates"), handed)
    way = [written, ("up", _("Recommended"), at_union, ""), *_from_the_call(row.round, asked)]
    now = {"draft": "draft", "returned": "draft", "up": "up", "shown": "up"}.get(row.state, _now(row.round))
    stopped = row.state in ENDED or row.round.state == Round.State.STOPPED
    if row.state in ENDED and row.number is None:
        now = "up" if row.handed_at else "draft"
    return _line(way, now, over=row.round.state == "named" and not stopped, stopped=stopped)


def _from_the_call(found: Round, asked: Definition) -> Way:
    """From the call to the names, the days of appeal only where there are any."""
    judged = [
        (f"judging:{one.code}", one.label, _("the public") if one.questionnaire else _("judges"), "")
        for one in asked.stages
    ]
    appeal = _until(day_words(appealing.last_day(found))) if asked.appeal and found.decided_at else ""
    last = _("Names announced")
    named = day_words(found.named_at)
    return [
        ("open", _("Call closes"), _("members and unions"), moment_words(found.closes_at)),
        *judged,
        ("batch", _("Batch put together"), _("officers"), ""),
        ("proposed", _("Batch decided"), _("a second person"), ""),
        *([("decided", _("Days of appeal"), _("whoever was not chosen"), appeal)] if asked.appeal else []),
        ("named" if asked.appeal else "decided", last, _("officers"), named),
    ]


def _until(day: object) -> str:
    return str(_("until %(at)s") % {"at": day})


def _now(found: Round) -> str:
    """The stop a round is at; one that was stopped, where it was."""
    if found.state == Round.State.STOPPED:
        if found.stage:
            return f"judging:{found.stage}"
        return "batch" if found.proposed_at else "open"
    return f"judging:{found.stage}" if found.state == Round.State.JUDGING else str(found.state)


def _line(way: Way, now: str, *, over: bool, stopped: bool) -> list[Stop]:
    codes = [code for code, *_rest in way]
    here = codes.index(now) if now in codes else len(codes) - 1

    def stands(place: int) -> State:
        if over or place < here:
            return "done"
        if place > here:
            return "next"
        return "stopped" if stopped else "now"

    return [
        Stop(title, stands(place), who if stands(place) == "now" else "", when)
        for place, (_code, title, who, when) in enumerate(way)
    ]
