"""Written lists and maps, what is asked of them by `[…]` and by `in`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from zhijia.rules import syntax
from zhijia.rules.checker import coded
from zhijia.rules.checker.conversions import SCALARS, alike, clash
from zhijia.rules.ir import Constant, Follow, In, Index, ListOf, MapOf, Node
from zhijia.rules.problems import Span
from zhijia.rules.types import BOOL, INT, STRING, Kind, list_of, map_of

if TYPE_CHECKING:
    from zhijia.rules.checker.expressions import Checker, Scope


def among(checker: Checker, span: Span, item: Node | None, held_in: Node | None) -> Node | None:
    """`item in list`, `key in map`, typed."""
    if item is None or held_in is None:
        return None
    held = held_in.type.key if held_in.type.kind is Kind.MAP else held_in.type.of
    if held is None:
        return checker.report("in_what", held_in.span, type=held_in.type)
    if held.kind is Kind.ENTITY:
        return checker.report("in_rows", span)
    if isinstance(held_in, ListOf):
        same = alike((item, *held_in.items))
        if same is not None:
            coded.check(checker, same)
            return In(span, BOOL, same[0], replace(held_in, type=list_of(same[0].type), items=same[1:]))
    if item.type != held:
        changed = alike((item, Constant(span, held, 0)))
        if changed is None or changed[0].type != held or item.type.kind not in SCALARS:
            return checker.report(clash(item.type, held), span, left=item.type, right=held)
        item = changed[0]
    coded.check(checker, (item, *_keys(held_in)))
    return In(span, BOOL, item, held_in)


def _keys(held_in: Node) -> tuple[Node, ...]:
    return tuple(key for key, _value in held_in.entries) if isinstance(held_in, MapOf) else (held_in,)


def index(checker: Checker, span: Span, of: Node | None, key: Node | None) -> Node | None:
    """`list[i]`, `map[key]`, typed."""
    if of is None or key is None:
        return None
    if isinstance(of, Follow) and of.type.kind is Kind.LIST:
        return checker.report("no_order", span)
    if not isinstance(of, ListOf | MapOf):
        return checker.report("index_of", span, type=of.type)
    wanted = of.type.key if isinstance(of, MapOf) else INT
    if key.type != wanted:
        return checker.report("index_by", key.span, type=key.type, wanted=wanted)
    assert of.type.of is not None
    if isinstance(of, MapOf):
        coded.check(checker, (key, *_keys(of)))
    return Index(span, of.type.of, of, key)


def listed(checker: Checker, span: Span, items: list[Node] | None) -> Node | None:
    """`[a, b, …]`, typed."""
    if items is None:
        return None
    if not items:
        return checker.report("empty_list", span)
    same = alike(items)
    if same is None:
        odd = next(item for item in items if item.type != items[0].type)
        return checker.report("mixed_list", odd.span, left=items[0].type, right=odd.type)
    if same[0].type.kind not in SCALARS:
        return checker.report("list_holds", span, type=same[0].type)
    return ListOf(span, list_of(same[0].type), same)


def mapped(checker: Checker, expression: syntax.Mapping, scope: Scope) -> Node | None:
    """`{key: value, …}`, typed."""
    span = expression.span
    keys = checker.nodes((key for key, _ in expression.entries), scope)
    values = checker.nodes((value for _, value in expression.entries), scope)
    if keys is None or values is None:
        return None
    if not keys:
        return checker.report("empty_list", span)
    for at, key in enumerate(keys):
        if not isinstance(key, Constant) or key.type not in {STRING, INT, BOOL} or key.type != keys[0].type:
            return checker.report("map_key", key.span)
        if key.value in [earlier.value for earlier in keys[:at] if isinstance(earlier, Constant)]:
            return checker.report("map_twice", key.span)
    held = listed(checker, span, values)
    if not isinstance(held, ListOf):
        return None
    assert held.type.of is not None
    constants = (key for key in keys if isinstance(key, Constant))
    return MapOf(span, map_of(keys[0].type, held.type.of), tuple(zip(constants, held.items, strict=True)))
