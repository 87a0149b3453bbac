"""The language somebody at a terminal reads."""

from collections.abc import Mapping

_ASKED = ("LC_ALL", "LC_MESSAGES", "LANG")
_SPOKEN = {"zh": "zh-hans", "en": "en"}


def of_locale(environ: Mapping[str, str], default: str) -> str:
    """The language of the terminal's locale where the program speaks it, else the one of the installation."""
    locale = next((environ[name] for name in _ASKED if environ.get(name)), "")
    return _SPOKEN.get(locale[:2].lower(), default)
