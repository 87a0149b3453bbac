"""Employers' moves and members who may have left, in words."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhijia.registry.models import TransferBatch
from zhijia.ui.lines import Stop
from zhijia.ui.templatetags.ui import day as shown_day

register = template.Library()
STATES = {
    "preparing": (gettext_lazy("being prepared"), "moving"),
    "open": (gettext_lazy("waits for the answer"), "waiting"),
    "answered": (gettext_lazy("agreed; the members' time runs"), "moving"),
    "refused": (gettext_lazy("refused"), "stopped"),
    "withdrawn": (gettext_lazy("taken back"), "stopped"),
    "done": (gettext_lazy("done"), "done"),
}
LINES = {
    "pending": (gettext_lazy("waits"), "waiting"),
    "approved": (gettext_lazy("agreed"), "done"),
    "refused": (gettext_lazy("refused"), "stopped"),
    "cancelled": (gettext_lazy("stays"), "stopped"),
    "objected": (gettext_lazy("the member stays"), "stopped"),
    "skipped": (gettext_lazy("left out"), "idle"),
}
OBSTACLES = {
    "transfer": gettext_lazy("another transfer of theirs is open"),
    "retained": gettext_lazy("the membership is retained"),
}


@register.filter
def batch_label(state: str) -> str:
    """Where an employer's move stands."""
    return str(STATES[state][0])


@register.filter
def batch_kind(state: str) -> str:
    """The shape and colour of that state."""
    return STATES[state][1]


@register.filter
def line_label(state: str) -> str:
    """Where one member of the move stands, from one's own side."""
    return str(LINES[state][0])


@register.filter
def line_kind(state: str) -> str:
    """The shape and colour of that state."""
    return LINES[state][1]


@register.filter
def obstacle_words(obstacle: str) -> str:
    """What keeps a member from following; the reason itself where it is somebody's words."""
    return str(OBSTACLES.get(obstacle, obstacle))


@register.filter
def batch_stops(batch: TransferBatch) -> list[Stop]:
    """An employer's move as a line of stops: proposed, answered, moved."""
    said_no = batch.state in ("refused", "withdrawn")
    answered = batch.state in ("answered", "done")
    line = [
        Stop(title=_("The proposal"), state="done", when=shown_day(batch.asked_at)),
        Stop(
            title=STATES[batch.state][0] if said_no else _("The answer"),
            state="stopped" if said_no else "done" if answered else "now",
            when=shown_day(batch.answered_at or batch.due_on),
        ),
    ]
    if not said_no:
        done = batch.state == "done"
        line.append(
            Stop(
                title=_("The move"),
                state="done" if done else "now" if answered else "next",
                when=shown_day(batch.ended_at or batch.object_until),
            )
        )
    return line
