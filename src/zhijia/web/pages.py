"""What every page shows round its content: where home is, the menu by work, whom one works for, how one reads."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import User
from zhijia.administration.services import designing
from zhijia.catalogue import roles
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.matters.queries import inbox
from zhijia.notices import queries as notices
from zhijia.registry import scope
from zhijia.registry.access import Rights
from zhijia.registry.queries import exports, terms, work
from zhijia.registry.queries import imports as jobs
from zhijia.watches.queries import clues
from zhijia.web.menu import MEMBER_MENU, MENU, OPEN_FOR

Item = tuple[Any, str, str, bool, int | None]
"""One line of the menu: its word, address and icon, whether one is there, how much waits."""
FEW = 12
"""So many lines need no folding."""


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of the menu under a word, folded or open; without a word always open."""

    word: Any
    items: list[Item]
    open: bool

    @property
    def waiting(self) -> int:
        """How much waits in it."""
        return sum(count or 0 for *_item, count in self.items)


@dataclass(frozen=True)
class Shell:
    """The frame of a page, read from the database only where the template uses it."""

    request: HttpRequest
    actor: Actor

    @cached_property
    def user(self) -> User | None:
        user = getattr(self.request, "user", None)
        return user if isinstance(user, User) else None

    @cached_property
    def role(self) -> roles.Role | None:
        return self.rights.home if self.user else None

    @cached_property
    def rights(self) -> Rights:
        return scope.rights(self.request, self.actor)

    @cached_property
    def member(self) -> bool:
        return self.role is None

    @cached_property
    def home_url(self) -> str:
        if self.user is None:
            return reverse("web:welcome")
        return reverse(self.role.home if self.role else "web:home_member")

    @cached_property
    def menu(self) -> list[Item]:
        if self.member:
            return [self._item(label, name, icon, None) for label, name, icon in MEMBER_MENU]
        return [item for part in self.parts for item in part.items]

    @cached_property
    def parts(self) -> list[Part]:
        """The menu of staff part by part: open where one is, and everywhere if it is short."""
        held = self.rights.permissions
        waiting = (
            work.counts(self.rights, days.business_day(days.now())) if "membership.approve" in held else None
        )
        counts = {
            "administration:designs": designing.waiting(self.rights) if designing.MAY in held else None,
            "matters:inbox": inbox.count(self.rights) if "matter.decide" in held else None,
            "registry:batches": waiting.batches if waiting else None,
            "registry:leavings": waiting.leaving if waiting else None,
            "watches:clues": clues.count(self.rights) if "clue.answer" in held else None,
            "registry:exports": exports.waiting_count(self.rights) if "export.allow" in held else None,
            "registry:terms_here": terms.waiting(self.rights, days.business_day(days.now()))
            if "term.record" in held
            else None,
        }
        named = [line for part in MENU for line in part.lines if reverse(line[1]) == self.home_url]
        home: Item = (_("Today"), self.home_url, "home", self.request.path == self.home_url, None)
        if named:  # whose home is the books finds it by that name
            label, name, icon, _needed = named[0]
            home = self._item(label, name, icon, counts.get(name))
        found = [
            (
                part.word,
                [
                    self._item(label, name, icon, counts.get(name))
                    for label, name, icon, needed in part.lines
                    if held.intersection(needed) and reverse(name) != self.home_url
                ],
            )
            for part in MENU
        ]
        few = sum(len(items) for _word, items in found) <= FEW
        return [Part("", [home], True)] + [
            Part(word, items, few or not word or any(item[3] for item in items))
            for word, items in found
            if items
        ]

    @cached_property
    def scopes(self) -> list[dict[str, Any]]:
        return [] if self.member else scope.choices(self.request, self.actor)

    @cached_property
    def user_name(self) -> str:
        return self.user.login if self.user else ""

    @cached_property
    def unread(self) -> int:
        return notices.unread_count(self.actor) if self.user else 0

    @cached_property
    def find_url(self) -> str:
        """Where the one box sends what is typed, for those who may look."""
        return reverse("registry:find") if "union.view" in self.rights.permissions else ""

    @property
    def language(self) -> str:
        return get_language() or "zh-hans"

    @cached_property
    def text_size(self) -> str:
        if self.request.GET.get("elder") == "1":
            return "elder"
        return self.user.text_size if self.user else self.request.COOKIES.get("text_size", "normal")

    @cached_property
    def theme(self) -> str:
        return self.user.theme if self.user else self.request.COOKIES.get("theme", "system")

    def _item(self, label: Any, name: str, icon: str, count: int | None) -> Item:
        url = reverse(name)
        said = getattr(self.request, "menu_line", "")
        open_for = (said,) if said else OPEN_FOR.get(self._page, ())
        return label, url, icon, name in open_for or self.request.path == url, count

    @cached_property
    def _page(self) -> str:
        match = self.request.resolver_match
        return match.view_name if match else ""

    @cached_property
    def jobs(self) -> int:
        return jobs.running(self.actor) + exports.running(self.actor) if self.user else 0


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `shell` for every template."""
    actor: Actor | None = getattr(request, "actor", None)
    return {"shell": Shell(request, actor)} if actor is not None else {}
