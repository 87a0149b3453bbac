"""`zhijia rule`: checks on paper, explains one person, finds below a union, in somebody's name and no further."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from zhijia.catalogue import definitions
from zhijia.kernel import days
from zhijia.kernel.context import acting
from zhijia.registry.models import Person
from zhijia.registry.services.imports import runs, work
from zhijia.registry.tests.rosters import content, person, small_world
from zhijia.registry.tests.world import AT
from zhijia.rules.understanding import of_definition

TODAY = days.business_day(days.now()).isoformat()
LONG = "has(person.membership) && years(person.born_on, today) >= 18"


@pytest.fixture
def world(committed):
    """Two members at the factory."""
    world = small_world()
    actor = world.actors["factory"]
    with acting(actor):
        roster = runs.upload(
            actor=actor, at=AT, union=world.unions["factory"], name="名册.csv",
            content=content([person(1), person(2)]), in_background=False,
        )  # fmt: skip
    work.check(actor=actor, at=AT, import_id=roster.pk)
    with acting(actor):
        runs.confirm(actor=actor, at=AT, import_id=roster.pk, mode="good_rows", in_background=False)
    work.apply(actor=actor, at=AT, import_id=roster.pk)
    return world


def run(capsys, *arguments):
    call_command("rule", *arguments, "--json")
    return json.loads(capsys.readouterr().out.strip().splitlines()[-1])


def test_a_rule_is_checked_in_both_languages_and_in_sql(capsys):
    told = run(capsys, "check", "years(person.born_on, today) >= 60")

    (rule,) = told["rules"]
    assert told["ok"]
    assert rule["words"]["zh"]["text"] == "满60周岁。"
    assert rule["words"]["en"]["text"] == "The person is at least 60 years old."
    assert "registry_person" in rule["sql"]


def test_a_wrong_rule_is_told_with_its_place_and_a_mark(capsys):
    with pytest.raises(CommandError, match="第2行"):
        call_command("rule", "check", "true &&\nperson.nothing > 1")

    lines = capsys.readouterr().out.splitlines()
    assert "person.nothing > 1" in lines[-2]
    assert lines[-1].strip("^ ") == ""
    assert lines[-1].index("^") == lines[-2].index("nothing")


def test_a_wrong_rule_is_plain_data_too(capsys):
    with pytest.raises(CommandError):
        call_command("rule", "check", "person.nothing > 1", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    assert told["problems"][0]["line"] == 1


NOBODY = "5f0d7a0e-0000-4000-8000-000000000000"
WRONG = [
    (["check"], "Say which rule", "请写明是哪条规则"),
    (["check", "true", "--subject", "moon"], "do not speak of “moon”", "不能问“moon”"),
    (["check", "true", "--on", "soon"], "is no day", "不是日期"),
    (["check", "true", "--on", "2026-02-30"], "is no day", "不是日期"),
    (["check", "nothing.yaml"], "cannot be read", "读不了"),
    (["check", "{large}"], "larger than a rule can be", "一条规则没有这么大"),
    (["check", "{gb}"], "not a text in UTF-8", "不是UTF-8"),
    (["check", "{gb_yaml}"], "not a text in UTF-8", "不是UTF-8"),
    (["check", "{empty}"], "Nothing is written here", "这里什么也没写"),
    (["check", "{binary}"], "", ""),
    (["check", "{yaml}"], "no definition of a rule", "不是规则的定义"),
    (["check", "x" * 30_000], "longer than 20000 characters", "超过20000个字符"),
    (["explain", "true", "--person", "x", "--as", "factory-officer"], "id of a person", "人员的编号"),
    (["explain", "true", "--person", NOBODY], "in whose name", "以谁的名义"),
    (["explain", "true", "--person", NOBODY, "--as", "nobody"], "can act", "不能办理"),
    (["explain", "true", "--person", NOBODY, "--as", "factory-officer"], "no such person", "没有这个人"),
    (["explain", "true", "--person", NOBODY, "--as", "factory-officer", "--on", "2020-01-01"], "later day", "以后"),
    (["find", "true", "--as", "factory-officer"], "Say where", "请写明在哪里"),
    (["find", "true", "--union", "nowhere", "--as", "factory-officer"], "no union with the code", "没有代码为"),
    (["find", "true", "--union", "{mill}", "--as", "factory-officer"], "no right", "没有权限"),
    (["find", "true", "--union", "{factory}", "--as", "factory-officer", "--on", "2020-01-01"], "later day", "以后"),
    (["find", "person.age", "--union", "{factory}", "--as", "factory-officer"], "no condition", "不是条件"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "en", "zh"), WRONG, ids=[" ".join(one[0])[:60] for one in WRONG])
def test_what_is_asked_wrongly_is_one_sentence_in_the_readers_language(
    world, tmp_path, monkeypatch, capsys, arguments, en, zh
):
    files = {
        "large": b"true || " * 250_000,
        "gb": "person.migrant && '姓名'".encode("gb18030"),
        "gb_yaml": "label: 姓名".encode("gb18030"),
        "empty": b"",
        "binary": bytes(range(32)) * 10,
        "yaml": b"code: own\nwhat: 1\n",
    }
    put = {name: union.code for name, union in world.unions.items()}
    for name, held in files.items():
        path = tmp_path / (f"{name}.yaml" if "yaml" in name else f"{name}.cel")
        path.write_bytes(held)
        put[name] = str(path)
    said = []
    for locale in ("en_GB.UTF-8", "zh_CN.UTF-8"):
        monkeypatch.setenv("LC_ALL", locale)
        with pytest.raises(CommandError) as refused:
            call_command("rule", *(argument.format_map(put) for argument in arguments))
        assert refused.value.returncode == 1
        said.append(str(refused.value))
    capsys.readouterr()

    assert en in said[0]
    assert zh in said[1]
    assert all("\n" not in one and len(one) < 400 for one in said)
    assert (
        max(said[0].replace(str(tmp_path), "").replace("…", "").replace("“", "").replace("”", "")) < "\u4e00"
    )


def test_a_file_is_read_as_a_rule_or_as_a_definition(tmp_path, capsys):
    text = tmp_path / "rule.cel"
    text.write_text("person.migrant\n", "utf-8")
    assert run(capsys, "check", str(text))["rules"][0]["words"]["zh"]["text"] == "是农民工。"

    definition = tmp_path / "own.yaml"
    definition.write_text(
        "code: own\nlabel: {en: Own, zh: 自定}\nversion: 1\nsource: own\nconfidence: D\nsubject: person\n"
        "purpose: register\nsince: 2026-11-21\ncondition: person.migrant\namount: '500'\n",
        "utf-8",
    )
    assert len(run(capsys, "check", str(definition))["rules"]) == 2
    definition.write_text("code: own\nwhat: 1\n", "utf-8")
    with pytest.raises(CommandError, match="不是规则的定义"):
        call_command("rule", "check", str(definition))


def test_every_shipped_rule_checks_and_speaks_and_has_sql(capsys):
    shipped = definitions.load().rules
    assert len(shipped) >= 10
    assert run(capsys, "check", "--all") == {"ok": True, "rules": len(shipped), "problems": []}
    for definition in shipped.values():
        seen = of_definition(definition, on=date(2026, 11, 21))
        for one in filter(None, (seen.main, seen.amount)):
            assert one.zh.text
            assert one.en.text.isascii() or "“" in one.en.text
            assert one.sql.startswith("SELECT")


def test_who_a_rule_holds_for_is_counted_below_the_union_and_goes_on_the_trail(world, owner_sql, capsys):
    union = world.unions["factory"].code
    found = run(capsys, "find", LONG, "--union", union, "--as", "factory-officer", "--on", TODAY)

    assert found["count"] == 2
    assert len(found["first"]) == 2
    assert found["seconds"] >= 0
    above = run(capsys, "find", LONG, "--union", world.unions["luyang"].code, "--as", "luyang-officer")
    assert above["count"] == 2
    looks = owner_sql(
        "SELECT union_id, detail->>'count' FROM audit_entry WHERE action = 'rule.look' ORDER BY id"
    )
    assert looks == [(world.unions["factory"].pk, "2"), (world.unions["luyang"].pk, "2")]


def test_an_officer_of_another_union_finds_nobody(world, capsys):
    with pytest.raises(CommandError, match=r"no right|没有权限"):
        call_command("rule", "find", LONG, "--union", world.unions["factory"].code, "--as", "mill-officer")
    own = run(capsys, "find", LONG, "--union", world.unions["mill"].code, "--as", "mill-officer")
    assert (own["count"], own["first"]) == (0, [])


def test_a_person_is_explained_clause_by_clause_to_their_officer_alone(world, owner_sql, capsys):
    with acting(world.actors["factory"]):
        somebody = Person.objects.order_by("id").first()
    asked = ["explain", f"{LONG} && person.migrant", "--person", str(somebody.pk), "--on", TODAY]

    told = run(capsys, *asked, "--as", "factory-officer")

    assert told["on"] == TODAY
    assert [part["verdict"] for part in told["clauses"]["parts"]][:2] == [True, True]
    assert told["nearest"]["changes"]
    looks = owner_sql("SELECT subject_id, person_id FROM audit_entry WHERE action = 'person.look'")
    assert looks == [(str(somebody.pk), somebody.pk)]
    for stranger in ("mill-officer", "shushan-officer"):
        with pytest.raises(CommandError, match=r"no such person|没有这个人"):
            call_command("rule", *asked, "--as", stranger)
    with pytest.raises(CommandError, match="不能办理"):
        call_command("rule", *asked, "--as", "nobody")


def test_a_rule_about_unions_is_not_explained_of_a_person(world):
    with acting(world.actors["factory"]):
        somebody = Person.objects.order_by("id").first()
    with pytest.raises(CommandError, match="而不是人员"):
        call_command(
            "rule", "explain", "union.level == 6", "--subject", "union", "--person", str(somebody.pk),
            "--as", "factory-officer",
        )  # fmt: skip
