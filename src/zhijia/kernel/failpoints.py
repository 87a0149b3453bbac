"""Places where a fault can be made to happen, by name: for the faults harness (`zhijia-faults`), and nowhere else.

A file of the place's name in the folder `ZHIJIA_FAILPOINTS` arms it once and says what happens: `kill` (as a crash),
`stop` (as a machine that hangs) or `wait 0.5` (as one that is slow). Without the folder, and in production, nothing is
looked at.
"""

import os
import signal
import time
from pathlib import Path

_FOLDER = os.environ.get("ZHIJIA_FAILPOINTS", "")
ON = bool(_FOLDER) and os.environ.get("ZHIJIA_PRODUCTION", "") != "1"


def reached(name: str) -> None:
    """Somebody comes by this place: what it is armed with happens, once."""
    if not ON:
        return
    armed = Path(_FOLDER) / name
    taken = armed.with_name(f"{name}.{os.getpid()}")
    try:
        armed.rename(taken)
        what, _space, seconds = taken.read_text(encoding="ascii").partition(" ")
        taken.unlink()
    except FileNotFoundError:
        return
    if what == "wait":
        time.sleep(float(seconds))
    else:
        os.kill(os.getpid(), signal.SIGKILL if what == "kill" else signal.SIGSTOP)
