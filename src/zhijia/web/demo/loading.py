"""`demo load` from nothing to ready: the register, the log-ins with what waits for them, the sums.

A load that is killed leaves nothing (before the register is committed) or whole steps; the next load of the
same province takes up where it ended.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connections, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import User
from zhijia.audit import services as audit
from zhijia.audit.models import Entry
from zhijia.facts import rollups
from zhijia.kernel import actors
from zhijia.kernel.errors import Refusal
from zhijia.registry.models import Union
from zhijia.web.demo.audits import make_audits
from zhijia.web.demo.awards import make_awards
from zhijia.web.demo.bodies import make_terms
from zhijia.web.demo.books import close_books, make_books
from zhijia.web.demo.clues import make_clues
from zhijia.web.demo.donations import make_donations, make_representative
from zhijia.web.demo.drives import make_drives
from zhijia.web.demo.dues import make_dues
from zhijia.web.demo.flaws import make_flaws
from zhijia.web.demo.levels import make_levels
from zhijia.web.demo.lists import make_lists
from zhijia.web.demo.loader import ACTION, Say, load_register
from zhijia.web.demo.logins import MEMBER, make_logins
from zhijia.web.demo.moves import make_moves
from zhijia.web.demo.paying import make_payments
from zhijia.web.demo.plan import Plan
from zhijia.web.demo.polls import make_polls
from zhijia.web.demo.remittances import make_remittances
from zhijia.web.demo.reorganising import make_reorganisations
from zhijia.web.demo.requests import make_requests
from zhijia.web.demo.scorings import make_scorings
from zhijia.web.demo.spending import make_spending, write_assets_down
from zhijia.web.demo.twice import make_twice
from zhijia.web.demo.work import make_work

READY = "demo.ready"
ANALYSED = (
    *("registry_union", "registry_parent", "registry_tree_place", "registry_tree_total"),
    *("registry_employer", "registry_coverage", "registry_post"),
    *("registry_person", "registry_membership", "registry_membership_change", "vault_secret"),
    *("facts_fact", "facts_union_month", "facts_county_month", "facts_union_total", "facts_county_total"),
)
MADE_LAST = (
    *("registry_term", "registry_election", "registry_candidate", "registry_certificate"),
    *("registry_quality_issue", "registry_quality_tally", "registry_pair", "registry_blocks"),
)
"""What is worked out of the rest, once the database knows the rest."""


def is_due() -> bool:
    """Whether a start should load the demo: the register is empty, or a load was begun and not ended."""
    entries = Entry.objects.using("bulk").filter(action__in=(ACTION, READY))
    told = set(entries.values_list("action", flat=True))
    return told == {ACTION} or not (told or Union.objects.using("bulk").exists())


def load(plan: Plan, *, at: datetime, say: Say, people_at_work: bool = True) -> None:
    """Load the province of this plan, or what is still missing of it. Raises Refusal when one is there
    already, when another was begun, or when the register is not empty. `people_at_work` False leaves out the
    log-ins and what waits (benches)."""
    begun = Entry.objects.using("bulk").filter(action=ACTION).order_by("id").first()
    if begun is None:
        told = load_register(plan, at=at, say=say)
        say(
            f"{told.unions:,} unions and {told.members:,} members in {told.seconds} s,"
            f" {told.peak_mb} MB at most, digest {told.digest[:16]}"
        )
    elif Entry.objects.using("bulk").filter(action=READY).exists():
        raise Refusal("demo_there", _("A demo province is loaded already. Nothing was changed."))
    elif (begun.detail["unions"], begun.detail["members"], begun.detail["seed"]) != (
        plan.unions, plan.members, plan.seed,
    ):  # fmt: skip
        raise Refusal(
            "demo_other",
            _(
                "Another demo province was begun (seed %(seed)s, %(members)s members)."
                " Load that one to its end."
            )
            % {"seed": begun.detail["seed"], "members": begun.detail["members"]},
        )
    if people_at_work and not User.objects.filter(login=MEMBER).exists():
        say("Making the log-ins and what waits for them …")
        with transaction.atomic():
            make_logins(at=at)
            make_work(plan, at=at)
    if people_at_work:
        make_reorganisations(at=at)
        make_moves(at=at)
        with transaction.atomic():
            make_requests(at=at)
            make_books(at=at)
            make_levels(at=at)
            make_spending(at=at)
        write_assets_down(at=at)
        with transaction.atomic():
            close_books(at=at)
        make_payments(at=at)
        make_dues(at=at)
        make_remittances(at=at)
        make_donations(at=at)
        make_representative(at=at)
        make_audits(at=at)
        make_lists(at=at)
        make_polls(at=at)
        make_scorings(at=at)
        make_awards(at=at)
        make_drives(at=at)
    _settle(at=at, say=say)
    if people_at_work:
        say("Making terms and elections, and looking for what is wrong …")
        make_terms(at=at)
        make_twice(plan.members + plan.gone, at=at)
        make_flaws(at=at)
        make_clues(at=at)
        _analyse(MADE_LAST)
    maker = actors.system("demo-load", "demo")
    audit.record(actor=maker, at=at, action=READY, subject="demo", subject_id=plan.seed, using="bulk")


def _settle(*, at: datetime, say: Say) -> None:
    """Add up the sums anew and let the database look at what it has."""
    say("Adding up …")
    rollups.rebuild(at=at)
    _analyse(ANALYSED)


def _analyse(tables: Sequence[str]) -> None:
    with connections["owner"].cursor() as cursor:
        for table in tables:
            cursor.execute(f"ANALYZE {table}")
