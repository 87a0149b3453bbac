"""The pages that are said to serve a capability are there."""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from zhijia.catalogue import capabilities, definitions

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


def test_each_address_named_is_one_of_a_page() -> None:
    named = {page for one in capabilities.kept(definitions.load()) for page in one.pages}
    there = set(_addresses(get_resolver(), "/"))
    assert len(named) > 50
    assert sorted(named - there) == []


def _addresses(resolver: URLResolver, before: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        address = before + ARGUMENT.sub(r"<\1>", str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield address
        else:
            yield from _addresses(pattern, address)
