"""A number a definition names: a parameter by its key or, where its kind allows that, one of its own, which is dated
and sourced as the definition is: `=30`, `=1200.00` (yuan, held in fen), `=[30, 7, 0]`. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from zhijia.catalogue.kinds import Parameter, ParameterValue

_OWN = re.compile(r"=(?:([0-9]{1,5})|([0-9]{1,7})\.([0-9]{2})|\[([0-9]{1,5}(?:, ?[0-9]{1,5}){0,9})\])")


@dataclass(frozen=True, slots=True)
class Own:
    """A number of its own, everywhere and on every day the same."""

    type: Literal["whole", "whole_list"]
    stands: ParameterValue


def there(parameters: Mapping[str, Parameter], key: str, *, own_too: bool, kind: str = "") -> bool:
    """Whether a definition may name this: a parameter (of this type, if one is said) or, with `own_too`, a number of
    its own (a whole one, if no type is said)."""
    if said := own(key):
        return own_too and said.type == (kind or "whole")
    return key in parameters and (not kind or parameters[key].type == kind)


@lru_cache(maxsize=1024)
def own(key: str) -> Own | None:
    """The number a key says itself; none where it says none. Nothing is no number of one's own."""
    said = _OWN.fullmatch(key)
    if said is None:
        return None
    whole, yuan, fen, several = said.groups()
    if several:
        return Own("whole_list", _stands([int(one) for one in several.split(",")]))
    value = int(whole or f"{yuan}{fen}")
    return Own("whole", _stands(value)) if value else None


def _stands(value: object) -> ParameterValue:
    said = {"from": date.min, "value": value, "source": "the definition itself", "confidence": "D"}
    return ParameterValue.model_validate(said)
