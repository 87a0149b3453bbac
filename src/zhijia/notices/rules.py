"""When a message may ring. Pure."""

from datetime import datetime, timedelta

from zhijia.kernel.days import SHANGHAI


def when_awake(at: datetime, quiet: tuple[int, int]) -> datetime:
    """The first moment from `at` outside the quiet hours (from, to; in Shanghai, over midnight when from >
    to)."""
    begin, end = quiet
    local = at.astimezone(SHANGHAI)
    asleep = begin <= local.hour < end if begin < end else local.hour >= begin or local.hour < end
    if begin == end or not asleep:
        return at
    morning = local.replace(hour=end, minute=0, second=0, microsecond=0)
    return morning if morning > local else morning + timedelta(days=1)
