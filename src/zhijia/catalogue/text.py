"""A text in both languages, as definitions carry it."""

from dataclasses import dataclass
from typing import Annotated

from django.utils.translation import get_language
from pydantic import ConfigDict, StringConstraints

Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


@dataclass(frozen=True, slots=True)
class Text:
    """Words in English and in Chinese. `str()` picks the language of the page that is being made."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    en: Words
    zh: Words

    def __str__(self) -> str:
        return self.zh if (get_language() or "zh").startswith("zh") else self.en
