"""A definition filled in part by part: the outline of a draft, and the form of each of its parts."""

from collections.abc import Sequence
from typing import Any, cast, get_args
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhijia.administration.part_drawn import as_drawn
from zhijia.administration.part_forms import PartForm
from zhijia.administration.services import designing, filling, kinds, outlining, reading_rules
from zhijia.administration.services.kinds import KINDS, Kind
from zhijia.administration.services.offers import Offers, titled
from zhijia.administration.services.outlining import Wrong, shortened
from zhijia.catalogue.filling import shapes, tree, words
from zhijia.catalogue.filling.tree import NEW, NoPlace, Place
from zhijia.catalogue.versions import Version
from zhijia.catalogue.written import Placed
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.requests import Asked

MOST_WRONG = 5
"""So many things that are wrong are said at once."""
_MOVES: dict[str, filling.Move] = {move: move for move in get_args(filling.Move)}


def outline_of(kind: Kind, version: Version, wrong: list[Placed]) -> dict[str, Any]:
    """What the design page shows of a text forms can show; nothing of one that has to be put right as a text."""
    content = filling.content_of(kind, version.text)
    if content is None:
        return {}
    at = outlining.placed(kind, content, wrong)
    offers = Offers(kind.name, content, days.business_day(days.now()))
    return {
        "outline": outlining.outline(kind, content, offers, at),
        "wrong_at": at[:MOST_WRONG],
        "wrong_more": len(at[MOST_WRONG:]),
    }


def part(request: Asked, kind: str, version_id: int) -> HttpResponse:
    """One part of one's own draft. A post keeps what was filled in, or moves the part, takes it out, copies it; or it
    shows the page with a row more."""
    if kind not in KINDS:
        raise Http404
    chosen = KINDS[kind]
    version = designing.find(request.actor, chosen, version_id)
    if version.state != Version.State.DRAFT or version.made_by != request.actor.user_id:
        raise Http404
    content = filling.content_of(chosen, version.text)
    if content is None:
        return redirect(f"{reverse('administration:design', args=[kind, version_id])}?as=text")
    try:
        place = tree.place_of(request.GET.get("at", ""))
        meant = _meant(content, place, request.GET.get("of", ""))
        if meant != place:
            return _elsewhere(request, chosen, version, place, meant)
        page = _Page(request, chosen, version, content, place)
        return page.posted() if request.method == "POST" else page.shown(page.form())
    except NoPlace:
        raise Http404 from None


def _meant(content: dict[str, Any], place: Place, name: str) -> Place | None:
    """The place where the entry of this name stands now; none where it is gone. Without a name, the place."""
    if not name or not isinstance(place[-1] if place else None, int):
        return place
    entries = tree.get(content, place[:-2]).get(place[-2]) or []
    now = [number for number, one in enumerate(entries) if tree.name_of(one) == name]
    return (*place[:-1], now[0]) if now else None


def _elsewhere(
    request: Asked, kind: Kind, version: Version, place: Place, meant: Place | None
) -> HttpResponse:
    """Where to look for an entry that does not stand where the address says. What was posted is not done."""
    if meant is None:
        messages.warning(request, _("This has been taken out."))
        return redirect(_shown_at(kind, version, place[:-1]))
    if request.method == "POST":
        messages.error(request, _("This was changed in another window meanwhile. Look at it and try again."))
        return redirect(_shown_at(kind, version, place[:-1]))
    return redirect(address(kind, version, meant, of=request.GET["of"]))


class _Page:
    """The page of one part."""

    def __init__(
        self, request: Asked, kind: Kind, version: Version, content: dict[str, Any], place: Place
    ) -> None:
        self.request, self.kind, self.version, self.content, self.place = (
            request,
            kind,
            version,
            content,
            place,
        )
        self.is_new = bool(place) and place[-1] == NEW
        if self.is_new:
            model = shapes.list_at(kind.definition, place[:-1]).model
            tree.get(content, place[:-2])
            assert model is not None
            self.model, self.whole = model, cast(dict[str, Any], {})
        else:
            self.model = shapes.model_at(kind.definition, place)
            is_own = len(place) == 1 and place[0] not in content
            self.whole = {} if is_own else tree.get(content, place)
        self.today = days.business_day(days.now())
        self.offers = Offers(kind.name, content, self.today)

    def form(self, data: Any = None, *, more_pairs: int = 0) -> PartForm:
        """Its form."""
        return PartForm(
            data,
            model=self.model,
            whole=self.whole,
            offers=self.offers,
            top=not self.place,
            more_pairs=more_pairs,
        )

    def posted(self) -> HttpResponse:
        """What was asked for, done; else the page with what was typed."""
        said: dict[str, Any] = {
            "actor": self.request.actor,
            "at": days.now(),
            "kind": self.kind,
            "version_id": self.version.pk,
            "made_from": self.request.POST.get("made_from", ""),
        }
        wanted = self.request.POST.get("do", "")
        move = _MOVES.get(wanted)
        if wanted == "remove" and not self.request.POST.get("sure"):
            return self.asked_once()
        if wanted == "row":
            return self.shown(self.form(self.request.POST, more_pairs=1).unjudged())
        try:
            if move:
                then = filling.arrange(place=self.place, move=move, **said)
                return self._to(then) if move == "copy" else redirect(self._home(then))
            form = self.form(self.request.POST)
            if not form.is_valid():
                return self.shown(form, status=422)
            if self.is_new:
                place = filling.add(place=self.place[:-1], part=form.part(), **said)
            else:
                place = self.place
                filling.put(place=place, part=form.part(), **said)
        except NotForYou:
            raise
        except Refusal as refusal:
            self.request.refusal = refusal
            if move:
                messages.error(self.request, str(refusal))
                return redirect(self._home(self.place[:-1]))
            form = self.form(self.request.POST)
            form.full_clean()
            form.add_error(None, str(refusal))
            return self.shown(form, status=422)
        amiss, lists, elsewhere = self._left(place)
        if amiss:
            messages.warning(self.request, _("Kept, but there is something to put right."))
        elif elsewhere:
            messages.warning(self.request, _misfitting(elsewhere))
        else:
            messages.success(self.request, _("Kept."))
        self._say_what_english_says(form.part(), place)
        goes_on = wanted == "more" or amiss or lists
        return self._to(place) if goes_on else redirect(self._home(place[:-1]))

    def asked_once(self) -> HttpResponse:
        """Whether it shall really be taken out. Raises NoPlace for what cannot be."""
        if self.is_new or not self.place:
            raise NoPlace(tree.text_of(self.place))
        called = str(words.of_part(self.kind.name, self.model))
        context = {
            "kind": self.kind,
            "version": self.version,
            "definition": titled(self.content) or self.version.code,
            "title": self._title(called),
            "at": tree.text_of(self.place),
            "name": tree.name_of(self.whole),
            "takes_values": filling.takes_values(self.kind, self.content, self.place, self.today),
            "made_from": self.request.POST.get("made_from", ""),
            "back": self._home(self.place[:-1]),
        }
        return render(self.request, "administration/part_remove.html", context)

    def _say_what_english_says(self, part: dict[str, Any], place: Place) -> None:
        """Once, where Chinese words were changed and the English beside them was not."""
        for key in shapes.keys_of(self.model):
            was, now = self.whole.get(key.name), part.get(key.name)
            if key.sort != "text" or not was or not now or was["en"] in {was["zh"], now["zh"]}:
                continue
            if was["zh"] != now["zh"] and was["en"] == now["en"]:
                label = words.of_key(self.kind.name, self.model, key.name).label
                said = _("The English of “%(what)s” still says: %(words)s") % {
                    "what": label,
                    "words": shortened(now["en"]),
                }
                link = address(self.kind, self.version, place, of=tree.name_of(part))
                messages.info(self.request, format_html('<a href="{}">{}</a>', link, said))

    def shown(self, form: PartForm, *, status: int = 200) -> HttpResponse:
        """The page, with what is wrong at its field."""
        wrong = outlining.placed(self.kind, self.content, self._wrong(self.version.text))
        if not self.is_new and not form.is_bound:
            here = [one for one in wrong if one.part == self.place]
            form.mark((one.place[len(self.place) :], one.words) for one in here)
        reading = reading_rules.reading(self.offers, self.place)
        if reading and (form.errors or not form.is_bound):
            form.mark_rules(reading)
        called = str(words.of_part(self.kind.name, self.model))
        context = {
            "kind": self.kind,
            "version": self.version,
            "definition": titled(self.content) or self.version.code,
            "form": form,
            "front": as_drawn(form, form.front, reading),
            "more": as_drawn(form, form.more, reading),
            "cards": []
            if self.is_new or not self.place
            else outlining.below(self.kind, self.model, self.whole, self.place, self.offers, wrong),
            "called": called,
            "title": self._title(called),
            "name": tree.name_of(self.whole),
            "here": address(self.kind, self.version, self.place, of=tree.name_of(self.whole)),
            "is_entry": bool(self.place) and isinstance(self.place[-1], int),
            "may_go": len(self.place) == 1 and not self._is_needed(),
            "made_from": filling.digest_of(self.version.text),
            "back": self._home(self.place[:-1]),
        }
        return render(self.request, "administration/part.html", context, status=status)

    def _title(self, called: str) -> str:
        if self.is_new:
            return _("Add: %(what)s") % {"what": called}
        if not self.place:
            return _("What it is")
        if isinstance(self.place[-1], str):
            return outlining.where(self.kind, self.content, self.place)
        return titled(self.whole) or called

    def _is_needed(self) -> bool:
        keys = shapes.keys_of(self.kind.definition)
        return self.place[0] not in self.content or any(
            key.needed for key in keys if key.name == self.place[0]
        )

    def _wrong(self, text: str) -> list[Placed]:
        """What is wrong with what is written; the page of the whole says what stands in its way besides."""
        return kinds.usable(self.kind, self.version, text, on=self.today)[1]

    def _left(self, place: Place) -> tuple[bool, bool, list[Wrong]]:
        """What is left to do: whether something is wrong at the part, whether it has lists of its own to fill, and what
        is wrong elsewhere that was not before."""
        version = designing.find(self.request.actor, self.kind, self.version.pk)
        content = filling.content_of(self.kind, version.text) or {}
        found = self._wrong(version.text)
        at = outlining.placed(self.kind, content, found)
        amiss = any(one.part == place for one in at)
        before = {one.words for one in self._wrong(self.version.text)} if found else set()
        lists = self.is_new and outlining.below(self.kind, self.model, {}, place, self.offers, ())
        return amiss, bool(lists), [one for one in at if one.words not in before]

    def _to(self, place: Place) -> HttpResponse:
        version = designing.find(self.request.actor, self.kind, self.version.pk)
        part = tree.get(filling.content_of(self.kind, version.text), place)
        return redirect(address(self.kind, version, place, of=tree.name_of(part)))

    def _home(self, place: Place) -> str:
        return _shown_at(self.kind, self.version, place)


def _misfitting(wrong: Sequence[Wrong]) -> str:
    """What does not fit any more because of what was kept: the first with where it stands, and how many more."""
    first, more = wrong[0], len(wrong) - 1
    place = _("%(what)s: ") % {"what": first.where} if first.where else ""
    said = _("Kept, but now this does not fit: %(words)s") % {"words": f"{place}{first.words}"}
    if more:
        besides = ngettext(
            " And %(many)d more thing does not fit.", " And %(many)d more things do not fit.", more
        )
        said += besides % {"many": more}
    return said


def _shown_at(kind: Kind, version: Version, place: Place) -> str:
    """The page that shows the list a part stands in: that of the part the list belongs to, else the outline."""
    if len(place) > 1:
        return f"{address(kind, version, place[:-1])}#{place[-1]}"
    here = reverse("administration:design", args=[kind.name, version.pk])
    return f"{here}#{place[0]}" if place else here


def address(kind: Kind, version: Version, place: Place, *, of: str = "") -> str:
    """Where a part of a draft is filled in. With the name it has (`of`), it is found also once it stands elsewhere."""
    here = reverse("administration:design_part", args=[kind.name, version.pk])
    named = isinstance(place[-1] if place else None, int) and of
    said = {"at": tree.text_of(place)} | ({"of": of} if named else {})
    return f"{here}?{urlencode(said)}" if place else here
