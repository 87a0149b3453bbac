"""By when we promise to answer: working days, and no promise where the calendar ends."""

from datetime import date

from zhijia.catalogue import parameters, working_days


def due(parameter: str, *, today: date, division: str = "") -> date | None:
    """The last day to answer, that many working days from today (CLK-01); None when the table of working days does
    not reach so far yet: then no date is promised, and the work goes on."""
    last = working_days.add(today, parameters.value(parameter, division=division, day=today))
    return last if working_days.is_announced(last) else None
