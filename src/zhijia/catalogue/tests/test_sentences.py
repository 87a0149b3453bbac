"""What is wrong with a definition is said in both languages, with its place."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from zhijia.catalogue import definitions, matter_checks, sentences, written
from zhijia.catalogue.kinds import Parameter
from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.catalogue.sentences import SENTENCES, UNFIT, Said, of_error, said


def blanks(text: str) -> set[str]:
    return {name for _text, name, _form, _way in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(("code", "words"), [*SENTENCES.items(), *UNFIT.items()])
def test_a_sentence_says_the_same_in_both_languages(code: str, words: tuple[str, str]) -> None:
    en, zh = words
    assert en.replace("“", "").replace("”", "").isascii()
    assert not zh.isascii()
    if code not in {"held_already", "no_condition"}:  # each says the name it has in that language
        assert blanks(en) == blanks(zh)


def raised() -> Iterator[Any]:
    """Each place of the code that says something of UNFIT, with its code and the names of its values."""
    for path in sorted(Path(sentences.__file__).parents[1].rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Unfit":
                code = ast.literal_eval(node.args[0])
                names = {str(keyword.arg) for keyword in node.keywords}
                yield pytest.param(code, names, id=f"{path.stem}:{node.lineno}:{code}")


@pytest.mark.parametrize(("code", "names"), [*raised()])
def test_who_says_a_sentence_fills_all_its_blanks(code: str, names: set[str]) -> None:
    assert blanks(UNFIT[code][0]) | blanks(UNFIT[code][1]) <= names


def test_a_sentence_keeps_its_place_and_its_chinese_under_the_name_of_a_file() -> None:
    sentence = said("no_purpose", "purpose", name="moon").under("matters/own.yaml")

    assert sentence == "matters/own.yaml: purpose: there is no purpose moon."
    assert sentence.zh == "matters/own.yaml: purpose: 没有用途 moon。"


def test_what_is_wrong_with_a_matter_stands_in_its_line_in_both_languages() -> None:
    matter = definitions.load().matters["petition"].model_copy(update={"purpose": "moon"})
    text = written.text_of(matter)

    (placed,) = written.placed(text, matter_checks.problems_of(matter, definitions.load()))

    assert text.splitlines()[placed.line - 1].startswith("purpose:")
    assert (placed.words.en, placed.words.zh) == ("there is no purpose moon.", "没有用途 moon。")


def wrong(kind: Any, content: dict[str, Any]) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        kind.model_validate(content)
    return [of_error(error).zh for error in refused.value.errors(include_url=False)]


def test_parts_that_do_not_fit_are_told_in_chinese_too() -> None:
    petition = written.text_of(definitions.load().matters["petition"])
    twice = petition.replace("steps:", "steps: []\nitems:", 1)
    found, placed = written.read(Matter, twice)
    assert found is None
    assert all(not one.words.zh.isascii() for one in placed)
    value = {"from": "2026-01-01", "value": "x", "source": "test", "confidence": "D"}
    number = {
        "code": "own",
        "label": {"en": "Own", "zh": "自定"},
        "version": 1,
        "type": "whole",
        "unit": "day",
    }
    assert wrong(Parameter, {**number, "values": [value]}) == ["值 'x' 不属于类型 whole。"]


def test_a_said_is_the_english_text_for_whoever_knows_no_better() -> None:
    assert isinstance(said("no_rule", "eligibility", name="x"), Said)
    assert (
        "".join(["", said("no_rule", "eligibility", name="x")])
        == "eligibility: there is no rule x about persons."
    )


def test_the_types_that_can_be_written_are_named_in_words_with_their_code() -> None:
    text = written.text_of(definitions.load().questionnaires["craftsman_vote"])

    _found, wrong = written.read(Questionnaire, text.replace("type: candidates", "type: names"))

    placed = next(one for one in wrong if one.key.endswith(".type"))
    assert "短文字（text）、长文字（long_text）、" in placed.words.zh
    assert "'" not in placed.words.zh
    assert "'text', 'long_text'" in placed.words.en
