"""Where what is done with an account stands on the trail: at its union, so that the auditor there reads it."""

from uuid import UUID

from zhijia.accounts.models import User
from zhijia.audit.services import Place
from zhijia.catalogue import ports
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting

NOBODY = UUID(int=0)


def own(actor: Actor) -> Place:
    """Where the actor's own doings stand: the union they work for or are a member of; nowhere for a visitor."""
    place: Place = ports.call("audit.standing_of", actor)
    return place


def of_account(actor: Actor, user: User | None) -> Place:
    """Where something done to this account stands, whoever does it (a visitor who tries its password). An account
    there is none stands nowhere, and is looked for as long."""
    person = user.person_id if user else None
    holder = Actor(user.pk if user else 0, actor.channel, actor.request_id, person_id=person or NOBODY)
    with acting(holder):
        place = own(holder)
    return place if place.union_id else Place(person_id=person)
