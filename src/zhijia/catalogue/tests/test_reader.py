"""Definitions are read strictly; an overlay replaces or extends; a mistake is said with file and key."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from zhijia.catalogue import codes, definitions, parameters, roles
from zhijia.catalogue.reader import DefinitionError

PARAMETER = """
code: {code}
label: {{en: Some number, zh: 某个数}}
version: 1
type: whole
unit: days
values:
  - {{from: 2020-01-01, value: 1, source: D, confidence: D}}
"""


@pytest.fixture
def overlay(tmp_path, settings):
    """Writes files into a federation's own folder, which is in force."""
    settings.CATALOGUE_OVERLAY = str(tmp_path)

    def write(path, text):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return file

    return write


def only_problem(folder):
    problems = definitions.problems(str(folder))
    assert len(problems) == 1, problems
    return problems[0]


def test_the_built_in_definitions_are_in_order():
    assert definitions.problems("") == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.days", PARAMETER.format(code="x.days") + "colour: red\n", "colour: this key is not known here."),
        (
            "x.days",
            PARAMETER.format(code="x.days").replace("zh: 某个数", "de: Zahl"),
            "label.de: this key is not",
        ),
        ("x.days", PARAMETER.format(code="x.days") + "unit: hours\n", "the key 'unit' is there twice"),
        ("x.days", PARAMETER.format(code="x.other"), "code: the file has to be named x.other.yaml."),
        (
            "x.days",
            PARAMETER.format(code="x.days").replace("value: 1", "value: one"),
            "the value 'one' is not of the",
        ),
        (
            "x.days",
            PARAMETER.format(code="x.days").replace("confidence: D", "confidence: Z"),
            "values.0.confidence:",
        ),
        ("x.days", "- 1\n- 2\n", "a definition is a mapping of keys to values."),
        ("x.days", "code: [\n", "this is not YAML"),
        ("x.days", "code: !!python/object:os.system x\n", "this is not YAML"),
        ("x.days", "extends: true\nversion: 2\n", "extends: there is no definition x.days to extend."),
    ],
)
def test_a_broken_file_is_named_with_its_key(overlay, tmp_path, name, text, said):
    file = overlay(f"parameters/{name}.yaml", text)
    problems = definitions.problems(str(tmp_path))
    assert any(problem.startswith(str(file)) and said in problem for problem in problems), problems


def test_a_broken_overlay_is_refused_when_it_is_needed(overlay):
    file = overlay("parameters/x.days.yaml", "code: x.days\n")
    with pytest.raises(DefinitionError) as refused:
        parameters.value("vault.unmask_seconds", day=date(2026, 1, 1))
    assert str(refused.value).startswith(str(file))


def test_an_overlay_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DefinitionError, match="no such folder"):
        definitions.problems(str(tmp_path / "nowhere"))


def test_a_kind_nobody_knows_is_named(overlay, tmp_path):
    overlay("parameter/x.days.yaml", PARAMETER.format(code="x.days"))
    assert only_problem(tmp_path) == f"{tmp_path / 'parameter'}: no kind of definition has this name."


def test_an_overlay_file_replaces_the_definition_of_its_code(overlay):
    overlay("parameters/vault.unmask_seconds.yaml", PARAMETER.format(code="vault.unmask_seconds"))
    assert parameters.value("vault.unmask_seconds", day=date(2026, 1, 1)) == 1


def test_an_extending_file_adds_a_place_and_leaves_the_nation(overlay):
    overlay(
        "parameters/membership.join_answer_days.yaml",
        "extends: true\nversion: 2\nvalues:\n"
        "  - {division: '34', from: 2026-01-01, value: 3, source: 皖工发, confidence: V}\n",
    )
    day = date(2026, 6, 1)
    assert parameters.value("membership.join_answer_days", division="340102", day=day) == 3
    assert parameters.value("membership.join_answer_days", division="310101", day=day) == 5
    assert parameters.get("membership.join_answer_days").version == 2


def test_an_extending_file_ends_a_code_and_adds_another(overlay):
    overlay(
        "codes/gig_groups.yaml",
        "extends: true\noptions:\n"
        "  - {code: '07', label: {en: Mall promoter, zh: 商场信息员}, to: 2026-01-01}\n"
        "  - {code: '11', label: {en: Live host, zh: 网络主播}, from: 2026-01-01}\n",
    )
    chosen = [code for code, _label in codes.options("gig_groups", date(2026, 1, 1))]
    assert {"07", "11"}.intersection(chosen) == {"11"}
    assert codes.label("gig_groups", "07") == "商场信息员"


def test_a_role_with_a_permission_nobody_declared_is_refused(overlay, tmp_path):
    overlay("roles/hotline_agent.yaml", "extends: true\npermissions: [person.sell]\n")
    assert (
        only_problem(tmp_path)
        == "roles/hotline_agent.yaml: permissions: person.sell is not a declared permission."
    )


def test_a_header_cannot_mean_two_fields(overlay, tmp_path):
    overlay(
        "fields/email.yaml",
        (definitions.FOLDER / "fields/email.yaml").read_text("utf-8").replace("邮箱,", "手机,"),
    )
    assert "the header 手机 is one of" in only_problem(tmp_path)


def test_a_placeholder_has_to_be_declared(overlay, tmp_path):
    text = (
        (definitions.FOLDER / "notices/imported.yaml")
        .read_text("utf-8")
        .replace("{union} entered", "{unit} entered")
    )
    overlay("notices/imported.yaml", text)
    assert "the placeholder {unit} is not among the values" in only_problem(tmp_path)


def test_the_files_are_read_once():
    assert definitions.load() is definitions.load()


def test_the_command_prints_each_problem_and_fails(overlay, tmp_path, capsys):
    file = overlay("parameters/x.days.yaml", PARAMETER.format(code="x.days") + "colour: red\n")
    with pytest.raises(CommandError):
        call_command("catalogue", "check", overlay=str(tmp_path))
    assert capsys.readouterr().out == f"{file}: colour: this key is not known here.\n"


def test_the_command_is_content_with_what_comes_with_the_package(capsys):
    call_command("catalogue", "check")
    assert capsys.readouterr().out


def test_a_role_nobody_defined_is_a_mistake():
    with pytest.raises(definitions.UnknownDefinition, match="no role king"):
        roles.get("king")
