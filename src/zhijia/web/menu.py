"""What stands in the menu, and which line of it a page inside belongs to."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

AUDITS = ("audit.work", "trail.sample")
"""Who has one of these reads what others do, to audit it."""
Line = tuple[Any, str, str, tuple[str, ...]]
"""A line: its word, the name of its page, its icon, and the permissions of which one is enough."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines under a word; without a word they stand open on top."""

    word: Any
    lines: tuple[Line, ...]


MENU: tuple[Lines, ...] = (
    Lines(
        "",
        (
            (_("Requests to decide"), "matters:inbox", "inbox", ("matter.decide",)),
            (_("Employers' moves"), "registry:batches", "arrows-left-right", ("transfer.decide",)),
            (_("Past retirement age"), "registry:retired", "calendar-event", ("membership.edit",)),
            (_("Perhaps left"), "registry:leavings", "logout", ("membership.edit",)),
            (_("Clues"), "watches:clues", "flag", ("clue.answer",)),
            (_("One person twice?"), "registry:pairs", "users-group", ("identity.decide",)),
            (_("Find a caller"), "web:home_hotline", "phone-call", ("hotline.lookup",)),
        ),
    ),
    Lines(
        _("Members and unions"),
        (
            (_("Members"), "registry:members_here", "users", ("membership.view",)),
            (_("Check a card"), "registry:card_check", "qrcode", ("membership.approve",)),
            (_("Unions"), "registry:unions", "sitemap", ("union.view",)),
            (_("Terms and elections"), "registry:terms_here", "calendar-event", ("term.record",)),
            (_("Reorganisations"), "registry:reorganisations", "transfer", ("union.reorganise",)),
            (_("Import a roster"), "registry:imports_here", "file-spreadsheet", ("roster.import",)),
            (_("Exports"), "registry:exports", "download", ("export.make", "export.allow")),
            (_("Data quality"), "registry:quality_here", "clipboard-check", ("quality.mend",)),
        ),
    ),
    Lines(
        _("Lists, drives and awards"),
        (
            (_("Registers"), "registers:lists", "list", ("list.view",)),
            (_("Drives and returns"), "campaigns:here", "flag", ("campaign.view",)),
            (_("Votes and surveys"), "questionnaires:here", "clipboard-check", ("poll.hold",)),
            (_("Appraisals"), "appraisals:here", "clipboard-check", ("appraisal.hold",)),
            (
                _("Appraisals of your union"),
                "appraisals:own",
                "clipboard-check",
                ("appraisal.enter", "appraisal.mark"),
            ),
            (_("Awards and contests"), "appraisals:rounds_here", "star", ("round.hold",)),
        ),
    ),
    Lines(
        _("Money and assets"),
        (
            (_("Contributions"), "dues:here", "coin", ("dues.view",)),
            (_("Payments"), "payments:here", "send", ("payments.order", "payments.release", *AUDITS)),
            (
                _("Bank and books compared"),
                "payments:reconciliation_here",
                "arrows-left-right",
                ("payments.reconcile",),
            ),
            (_("Books"), "ledger:here", "book", ("ledger.view",)),
            (
                _("Spending"),
                "ledger:vouchers_here",
                "receipt",
                ("spending.prepare", "spending.check", *AUDITS),
            ),
            (_("Assets"), "assets:here", "building", ("assets.view",)),
            (_("Audits"), "auditing:here", "clipboard-check", ("audit.work",)),
            (_("Audits of your union"), "auditing:own", "clipboard-check", ("audit.answer",)),
        ),
    ),
    Lines(
        _("Rights and rules"),
        (
            (_("Trail"), "administration:trail", "history", ("trail.view",)),
            (_("Rights"), "administration:grants", "shield-check", ("grant.give",)),
            (_("Staff accounts"), "administration:accounts", "user-circle", ("account.manage",)),
            (_("End of terms"), "administration:retention", "history", ("retention.confirm",)),
            (_("Definitions and numbers"), "administration:definitions", "book", ("definitions.view",)),
            (
                _("Write and change definitions"),
                "administration:designs",
                "clipboard-list",
                ("matter.define",),
            ),
            (_("Is all well"), "web:health_page", "alarm", ("health.view",)),
        ),
    ),
)
"""The menu of staff: what waits each day stands open on top, the rest folded by what it is about."""
OPEN_FOR = {
    "registry:propose_batch": ("registry:batches",),
    "registry:batch": ("registry:batches",),
    "registry:leaving": ("registry:leavings",),
    "registry:propose_leaving": ("registry:members_here",),
    "registry:pair": ("registry:pairs",),
    "registry:merges": ("registry:pairs",),
    "registry:merge": ("registry:pairs",),
    "registry:members": ("registry:members_here",),
    "registry:person": ("registry:members_here",),
    "registry:reveal": ("registry:members_here",),
    "registry:end_membership": ("registry:members_here",),
    "registry:check_by_hand": ("registry:members_here",),
    "registry:retain": ("registry:retired",),
    "registry:make_active": ("registry:members_here",),
    "registry:union": ("registry:unions",),
    "registry:found": ("registry:unions",),
    "registry:reorganise": ("registry:reorganisations",),
    "registry:prepare_reorganisation": ("registry:reorganisations",),
    "registry:reorganisation": ("registry:reorganisations",),
    "registry:cover": ("registry:unions",),
    "registry:poster": ("registry:unions",),
    "registry:quality": ("registry:quality_here",),
    "registry:quality_rule": ("registry:quality_here",),
    "registry:posts": ("registry:unions",),
    "registry:end_post": ("registry:unions",),
    "registry:certificate": ("registry:unions",),
    "registry:record_election": ("registry:terms_here",),
    "registry:election": ("registry:terms_here",),
    "registry:postpone": ("registry:terms_here",),
    "registry:imports": ("registry:imports_here",),
    "registry:import": ("registry:imports_here",),
    "registry:export": ("registry:exports",),
    "registry:export_detail": ("registry:exports",),
    "administration:verify": ("administration:trail",),
    "administration:shelf": ("administration:designs",),
    "administration:copy_design": ("administration:designs",),
    "administration:design": ("administration:designs",),
    "administration:try_design": ("administration:designs",),
    "administration:propose_design": ("administration:designs",),
    **dict.fromkeys(
        (
            *("administration:design_part", "administration:preview_design", "administration:publish_design"),
            *("administration:give_back_design", "administration:discard_design"),
        ),
        ("administration:designs",),
    ),
    "administration:number": ("administration:definitions",),
    "administration:give_grant": ("administration:grants",),
    "matters:join": ("web:services",),
    **dict.fromkeys(
        (
            "ledger:book",
            "ledger:entries",
            "ledger:entry",
            "ledger:below",
            "ledger:life",
            "ledger:statement",
            "ledger:voucher",
            "ledger:open_account",
            "ledger:close",
            "ledger:reopen",
            "ledger:budget",
            "ledger:raise_line",
        ),
        ("ledger:here",),
    ),
    **dict.fromkeys(
        (
            *("campaigns:drives", "campaigns:new", "campaigns:to_do", "campaigns:drive", "campaigns:targets"),
            *(
                "campaigns:roster",
                "campaigns:returns",
                "campaigns:report",
                "campaigns:entry",
                "campaigns:fill",
            ),
        ),
        ("campaigns:here",),
    ),
    **dict.fromkeys(
        ("questionnaires:polls", "questionnaires:new", "questionnaires:desk", "questionnaires:low_ratings"),
        ("questionnaires:here",),
    ),
    **dict.fromkeys(
        (
            *("questionnaires:mine", "questionnaires:poll", "questionnaires:vote", "questionnaires:answer"),
            *("questionnaires:quiz", "questionnaires:attempt", "questionnaires:rate"),
        ),
        ("web:home_member",),
    ),
    **dict.fromkeys(("appraisals:runs", "appraisals:new", "appraisals:run"), ("appraisals:here",)),
    **dict.fromkeys(
        ("appraisals:entry", "appraisals:figure"), ("appraisals:here", "appraisals:own", "web:services")
    ),
    **dict.fromkeys(
        ("appraisals:own", "appraisals:enter", "appraisals:marks"), ("appraisals:own", "web:services")
    ),
    **dict.fromkeys(
        (
            *("appraisals:rounds", "appraisals:new_round", "appraisals:nominate", "appraisals:round"),
            *("appraisals:batch", "appraisals:round_entry"),
        ),
        ("appraisals:rounds_here",),
    ),
    **dict.fromkeys(
        (
            *("appraisals:my_rounds", "appraisals:call", "appraisals:nomination", "appraisals:judging"),
            "appraisals:judge_entry",
        ),
        ("web:home_member",),
    ),
    "payments:reconciliation": ("payments:reconciliation_here",),
    **dict.fromkeys(
        (
            *(
                "payments:union",
                "payments:batch",
                "payments:payment",
                "payments:order",
                "payments:bank_account",
                "payments:bank_accounts",
            ),
            *("payments:money_in", "payments:receipt"),
        ),
        ("payments:here",),
    ),
    "payments:name_for": ("registry:members_here",),
    "campaigns:mine": ("registry:me",),
    "campaigns:why": ("registry:me",),
    "campaigns:own_returns": ("web:services",),
    "campaigns:own_return": ("web:services",),
    "payments:mine": ("registry:me",),
    "payments:my_account": ("registry:me",),
    **dict.fromkeys(
        (
            *("dues:union", "dues:declare", "dues:bill", "dues:files", "dues:file", "dues:came_in"),
            *("dues:contribution", "dues:match", "dues:run", "dues:payouts", "dues:payout"),
            *("dues:subsidy", "dues:refund", "dues:members", "dues:reminders", "dues:outside"),
            *("dues:union_donations", "dues:donation"),
        ),
        ("dues:here",),
    ),
    **dict.fromkeys(
        ("dues:employers", "dues:employer", "dues:employer_declare", "dues:employer_bill"), ("web:services",)
    ),
    **dict.fromkeys(
        ("auditing:plan", "auditing:new", "auditing:sample", "auditing:item", "auditing:new_finding"),
        ("auditing:here",),
    ),
    "auditing:audit": ("auditing:here", "auditing:own"),
    "auditing:finding": ("auditing:here", "auditing:own"),
    **dict.fromkeys(
        (
            "ledger:vouchers",
            "ledger:new_spending",
            "ledger:spending",
            "ledger:change_spending",
            "ledger:allowances",
            "ledger:flags",
            "ledger:kin",
        ),
        ("ledger:vouchers_here",),
    ),
    **dict.fromkeys(
        (
            "assets:cards",
            "assets:new",
            "assets:card",
            "assets:count",
            "assets:lots",
            "assets:new_lot",
            "assets:lot",
        ),
        ("assets:here",),
    ),
    **dict.fromkeys(
        (
            *("registers:table", "registers:row", "registers:add", "registers:change", "registers:choose"),
            *("registers:move", "registers:keep", "registers:batch", "registers:imports", "registers:import"),
            *("registers:near", "registers:due"),
        ),
        ("registers:lists",),
    ),
    **dict.fromkeys(
        ("registers:open_lists", "registers:open_list", "registers:open_row", "registers:open_near"),
        ("web:services",),
    ),
    "matters:file": ("matters:inbox",),
    "matters:batch": ("matters:inbox",),
    "matters:reveal": ("matters:inbox",),
    "matters:desk": ("matters:inbox",),
    "matters:begin": ("matters:inbox",),
    "matters:for_union": ("matters:inbox",),
    "matters:matter": ("web:services",),
    "matters:mine": ("web:services",),
    "matters:for_enterprise": ("web:services",),
    "matters:qualifying": ("web:services",),
    "matters:case": ("web:services", "matters:inbox"),
    "matters:form": ("web:services", "matters:inbox"),
    "matters:check": ("web:services", "matters:inbox"),
    "watches:clue": ("watches:clues",),
    "watches:answer": ("watches:clues",),
    "registry:my_data": ("registry:me",),
    "registry:my_looks": ("registry:me",),
    "registry:my_agreements": ("registry:me",),
    "matters:correct": ("registry:me",),
}
"""Which line of the menu a page inside belongs to."""
MEMBER_MENU: tuple[tuple[Any, str, str], ...] = (
    (_("Home"), "web:home_member", "home"),
    (_("Apply"), "web:services", "clipboard-list"),
    (_("Messages"), "notices:messages", "message"),
    (_("Me"), "registry:me", "user"),
)
