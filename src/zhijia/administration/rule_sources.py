"""A rule as somebody at a terminal names it: its text, the code of a definition, or a file."""

from datetime import date
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from zhijia.catalogue import definitions, written
from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.rules import versions

LARGEST = 100_000
"""Bytes of a file that may be a rule."""


def definition_of(source: str, *, on: date, in_force: bool) -> RuleDefinition | None:
    """The definition of that code, or the one in that file; None for anything else. The one that came with the program,
    or the one `in_force` on the day."""
    shipped = definitions.load().rules
    found = (versions.all_in_force(on=on) if in_force else shipped).get(source)
    if found is not None or not source.endswith((".yaml", ".yml")):
        return found
    definition, wrong = written.read(RuleDefinition, _read(Path(source)))
    if definition is None:
        raise CommandError(
            _("%(file)s is no definition of a rule. Line %(line)d: %(words)s")
            % {"file": source, "line": wrong[0].line, "words": wrong[0].words}
        )
    return definition


def text_of(source: str) -> str:
    """What a file says, or the text itself where no file has that name."""
    try:
        is_file = Path(source).is_file()
    except (OSError, ValueError):
        is_file = False
    return _read(Path(source)) if is_file else source


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise CommandError(
                _("%(file)s is larger than a rule can be (%(most)d KB). Make several rules of it.")
                % {"file": path, "most": LARGEST // 1000}
            )
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CommandError(
            _("%(file)s is not a text in UTF-8. Save it as UTF-8 and try again.") % {"file": path}
        ) from None
    except OSError:
        raise CommandError(
            _("%(file)s cannot be read: there is no such file, or you may not open it.") % {"file": path}
        ) from None
