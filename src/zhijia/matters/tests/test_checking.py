"""A definition that cannot be used is refused with a sentence and the place, by the command and before it is kept."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError

from zhijia.catalogue.reader import DefinitionError
from zhijia.matters.models import MatterVersion
from zhijia.matters.services import asking, versions
from zhijia.matters.tests.world import CODE, aid, build_with_member, defined
from zhijia.registry.tests.world import AT

Change = Callable[[dict[str, Any]], Any]


def _file(folder: Path, change: Change) -> Path:
    matter = aid()
    change(matter)
    path = folder / f"{CODE}.yaml"
    path.write_text(yaml.safe_dump(matter, allow_unicode=True), encoding="utf-8")
    return path


def _notice(matter: dict[str, Any], en: str, zh: str) -> None:
    notice = {
        "days": {"parameter": "matter.notice_days", "unit": "working_days"},
        "purpose": "public_notice",
        "words": {"en": en, "zh": zh},
    }
    matter["steps"][0].update(does="notice", notice=notice, may=["refuse"])


BAD: dict[str, tuple[Change, str]] = {
    "an unknown key": (
        lambda m: m["steps"][0].update(deadline=5),
        "steps.0.deadline: this key is not known here.",
    ),
    "a missing translation": (lambda m: m["form"][1]["label"].pop("zh"), "form.1.label.zh: Field required."),
    "a step nobody can do": (
        lambda m: m["steps"][1].update(permission="matter.bless"),
        "steps.county: matter.bless is not a declared permission.",
    ),
    "a rule with a typing error": (
        lambda m: m["form"][3].update(when="answers.ill > 3"),
        "form.hospital.when: the condition cannot be read at its character 1:",
    ),
    "a rule over what nobody asks": (
        lambda m: m["steps"][2].update(when="answers.age > 3"),
        "steps.city.when: the condition",
    ),
    "what the register holds already": (
        lambda m: m["form"].append(
            {"name": "phone", "label": {"en": "Phone", "zh": "手机"}, "type": "mobile"}
        ),
        "form.phone: the register holds",
    ),
    "an outcome nobody does": (
        lambda m: m.update(outcomes=[{"port": "registry.fly"}]),
        "outcomes: no room does",
    ),
    "an amount nobody asks": (lambda m: m.update(amount="age"), "amount: age is no question"),
    "the same step twice": (
        lambda m: m["steps"].append(m["steps"][0]),
        "the whole: the step union is there twice.",
    ),
    "an outcome by nobody's right": (
        lambda m: (m["steps"][2].update(late="pass"), m.update(outcomes=[{"port": "registry.fly"}])),
        "steps.city: the outcome is done by the right of whoever decides last",
    ),
    "a blank nobody fills in": (
        lambda m: _notice(m, "{name} asks for {sum}.", "{name}申请{matter}。"),
        "steps.0.notice: en: nobody fills in {sum}",
    ),
    "a blank nobody fills in, in Chinese": (
        lambda m: _notice(m, "{name} asks.", "{姓名}申请。"),
        "steps.0.notice: zh: nobody fills in {姓名}",
    ),
    "a blank that reaches further": (
        lambda m: _notice(m, "{name.__class__} asks.", "{name}申请。"),
        "steps.0.notice: en: nobody fills in {name.__class__}",
    ),
    "a brace left open": (
        lambda m: _notice(m, "{name asks.", "{name}申请。"),
        "steps.0.notice: en: a brace is left open or closed twice",
    ),
    "frozen all year": (
        lambda m: m["steps"][0].update(frozen=[{"from": "01-01", "to": "12-31"}]),
        "steps.0: a step is frozen on 180 days of a year at most.",
    ),
    "a day that is none": (
        lambda m: m["steps"][0].update(frozen=[{"from": "02-30", "to": "03-02"}]),
        "steps.0.frozen.0: there is no day 02-30.",
    ),
}


@pytest.fixture
def overlay(tmp_path: Path) -> Any:
    with defined(tmp_path / "in_force"):
        yield


@pytest.mark.parametrize("what", BAD)
def test_it_is_refused_with_the_place(overlay: None, tmp_path: Path, what: str, capsys: Any) -> None:
    change, sentence = BAD[what]
    with pytest.raises(CommandError) as refused:
        call_command("matter", "check", str(_file(tmp_path, change)), "--json")
    told = json.loads(capsys.readouterr().out)
    assert not told["ok"]
    assert any(sentence in problem for problem in told["problems"]), told["problems"]
    assert f"{CODE}.yaml: " in str(refused.value)


def test_a_good_definition_and_every_shipped_one_pass(overlay: None, tmp_path: Path, capsys: Any) -> None:
    call_command("matter", "check", str(_file(tmp_path, lambda matter: None)), "--json")
    call_command("matter", "check", "--all", "--json")
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"ok": True, "problems": []}
    ] * 2


def test_a_file_that_is_not_there_or_no_yaml_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("a: [", encoding="utf-8")
    for name, sentence in (("nowhere.yaml", "No such file"), ("broken.yaml", "this is not YAML")):
        with pytest.raises(CommandError, match=sentence):
            call_command("matter", "check", str(tmp_path / name))


def test_one_that_reads_but_cannot_be_used_is_never_kept(db: Any, tmp_path: Path) -> None:
    matter = aid()
    matter["form"][3]["when"] = "answers.ill > 3"
    with defined(tmp_path, matter):
        world = build_with_member()
        with pytest.raises(DefinitionError, match=r"form\.hospital\.when"):
            asking.start(actor=world.act("member"), at=AT, code=CODE)
        with pytest.raises(DefinitionError):
            versions.in_force(CODE, at=AT, day=date(2026, 11, 20))
        assert not MatterVersion.objects.filter(code=CODE).exists()
