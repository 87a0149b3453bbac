"""Everything the trail can tell has words in both languages."""

import re
from pathlib import Path

import zhijia
from zhijia.catalogue import codes

ACTION = re.compile(r'action="([a-z_.]+)"|_trail\(actor, at, "([a-z_.]+)"')


def test_every_action_written_to_the_trail_has_words() -> None:
    package = Path(zhijia.__file__).parent
    known = codes.get("trail_actions").by_code
    unknown = {
        (path.name, action)
        for path in package.rglob("*.py")
        if "tests" not in path.parts and "management" not in path.parts
        for pair in ACTION.findall(path.read_text(encoding="utf-8"))
        if (action := pair[0] or pair[1]) and action not in known and action not in ("append", "store_true")
    }
    assert unknown == set()
