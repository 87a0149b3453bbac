"""The log-ins of the demo: one for each home, and the administrators. They cannot exist where the production
switch is on: `settings.DEMO` is off there, and accounts marked as demo cannot log in."""

from datetime import datetime
from typing import NamedTuple

import pyotp
from django.conf import settings
from django.db import connections

from zhijia.accounts.models import User
from zhijia.accounts.services import create_user
from zhijia.audit.services import Place
from zhijia.kernel import actors
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.registry import tree
from zhijia.registry.models import Person, Union
from zhijia.registry.services import cards, consents, grants, people
from zhijia.vault import services as vault
from zhijia.web.demo.words import words

PASSWORD = "Zhijia-Demo-34"  # noqa: S105 - printed for everybody, good in a demo alone
MEMBER, OFFICER, REVIEWER, OTHER_REVIEWER = "member", "officer", "luyang", "shushan"
PROVINCE, DEPUTY, TREASURER, CASHIER, FINANCE = "province", "deputy", "treasurer", "cashier", "finance"
COUNTY_FINANCE, COMMITTEE, SYSTEM, SECURITY = "luyang-finance", "committee", "system", "security"
FEWEST, MOST = 20, 400
"""Members of the union the officer works for: enough to see, few enough to know."""


class Login(NamedTuple):
    """A row of the table of log-ins."""

    role: str
    login: str
    password: str
    note: str


WHO = (
    ("Member", MEMBER, "member", "a worker with a card; phone first; acts for an employer too"),
    ("Grassroots officer", OFFICER, "grassroots_officer", "a union of Luyang District, Hefei"),
    ("Treasurer", TREASURER, "treasurer", "the books of the same union"),
    ("Cashier", CASHIER, "cashier", "releases payments with the treasurer"),
    ("County reviewer", REVIEWER, "county_reviewer", "Luyang District"),
    ("County reviewer", OTHER_REVIEWER, "county_reviewer", "Shushan District: sees nothing of Luyang"),
    ("Province", PROVINCE, "province_officer", "Anhui"),
    ("Province", DEPUTY, "province_officer", "Anhui, the second person who publishes"),
    ("Head of finance", FINANCE, "treasurer", "the books of all unions of Anhui"),
    ("County treasurer", COUNTY_FINANCE, "treasurer", "Luyang District: orders what it owes other unions"),
    ("Auditor", "auditor", "auditor", "reads, changes nothing"),
    (
        "Audit committee",
        COMMITTEE,
        "audit_committee",
        "audits the unions straight under the one above the officer's",
    ),
    ("Hotline agent", "hotline", "hotline_agent", "finds a caller by number"),
    ("System administrator", SYSTEM, "system_admin", "health and settings"),
    ("Security administrator", SECURITY, "security_admin", "rights of others"),
)


def logins() -> list[Login]:
    """Who can log in to the demo, in the order of the homes; nobody where it is not switched on."""
    if not settings.DEMO:
        return []
    return [
        Login(role, login, PASSWORD, note + ("" if login == MEMBER else "; code at /account/dev/codes"))
        for role, login, _code, note in WHO
    ]


def workplace() -> Union:
    """The union of the demo's officer: a middling one of the first county."""
    with whole() as cursor:
        cursor.execute(
            "SELECT m.union_id FROM registry_membership m JOIN registry_union u ON u.id = m.union_id"
            " WHERE u.county_id = %s AND u.type = '50' AND m.valid_to IS NULL GROUP BY 1"
            " ORDER BY count(*) NOT BETWEEN %s AND %s, count(*) DESC, 1 LIMIT 1",
            [counties()[0].pk, FEWEST, MOST],
        )
        return Union.objects.get(pk=cursor.fetchone()[0])


def above_work() -> Union:
    """The union straight above that of the officer: its committee audits it."""
    return tree.path(workplace())[-2]


def counties() -> list[Union]:
    """The county federations of the two reviewers."""
    codes = [code.ljust(12, "0") for code in words("unions")["counties_first"][:2]]
    found = {
        union.division: union for union in Union.objects.filter(division__in=codes, level=Union.Level.COUNTY)
    }
    return [found[code] for code in codes]


def province() -> Union:
    """The federation of the province."""
    return Union.objects.get(level=Union.Level.PROVINCE)


def make_logins(*, at: datetime) -> None:
    """Make the accounts with their rights, and the member's card. The second factors are sealed in the
    vault; the page /account/dev/codes shows what they say now. In the caller's transaction."""
    maker = actors.system("demo-logins", "demo")
    users: dict[str, User] = {}
    with acting(maker):
        for _role, login, _code, _note in WHO:
            if login != MEMBER:
                users[login] = create_user(
                    actor=maker, at=at, login=login, password=PASSWORD, staff=True, demo=True,
                    must_change_password=False, totp_secret=pyotp.random_base32(),
                )  # fmt: skip
    first, second = counties()
    work = workplace()
    top = province()
    places = {OFFICER: work, TREASURER: work, CASHIER: work, REVIEWER: first, OTHER_REVIEWER: second}
    places[COUNTY_FINANCE], places[COMMITTEE] = first, above_work()
    for _role, login, code, _note in sorted(WHO, key=lambda who: who[1] != SECURITY):
        if login != MEMBER:
            giver = users[SYSTEM if login == SECURITY else SECURITY]
            with acting(Actor(giver.pk, "demo", "demo-logins")) as by:
                grants.write(
                    at=at, user_id=users[login].pk, role=code, union=places.get(login, top), given_by=by
                )
    make_member(person=_worker(work), at=at, login=MEMBER, password=PASSWORD)


def make_member(*, person: Person, at: datetime, login: str = "", password: str = "") -> Actor:
    """An account for somebody of the register, with their own phone and a card; answers them as an actor."""
    maker = actors.system("demo-logins", "demo")
    with acting(maker):
        user = create_user(
            actor=maker, at=at, login=login, password=password, demo=True, must_change_password=False,
        )  # fmt: skip
    with acting(Actor(User.objects.get(login=PROVINCE).pk, "demo", "demo-logins")) as officer:
        people.link(actor=officer, at=at, user_id=user.pk, person=person)
    member = Actor(user.pk, "demo", "demo-logins", person_id=person.pk)
    with acting(member):
        phone = vault.read_inside("registry_person.phone", person.pk)
        place = Place(person.union_id, person.county_id, person.pk)
        vault.seal("accounts_user.phone", user.pk, phone, place=place, at=at, user_id=user.pk)
        for purpose in ("services", "card"):
            consents.give(actor=member, at=at, purpose=purpose)
        cards.issue(actor=member, at=at, person=person)
    return member


def workers(union: Union, many: int) -> list[Person]:
    """Active members of the union, those first who came by transfer."""
    with connections["bulk"].cursor() as cursor:
        cursor.execute(
            "SELECT p.id FROM registry_person p JOIN registry_membership m ON m.person_id = p.id"
            " WHERE m.union_id = %s AND m.valid_to IS NULL AND m.status = '10'"
            " ORDER BY m.joined_on = m.valid_from, p.id LIMIT %s",
            [union.pk, many],
        )
        ids = [person for (person,) in cursor.fetchall()]
    found = Person.objects.using("bulk").in_bulk(ids)
    return [found[person] for person in ids]


def _worker(union: Union) -> Person:
    """The demo's member: somebody with a history."""
    return workers(union, 1)[0]
