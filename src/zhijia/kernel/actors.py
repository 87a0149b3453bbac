"""Who acts: handed to every service, written on every line of the trail."""

from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

Channel = Literal["page", "api", "job", "command", "demo"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody at work: the user, for whom they act, by which grant, through which channel, in which request.

    `user_id` None is a visitor or the system itself (`channel` tells which). `person_id` is the actor's own
    person, `for_person_id` the person they act for. `stepped_up` says that the password (and the second factor
    of staff) was given again within the time the parameter `accounts.step_up_minutes` allows. `scopes` are the
    permissions a personal token is held to; None holds the actor to nothing but the grants.
    """

    user_id: int | None
    channel: Channel
    request_id: str
    person_id: UUID | None = None
    for_person_id: UUID | None = None
    grant_id: int | None = None
    stepped_up: bool = False
    scopes: frozenset[str] | None = None
    address: str = ""
    device: str = ""

    def by(self, grant_id: int | None) -> "Actor":
        """The same actor, by this grant."""
        return replace(self, grant_id=grant_id)

    def within_scopes(self, permission: str) -> bool:
        """Whether the token this actor came by (if any) may use the permission at all."""
        return self.scopes is None or permission in self.scopes


def system(request_id: str, channel: Channel = "job") -> Actor:
    """The platform itself, for work nobody asked for by hand. It has no rights through row policies."""
    return Actor(user_id=None, channel=channel, request_id=request_id)
