"""Everything about the package is in pyproject.toml; this adds what is built: the compiled translations of a wheel.

An editable install (`make venv`) needs none of it: `zhijia messages compile` makes them beside the sources.
"""

from pathlib import Path

import polib
from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithMessages(build_py):
    """Compiles each `django.po` that goes into the wheel."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for catalogue in Path(self.build_lib).rglob("django.po"):
            polib.pofile(str(catalogue)).save_as_mofile(str(catalogue.with_suffix(".mo")))


setup(cmdclass={"build_py": BuildWithMessages})
