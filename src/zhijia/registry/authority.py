"""The adapter of the port `registry.authority`: an office reached by HTTP that says whether a name and a number belong
together. Sent are a random reference and a keyed digest, never a name or a number (docs/adr/0012-authority.md).

An office that wants something else (a sealed number, another protocol) is another adapter behind the same port.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path

from django.conf import settings

PORT = "registry.authority"
SAID = ("match", "differ", "unknown")
DEMO_ADDRESS = "office.url"
"""The file in the data folder in which the simulated office says where it listens."""
LONGEST_ANSWER = 1_000_000


class Away(Exception):
    """The office does not answer now: not there, too slow, out of order, or in words we do not understand. Asking
    again later is right."""


def address() -> str:
    """Where the office is; empty when there is none."""
    if settings.AUTHORITY_URL or not settings.DEMO:
        return str(settings.AUTHORITY_URL)
    try:
        return (Path(settings.DATA) / DEMO_ADDRESS).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def ask(questions: Mapping[str, str], *, key: str, wait: float) -> dict[str, str]:
    """What the office says of each question (reference → keyed digest): match, differ or unknown, by reference. The
    same key again is the same question. Waits so many seconds. Raises Away."""
    where = address()
    if not where.startswith(("http://", "https://")):
        raise Away("no office is set")
    asked = [{"ref": reference, "digest": digest} for reference, digest in questions.items()]
    request = urllib.request.Request(  # noqa: S310 - the scheme is looked at above
        f"{where}/match",
        data=json.dumps({"key": key, "questions": asked}).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=wait) as response:  # noqa: S310
            answers = json.loads(response.read(LONGEST_ANSWER))["answers"]
    except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
        raise Away(type(error).__name__) from error
    if (
        not isinstance(answers, dict)
        or set(answers) != set(questions)
        or not set(answers.values()) <= set(SAID)
    ):
        raise Away("an answer we do not understand")
    return answers
