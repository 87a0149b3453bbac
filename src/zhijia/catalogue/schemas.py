"""JSON Schema of a member's row and of a union's row, from a published standard. Pure: plain data in and out."""

from typing import Any

Content = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "code": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "yes_no": {"type": "boolean"},
    "whole": {"type": "integer"},
    "uuid": {"type": "string", "format": "uuid"},
}


def row(content: Content, subject: str) -> Content:
    """The schema of a row of this subject: what is held, required where it is mandatory, code lists as enums. An
    element of which a row has several is a list of objects under its code. Nothing else is a key of such a row."""
    properties: Content = {}
    required: list[str] = []
    used: set[str] = set()
    for element in content["elements"]:
        if element["subject"] != subject or element["held"] != "yes":
            continue
        columns = [column for column in element["columns"] if column["held_in"]]
        used |= {column["code_list"] for column in columns if column["code_list"]}
        described = {column["name"]: _property(content, element, column) for column in columns}
        if element["many"]:
            described = {element["code"]: _several(element, described)}
        properties |= described
        required += list(described) if element["obligation"] == "M" else []
    return {
        "$schema": DRAFT,
        "$id": f"/standards/{content['version']}/{subject}.schema.json",
        "title": {"member": "A member's row", "union": "A union's row"}[subject],
        "x-version": content["version"],
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
        "$defs": {code: _enum(content, code) for code in sorted(used)},
    }


def _property(content: Content, element: Content, column: Content) -> Content:
    shape = dict(_TYPES[column["type"]])
    if column["code_list"]:
        shape = {"$ref": f"#/$defs/{column['code_list']}"}
    elif column["length"]:
        shape["maxLength"] = column["length"]
    if element["obligation"] != "M" or element["many"]:
        shape = {"anyOf": [shape, {"type": "null"}]}
    return {**_told(element), **shape}


def _several(element: Content, columns: Content) -> Content:
    several = {"type": "object", "properties": columns, "additionalProperties": False}
    return {**_told(element), "type": "array", "items": several}


def _told(element: Content) -> Content:
    return {
        "title": element["label"]["en"],
        "x-title-zh": element["label"]["zh"],
        "x-element": element["number"],
        "x-sensitivity": element["sensitivity"],
        "x-purpose": element["purpose"]["code"],
    }


def _enum(content: Content, code: str) -> Content:
    """A code list; one whose column is a number lists numbers."""
    listed = content["code_lists"][code]
    whole = any(
        column["code_list"] == code and column["type"] == "whole"
        for element in content["elements"]
        for column in element["columns"]
    )
    codes = [option["code"] for option in listed["options"]]
    words = {option["code"]: option["label"] for option in listed["options"]}
    return {
        "title": listed["label"]["en"],
        "x-title-zh": listed["label"]["zh"],
        "x-version": listed["version"],
        "enum": [int(one) for one in codes] if whole else codes,
        "x-words": words,
    }
