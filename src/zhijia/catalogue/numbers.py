"""A number a definition names: a parameter by its key or, where its kind allows that, one of its own, which is dated
and sourced as the definition is: `=30`, `=1200.00` (yuan, held in fen), `=[30, 7, 0]`. Pure."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from zhijia.catalogue.kinds import Parameter, ParameterValue
from zhijia.catalogue.text import Text

_OWN = re.compile(r"=(?:([0-9]{1,5})|([0-9]{1,7})\.([0-9]{2})|\[([0-9]{1,5}(?:, ?[0-9]{1,5}){0,9})\])")
_LABEL = Text(en="A number of its own", zh="自定数字")


def there(parameters: Mapping[str, Parameter], key: str, *, own_too: bool, kind: str = "") -> bool:
    """Whether a definition may name this: a parameter (of this type, if one is said) or, with `own_too`, a number of
    its own (a whole one, if no type is said)."""
    if said := own(key):
        return own_too and said.type == (kind or "whole")
    return key in parameters and (not kind or parameters[key].type == kind)


@lru_cache(maxsize=1024)
def own(key: str) -> Parameter | None:
    """The number a key says itself; none where it says none. Nothing is no number of one's own."""
    said = _OWN.fullmatch(key)
    if said is None:
        return None
    whole, yuan, fen, several = said.groups()
    if several:
        return _parameter("whole_list", "number", [int(one) for one in several.split(",")])
    value = int(whole or f"{yuan}{fen}")
    return _parameter("whole", "number" if whole else "fen", value) if value else None


def _parameter(kind: str, unit: str, value: object) -> Parameter:
    stands = ParameterValue.model_validate(
        {"from": date.min, "value": value, "source": "the definition itself", "confidence": "D"}
    )
    said = {"code": "own", "label": _LABEL, "version": 1, "type": kind, "unit": unit, "values": (stands,)}
    return Parameter.model_validate(said)
