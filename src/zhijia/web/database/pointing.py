"""Pointing Django's connections at an embedded server that was started after the settings were read."""

from urllib.parse import parse_qs, unquote, urlsplit

from django.db import connections


def point(urls: dict[str, str]) -> None:
    """From now on each alias means the database of its URL (through a socket folder, as `addresses.url` makes it)."""
    connections.close_all()
    for alias, url in urls.items():
        parts = urlsplit(url)
        connections[alias].settings_dict.update(
            NAME=parts.path.lstrip("/"),
            USER=unquote(parts.username or ""),
            PASSWORD=unquote(parts.password or ""),
            HOST=parse_qs(parts.query)["host"][0],
            PORT="",
        )
