"""Reads definition files strictly: what is wrong is said with the file and the key, in a sentence."""

from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from zhijia.catalogue.kinds import Coded
from zhijia.catalogue.sentences import UNKNOWN_KEY, Said, of_error, said
from zhijia.catalogue.text import Text
from zhijia.kernel.errors import Refusal

Kind = TypeVar("Kind", bound=Coded)


class DefinitionError(Refusal):
    """A definition file cannot be used. `details["problems"]` holds one sentence for each thing wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("definition_error", problems[0], problems=problems)


class StrictLoader(yaml.CSafeLoader):
    """YAML without tags, in which a key that is there twice is an error and not a silent loss."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {twice!r} is there twice", node.start_mark
            )
        return super().construct_mapping(node, deep)


def read(kind: type[Kind], folder: Path, overlay: Path | None) -> tuple[dict[str, Kind], list[Said]]:
    """Every definition of this kind by its code, the overlay's over the built-in ones, and what is wrong.

    An overlay file of a known code replaces it; with `extends: true` it adds to it: its list entries replace
    those of the same identity or follow them, its other keys replace. A file is named like its code.
    """
    raw: dict[str, dict[str, Any]] = {}
    origin: dict[str, Path] = {}
    problems: list[Said] = []
    for place in (folder, overlay):
        here: set[str] = set()
        for path in _files(place):
            content = _content(path, problems)
            if content is None:
                continue
            code = path.stem
            if code in here:
                problems.append(said("two_files", str(path), name=code))
            here.add(code)
            extends = content.pop("extends", False)
            if extends and code not in raw:
                problems.append(said("no_base", f"{path}: extends", name=code))
                continue
            raw[code] = _extended(kind, raw[code], content) if extends else content
            origin[code] = path
    found: dict[str, Kind] = {}
    for code, content in raw.items():
        try:
            definition = kind.model_validate(content)
        except ValidationError as error:
            problems.extend(_sentences(origin[code], error))
            continue
        if definition.code != code:
            problems.append(said("file_name", f"{origin[code]}: code", name=definition.code))
        found[code] = definition
    return found, problems


def read_file(kind: type[Kind], path: Path) -> tuple[Kind | None, list[Said]]:
    """The definition in one file, none where it cannot be used, and what is wrong: one sentence each, with the file and
    the key."""
    problems: list[Said] = []
    content = _content(path, problems)
    if content is None:
        return None, problems
    try:
        return kind.model_validate(content), problems
    except ValidationError as error:
        return None, _sentences(path, error)


def _files(folder: Path | None) -> Iterator[Path]:
    """The definition files of a folder and its folders, in the order of their names."""
    return iter(sorted(folder.rglob("*.yaml")) if folder else ())


def _content(path: Path, problems: list[Said]) -> dict[str, Any] | None:
    try:
        content = yaml.load(path.read_text("utf-8"), Loader=StrictLoader)  # noqa: S506 - a safe loader, stricter
    except OSError as error:
        problems.append(said("not_opened", str(path), why=error.strerror))
        return None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problems.append(said("no_yaml", str(path), why=" ".join(str(error).split())))
        return None
    if not isinstance(content, dict):
        problems.append(said("no_keys", str(path)))
        return None
    return content


def _extended(kind: type[Kind], base: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    grown = {**base, **more}
    added = more.get(kind.grows)
    if isinstance(added, list):

        def identity(entry: Any) -> Any:
            return tuple(entry.get(key) for key in kind.identity) if isinstance(entry, dict) else entry

        replaced = {identity(entry) for entry in added}
        grown[kind.grows] = [e for e in base.get(kind.grows, ()) if identity(e) not in replaced] + added
    return grown


def _sentences(path: Path, error: ValidationError) -> list[Said]:
    """One sentence for each thing wrong, with the file and the key."""
    sentences = []
    for one in error.errors(include_url=False):
        key = ".".join(str(step) for step in one["loc"]) or "the whole"
        words = "this key is not known here" if one["type"] in UNKNOWN_KEY else one["msg"]
        both = Text(en=f"{words.removeprefix('Value error, ')}.", zh=of_error(one).zh)
        sentences.append(Said.of(f"{path}: {key}", both))
    return sentences
