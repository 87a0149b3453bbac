"""Who hears what of a definition that was proposed, published or given back."""

from datetime import datetime

from zhijia.administration.services.kinds import Kind
from zhijia.catalogue import notices as words
from zhijia.catalogue.text import Text
from zhijia.catalogue.versions import Version
from zhijia.kernel.actors import Actor
from zhijia.notices import many
from zhijia.notices import services as notices
from zhijia.registry import tree
from zhijia.registry.queries.grants import holders


def tell_publishers(at: datetime, kind: Kind, version: Version, *, may: str) -> None:
    """Whoever holds the right `may` at the top and did not propose it hears that it waits."""
    roots = tree.roots()
    held = holders(roots, may, at)
    users = set.intersection(*(set(held.get(root, ())) for root in roots)) - {version.made_by}
    name = words.both(Text(**version.content["label"]))
    many.tell_users(
        at=at,
        kind="design_proposed",
        values={"name": name, "number": version.number},
        user_ids=sorted(users),
        link=f"/administration/designs/{kind.name}/{version.pk}/",
        reason="design",
    )


def tell_maker(actor: Actor, at: datetime, told: str, kind: Kind, version: Version, **more: object) -> None:
    """Whoever proposed it hears what a second person made of it; who took it back themselves knows."""
    if version.made_by == actor.user_id:
        return
    name = words.both(Text(**version.content["label"]))
    notices.send(
        actor=actor,
        at=at,
        to_user=version.made_by,
        kind=told,
        values={"name": name, "number": version.number, **more},
        link=f"/administration/designs/{kind.name}/{version.pk}/",
        reason="design",
    )
