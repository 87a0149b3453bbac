"""How the database goes about a question: which indexes it uses, which tables it walks whole."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting

LARGE = frozenset(
    (
        "registry_person",
        "registry_membership",
        "registry_card",
        "vault_secret",
        "facts_fact",
        "facts_union_month",
    )
)
"""Tables nobody waits for to be walked whole."""


@dataclass(slots=True)
class Clock:
    """Adds up the time of the statements it stands round, and how many they were."""

    seconds: float = 0.0
    statements: int = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - began
            self.statements += 1


@dataclass(slots=True)
class Seen:
    """What the plans of a question's statements use, and what they walk whole: sentences."""

    indexes: list[str] = field(default_factory=list)
    walked_whole: list[str] = field(default_factory=list)


def of(actor: Actor, ask: Callable[[Any], object], argument: Any) -> Seen:
    """Ask once more and have every statement explained, as this actor under row policies."""
    heard: list[tuple[str, Any]] = []

    def listen(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        heard.append((sql, params))
        return execute(sql, params, many, context)

    indexes: set[str] = set()
    seen = Seen()
    with acting(actor):
        with connection.execute_wrapper(listen):
            ask(argument)
        with connection.cursor() as cursor:
            for sql, params in heard:
                if sql.startswith("SET LOCAL"):
                    cursor.execute(sql)
                if not sql.lstrip().startswith(("SELECT", "WITH")):
                    continue
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
                for node in _nodes(cursor.fetchone()[0][0]["Plan"]):
                    if "Index Name" in node:
                        indexes.add(node["Index Name"])
                    if node["Node Type"] == "Seq Scan" and _is_large(node["Relation Name"]):
                        seen.walked_whole.append(f"{node['Relation Name']} is walked whole: {sql[:120]}")
    seen.indexes = sorted(indexes)
    return seen


def peak_mb() -> int:
    """The most memory this process or one it started used, in megabytes."""
    return (
        max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        // 1024
    )


def _is_large(table: str) -> bool:
    return table in LARGE or table.startswith("facts_fact_")


def _nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for below in plan.get("Plans", ()) for node in _nodes(below))]
