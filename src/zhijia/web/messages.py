"""The translations' compiled form, made from the catalogues in the tree (gettext need not be installed)."""

from pathlib import Path

import polib

PACKAGE = Path(__file__).resolve().parent.parent


def compile_stale(package: Path = PACKAGE) -> list[Path]:
    """Compile every `django.po` newer than its `.mo`; answers those. Raises OSError on a bad file."""
    done = []
    for catalogue in sorted(package.glob("*/locale/*/LC_MESSAGES/django.po")):
        compiled = catalogue.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= catalogue.stat().st_mtime:
            continue
        draft = compiled.with_suffix(".mo.new")
        polib.pofile(str(catalogue)).save_as_mofile(str(draft))
        draft.replace(compiled)
        done.append(catalogue)
    return done
