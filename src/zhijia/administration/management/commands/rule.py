"""`zhijia rule check | explain | find`: what a rule asks for, why it says so of one person, and who it holds for."""

import json
import os
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from zhijia.accounts.actors import commanding
from zhijia.administration.rule_sources import definition_of, text_of
from zhijia.administration.services import ruling
from zhijia.catalogue import definitions
from zhijia.kernel import days, languages
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.kernel.errors import Refusal
from zhijia.registry.models import Union
from zhijia.rules.explaining import Explanation, Told
from zhijia.rules.nearest import Nearest
from zhijia.rules.problems import RuleRefused
from zhijia.rules.schema import declared
from zhijia.rules.understanding import Understood, of_definition, refusals, spot, understand

ROWS = 10
MARKS = {True: "✓", False: "✗", None: "?"}


class Command(BaseCommand):
    """Ask a rule: on paper, of one person, of everybody below a union."""

    help = (
        "check TEXT: types, words and SQL of a rule, or where it is wrong; TEXT is a rule, the code of a shipped"
        " one, or a file (.yaml: a definition). check --all: every shipped rule."
        " explain TEXT --person ID --on DATE --as LOGIN: why it says so of one person, clause by clause."
        " find TEXT --union CODE --on DATE --as LOGIN: how many it holds for, and the first of them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, with which rule, of whom, in whose name."""
        parser.add_argument("action", choices=["check", "explain", "find"])
        parser.add_argument("rule", nargs="?", default="", metavar="TEXT", help="a rule, its code, or a file")
        parser.add_argument("--all", action="store_true", help="check every shipped rule")
        parser.add_argument("--subject", default="person", help="the entity the rule is about")
        parser.add_argument("--purpose", default="register", help="the purpose fields are used for")
        parser.add_argument("--person", default="", metavar="ID")
        parser.add_argument("--union", default="", metavar="CODE")
        parser.add_argument(
            "--on", default="", metavar="DATE", help="the business day, today when none is given"
        )
        parser.add_argument("--as", dest="login", default="", metavar="LOGIN", help="in whose name")
        parser.add_argument("--json", action="store_true", help="print one JSON object last")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it. Exit code 1 with a sentence, in the language of the terminal, when the rule is refused or nobody may
        be asked about."""
        with translation.override(languages.of_locale(os.environ, settings.LANGUAGE_CODE)):
            self._do(options)

    def _do(self, options: dict[str, Any]) -> None:
        on = _day(options["on"])
        if options["all"]:
            self._check_all(on, as_json=options["json"])
            return
        if not options["rule"].strip():
            raise CommandError(_("Say which rule: its text, its code, or a file."))
        understood = self._understood(options, on)
        if options["action"] == "check":
            self._show(understood, as_json=options["json"])
        elif options["action"] == "explain":
            self._explain(understood[0], options, on)
        else:
            self._find(understood[0], options, on)

    def _understood(self, options: dict[str, Any], on: date) -> list[Understood]:
        if options["subject"] not in declared.entities:
            raise CommandError(
                _("Rules do not speak of “%(name)s”. They speak of: %(names)s.")
                % {"name": options["subject"], "names": ", ".join(sorted(declared.entities))}
            )
        try:
            in_force = options["action"] != "check"
            definition = definition_of(options["rule"], on=on, in_force=in_force)
            if definition is not None:
                shipped = of_definition(definition, on=on)
                return [shipped.main, *([shipped.amount] if shipped.amount else [])]
            text = text_of(options["rule"])
            return [understand(text, subject=options["subject"], purpose=options["purpose"], on=on)]
        except RuleRefused as refused:
            raise self._refused(refused, as_json=options["json"]) from refused

    def _refused(self, refused: RuleRefused, *, as_json: bool) -> CommandError:
        """Where it is wrong, with a mark under the place; the first reason is the sentence of the command."""
        told = list(refusals(refused))
        if as_json:
            self.stdout.write(json.dumps({"ok": False, "problems": told}, ensure_ascii=False))
        else:
            for problem, wrong in zip(refused.problems, told, strict=True):
                place = spot(refused.text, problem.span.start, problem.span.end)
                self.stdout.write(f"{wrong['line']}:{wrong['column']}  {wrong['en']}\n     {wrong['zh']}")
                self.stdout.write(f"  {place.text}\n  {place.mark}")
        first = {"line": told[0]["line"], "column": told[0]["column"], "words": refused.problems[0].words}
        return CommandError(_("Line %(line)d, column %(column)d: %(words)s") % first)

    def _show(self, understood: Sequence[Understood], *, as_json: bool) -> None:
        if as_json:
            told = {"ok": True, "rules": [one.as_json() for one in understood]}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        for one in understood:
            self.stdout.write(f"{one.rule.subject} · {one.rule.purpose} · {one.rule.root.type}")
            for clause in (one.zh, one.en):
                self.stdout.write("\n".join(clause.lines()))
            self.stdout.write(one.sql)

    def _check_all(self, on: date, *, as_json: bool) -> None:
        """Every rule of the catalogue; what is wrong with its code, a line each."""
        shipped = definitions.load().rules
        wrong: list[dict[str, Any]] = []
        for code, definition in sorted(shipped.items()):
            try:
                of_definition(definition, on=on)
            except RuleRefused as refused:
                wrong.extend({"rule": code, **problem} for problem in refusals(refused))
            except LookupError as error:
                wrong.append({"rule": code, "code": "unknown_entity", "en": str(error)})
        for problem in wrong:
            self.stderr.write(f"{problem['rule']}: {problem['en']}")
        if as_json:
            self.stdout.write(
                json.dumps({"ok": not wrong, "rules": len(shipped), "problems": wrong}, ensure_ascii=False)
            )
        else:
            self.stdout.write(f"{len(shipped)} rules, {len(wrong)} problems")
        if wrong:
            refused_rules = {"count": len({one["rule"] for one in wrong}), "all": len(shipped)}
            raise CommandError(_("%(count)d of %(all)d rules are refused.") % refused_rules)

    def _explain(self, one: Understood, options: dict[str, Any], on: date) -> None:
        try:
            person_id = UUID(options["person"])
        except ValueError:
            raise CommandError(_("Say of whom: --person with the id of a person.")) from None
        actor = _in_the_name_of(options["login"])
        try:
            with acting(actor):
                told = ruling.why(actor=actor, at=days.now(), rule=one.rule, person_id=person_id, on=on)
        except Refusal as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(told.as_json(), ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_lines(told)))

    def _find(self, one: Understood, options: dict[str, Any], on: date) -> None:
        if not options["union"]:
            raise CommandError(_("Say where: --union with the code of a union."))
        actor = _in_the_name_of(options["login"])
        try:
            with acting(actor):
                union = Union.objects.filter(code=options["union"]).first()
                if union is None:
                    code = {"code": options["union"]}
                    raise CommandError(_("There is no union with the code %(code)s.") % code)
                found = ruling.who(actor=actor, at=days.now(), rule=one.rule, union=union, on=on, rows=ROWS)
        except Refusal as error:
            raise CommandError(str(error)) from error
        first = [str(key) for key in found.first]
        if options["json"]:
            told = {
                "count": found.count,
                "first": first,
                "seconds": round(found.seconds, 4),
                "on": on.isoformat(),
            }
            self.stdout.write(json.dumps(told))
        else:
            self.stdout.write("\n".join([f"{found.count:,} in {found.seconds:.2f} s", *first]))


def _day(text: str) -> date:
    if not text:
        return days.business_day(days.now())
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(
            _("%(text)s is no day. Write it like this: 2026-11-21.") % {"text": text[:40]}
        ) from None


def _in_the_name_of(login: str) -> Actor:
    if not login:
        raise CommandError(_("Say in whose name: --as LOGIN of somebody who may see these members."))
    actor = commanding(login)
    if actor is None:
        raise CommandError(_("Nobody with the login %(login)s can act.") % {"login": login[:60]})
    return actor


def _lines(told: Explanation) -> list[str]:
    """The explanation for people to read: Chinese and English side by side."""
    said = told.said
    lines = [f"{said.zh} · {said.en}" if said else "?"]
    if told.told is not None:
        lines.extend(_clause_lines(told.told, 1))
    if told.nearest is not None:
        lines.extend(_near_lines(told.nearest))
    return lines


def _clause_lines(told: Told, depth: int) -> list[str]:
    now = f"（{told.now.zh}）" if told.now else ""
    line = f"{'  ' * depth}{MARKS[told.verdict]} {told.clause.zh}{now} · {told.clause.en}"
    return [line, *(below for part in told.parts for below in _clause_lines(part, depth + 1))]


def _near_lines(near: Nearest) -> list[str]:
    lines = [f"  → {question.words.zh} · {question.words.en}" for question in near.ask]
    for number, change in enumerate(near.changes, start=1):
        for gap in change:
            missing = f"（{gap.missing.zh}）" if gap.missing else ""
            wait = f" {gap.on}" if gap.on else ""
            lines.append(f"  {number}) {gap.clause.zh}{missing}{wait} · {gap.clause.en}")
    return lines + ([f"  {near.said.zh} · {near.said.en}"] if near.said else [])
