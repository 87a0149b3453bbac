"""Limits count by the visitor's address and cookies want https: both come from a proxy one named, or not at all."""

import pytest

from zhijia.web.wsgi import behind


@pytest.mark.parametrize(
    ("proxies", "sender", "address", "scheme"),
    [
        ("", "10.0.0.5", "10.0.0.5", "http"),
        ("10.0.0.5", "10.0.0.5", "203.0.113.9", "https"),
        ("127.0.0.1,10.0.0.0/24", "10.0.0.5", "203.0.113.9", "https"),
        ("10.0.0.5", "192.0.2.77", "192.0.2.77", "http"),
        ("*.example", "10.0.0.5", "10.0.0.5", "http"),
    ],
)
def test_only_a_named_proxy_says_who_asks_and_how(proxies, sender, address, scheme):
    seen = {}
    asked = behind(proxies, lambda environ, start: seen.update(environ) or [])
    told = {"HTTP_X_FORWARDED_FOR": "198.51.100.1, 203.0.113.9", "HTTP_X_FORWARDED_PROTO": "https"}

    asked({"REMOTE_ADDR": sender, "wsgi.url_scheme": "http", **told}, None)

    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == (address, scheme)
