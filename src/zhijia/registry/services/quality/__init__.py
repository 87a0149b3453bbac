"""Data quality: rules looked for in every person and union, what an officer or a member does about what was found, and
the figure that adds it up. `from zhijia.registry.services import quality`, then `quality.check_county(…)`."""

from zhijia.registry.services.quality.checking import begin_checks, check_changes, check_county
from zhijia.registry.services.quality.clearing import accept, ask, set_field, take_from_number
from zhijia.registry.services.quality.confirming import confirm_own

__all__ = [
    "accept",
    "ask",
    "begin_checks",
    "check_changes",
    "check_county",
    "confirm_own",
    "set_field",
    "take_from_number",
]
