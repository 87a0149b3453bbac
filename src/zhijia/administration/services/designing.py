"""Definitions written in the program: one person drafts and proposes, a second publishes. Running cases keep theirs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.db.utils import IntegrityError
from django.utils.translation import gettext_lazy as _

from zhijia.administration.services import counting, design_news, first_days, kinds, previewing
from zhijia.administration.services.kinds import Kind
from zhijia.audit import services as audit
from zhijia.catalogue import definitions, versions, written
from zhijia.catalogue.kinds import Definition
from zhijia.catalogue.text import Text
from zhijia.catalogue.versions import Version
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access, tree
from zhijia.rules.models import RuleVersion

MAY = "matter.define"
LONGEST_CODE = 60
"""Characters of a code, as the tables hold them."""
LONGEST_REASON = 500
"""Characters of why something is given back, as the table holds them."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What of a kind is in force today, and what is being written."""

    in_force: Mapping[str, Definition]
    underway: Sequence[Version]


def shelf(actor: Actor, kind: Kind, *, at: datetime) -> Shelf:
    """What can be copied, and the drafts one may see: one's own, and what is proposed."""
    access.require(actor, MAY)
    rows = kind.model._default_manager.exclude(state=Version.State.PUBLISHED).order_by("-id")
    mine = [row for row in rows if row.state == Version.State.PROPOSED or row.made_by == actor.user_id]
    today = days.business_day(at)
    return Shelf(dict(sorted(kind.in_force(today).items())), mine)


def find(actor: Actor, kind: Kind, version_id: int) -> Version:
    """A version one may see. Raises NotForYou for another's draft as for none."""
    access.require(actor, MAY)
    version = kind.model._default_manager.filter(pk=version_id).first()
    return _visible(actor, version)


def start(
    *, actor: Actor, at: datetime, kind: Kind, code: str, new_code: str = "", name: Text | None = None
) -> Version:
    """A draft that says what the definition in force says: its next version, or under a name or a code of its own the
    first of another one, which rests on a decision of one's own; without a code one is made. Raises Refusal for a code
    somebody has."""
    actor = access.require(actor, MAY)
    known = kind.in_force(days.business_day(at))
    if code not in known:
        raise NotForYou("no_such_definition", _("There is no such definition."))
    rows = kind.model._default_manager
    if name and not new_code:
        new_code = _free_code(code, {*known, *rows.values_list("code", flat=True)})
    target = new_code or code
    if new_code and (new_code in known or rows.filter(code=new_code).exists()):
        raise Refusal("code_taken", _("The code %(code)s is taken. Choose another one.") % {"code": new_code})
    last = rows.filter(code=target).aggregate(last=Max("number"))["last"] or 0
    shipped = getattr(definitions.load(), kind.name).get(target)
    number = max(last, shipped.version if shipped else 0) + 1
    said: dict[str, object] = {"label": asdict(name)} if name else {}
    if new_code:
        said |= {"source": str(_("Decision of our own")), "confidence": "D"}
    text = written.text_of(known[code], code=target, version=number, **said)
    try:
        with transaction.atomic():
            version = rows.create(
                code=target,
                number=number,
                text=text,
                copied_from=code if target != code else "",
                made_by=actor.user_id,
                made_at=at,
            )
    except IntegrityError:
        raise Refusal(
            "copied_at_once", _("Somebody copied this at the same moment. Look at the list and try again.")
        ) from None
    _record(actor, at, "design.start", kind, version)
    return version


def _free_code(code: str, taken: Collection[str]) -> str:
    """The code with the first number behind it that nobody has, cut where that is longer than a code may be."""
    tails = (f"_{number}" for number in count(2))
    made = (f"{code[: LONGEST_CODE - len(tail)].rstrip('._')}{tail}" for tail in tails)
    return next(one for one in made if one not in taken)


def keep(
    *, actor: Actor, at: datetime, kind: Kind, version_id: int, text: str, instead_of: str | None = None
) -> Version:
    """Keep what was typed into one's own draft, whether it is right or not; with `instead_of` only while it still says
    that. Raises Refusal where somebody was faster."""
    actor, version = _held(actor, kind, version_id, Version.State.DRAFT, own=True)
    if instead_of is not None and version.text != instead_of:
        raise Refusal("moved_on", _("Somebody was faster. Look at the page again."))
    if len(text) > written.LONGEST:
        raise Refusal("too_long", _("This is longer than 100,000 characters."))
    version.text = text
    version.save(update_fields=["text"])
    _record(actor, at, "design.keep", kind, version)
    return version


def propose(
    *, actor: Actor, at: datetime, kind: Kind, version_id: int, since: date, budget: int | None = None
) -> Version:
    """Hand one's draft to a second person, to be in force from that day on. A rule is counted first (`budget` in fen).
    Raises Refusal while something is wrong with it, and for a first day that has passed or is too far ahead."""
    actor, version = _held(actor, kind, version_id, Version.State.DRAFT, own=True)
    definition = _sound(kind, version, at)
    first_days.require(since, at=at)
    version.content, version.digest = versions.content(definition), versions.digest(definition)
    version.state, version.since, version.returned = Version.State.PROPOSED, since, ""
    fields = ["content", "digest", "state", "since", "returned"]
    if isinstance(version, RuleVersion):
        previewing.before(definition, at)
        version.budget, version.preview = budget, {}
        fields += ["budget", "preview"]
    version.save(update_fields=fields)
    if isinstance(version, RuleVersion):
        counting.begin_rule(version, at=at)
        version.refresh_from_db(fields=["preview"])
    _record(actor, at, "design.propose", kind, version)
    design_news.tell_publishers(at, kind, version, may=MAY)
    return version


def take_back(*, actor: Actor, at: datetime, kind: Kind, version_id: int) -> Version:
    """Its maker makes a draft of a proposal again."""
    actor, version = _held(actor, kind, version_id, Version.State.PROPOSED, own=True)
    version.state = Version.State.DRAFT
    version.save(update_fields=["state"])
    _record(actor, at, "design.back", kind, version)
    return version


def give_back(*, actor: Actor, at: datetime, kind: Kind, version_id: int, reason: str) -> Version:
    """Whoever could publish a proposal does not agree: it is its maker's draft again, who reads the reason. Raises
    Refusal without a reason, for one longer than 500 characters, and where it is no proposal any more."""
    actor = access.require(actor, MAY)
    if not may_publish(actor):
        raise NotForYou(
            "publishing_above", _("Whoever may publish it may give it back; this is decided at the top.")
        )
    actor, version = _held(actor, kind, version_id, Version.State.PROPOSED, read_before=True)
    if version.made_by == actor.user_id:
        raise Refusal("own_proposal", _("You proposed this yourself. Take it back instead."))
    if not (words := reason.strip()):
        raise Refusal("reason_missing", _("Say what should be changed, so that whoever wrote it can do it."))
    if len(words) > LONGEST_REASON:
        raise Refusal("reason_too_long", _("This is longer than 500 characters."))
    version.state, version.returned = Version.State.DRAFT, words
    version.save(update_fields=["state", "returned"])
    _record(actor, at, "design.back", kind, version)
    design_news.tell_maker(actor, at, "design_returned", kind, version, reason=words)
    return version


def may_publish(actor: Actor) -> bool:
    """Whether this actor may publish what another proposed: it holds everywhere, so the right at the top."""
    return all(access.may(actor, MAY, root) for root in tree.roots())


def proposal(version: Version) -> str:
    """What tells a proposal from another one of the same version: what it says, from when on and what it may cost."""
    return f"{version.digest} {version.since} {getattr(version, 'budget', None)}"


def publish(*, actor: Actor, at: datetime, kind: Kind, version_id: int, seen: str | None = None) -> Version:
    """Let it be in force from its day on, from today where that day has passed. Only a second person may, who holds the
    right at the top, since it holds everywhere. Raises Refusal for the maker, where a newer one was published, and
    where it is not the `proposal` any more that was `seen`."""
    actor, version = _held(actor, kind, version_id, Version.State.PROPOSED)
    for root in tree.roots():
        actor = access.require(actor, MAY, root)
    if version.made_by == actor.user_id:
        raise Refusal("second_person", _("You proposed this. A second person has to publish it."))
    if seen is not None and seen != proposal(version):
        raise Refusal(
            "proposed_anew", _("It was taken back and proposed anew meanwhile. Read what it says now.")
        )
    if isinstance(version, RuleVersion):
        counting.require(version.preview)
    definition = _sound(kind, version, at)
    if (versions.digest(definition), versions.content(definition)) != (version.digest, version.content):
        raise Refusal("changed_since", _("It was changed after it was proposed. Have it proposed again."))
    newer = kind.model._default_manager.filter(
        code=version.code, number__gt=version.number, state=Version.State.PUBLISHED
    )
    if newer.exists():
        raise Refusal(
            "newer_published", _("A newer version was published meanwhile. Copy that one and begin again.")
        )
    version.state, version.published_by, version.published_at = Version.State.PUBLISHED, actor.user_id, at
    version.since = max(version.since or date.min, days.business_day(at))
    version.save(update_fields=["state", "published_by", "published_at", "since"])
    kind.published(version)
    _record(actor, at, "design.publish", kind, version)
    design_news.tell_maker(actor, at, "design_published", kind, version, since=version.since)
    return version


def discard(*, actor: Actor, at: datetime, kind: Kind, version_id: int) -> None:
    """Throw one's own draft away."""
    actor, version = _held(actor, kind, version_id, Version.State.DRAFT, own=True)
    _record(actor, at, "design.discard", kind, version)
    version.delete()


def _held(
    actor: Actor,
    kind: Kind,
    version_id: int,
    state: Version.State,
    *,
    own: bool = False,
    read_before: bool = False,
) -> tuple[Actor, Version]:
    """The version, locked, in this state. Raises NotForYou for another's draft, Refusal where it has moved on: also for
    what was just given back, where the actor has `read_before` what is a draft now."""
    actor = access.require(actor, MAY)
    found = kind.model._default_manager.select_for_update().filter(pk=version_id).first()
    version = found if found and read_before and found.returned else _visible(actor, found)
    if version.state != state:
        raise Refusal("moved_on", _("Somebody was faster. Look at the page again."))
    if own and version.made_by != actor.user_id:
        raise NotForYou("not_yours", _("Only who drafted this can change it."))
    return actor, version


def _visible(actor: Actor, version: Version | None) -> Version:
    if version is None or (version.state == Version.State.DRAFT and version.made_by != actor.user_id):
        raise NotForYou("no_such_definition", _("There is no such definition."))
    return version


def _sound(kind: Kind, version: Version, at: datetime) -> Any:
    """What the version says. Raises Refusal while something is wrong with it."""
    definition, wrong = kinds.read(kind, version, version.text, on=days.business_day(at))
    if wrong or definition is None:
        raise Refusal(
            "still_wrong",
            _("There is still something wrong, first in line %(line)d: %(words)s")
            % {"line": wrong[0].line, "words": wrong[0].words},
        )
    return definition


def waiting(rights: access.Rights) -> int:
    """How many proposals of others wait for somebody who may publish them. Two statements."""
    held = rights.unions(MAY)
    if not held or len(list(tree.path(held[0]))) > 1:
        return 0
    first, *rest = [
        kind.model._default_manager.filter(state=Version.State.PROPOSED)
        .exclude(made_by=rights.actor.user_id)
        .order_by()
        .values("number")
        for kind in kinds.KINDS.values()
    ]
    return first.union(*rest, all=True).count()


def _record(actor: Actor, at: datetime, action: str, kind: Kind, version: Version) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="design",
        subject_id=version.pk,
        place=access.standing_of(actor),
        detail={"kind": kind.name, "code": version.code, "number": version.number},
    )
