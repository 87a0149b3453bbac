"""What `/ui` shows: made-up unions, masked made-up people, both languages, nothing from a database."""

from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhijia.ui.charts import Bar, Chart
from zhijia.ui.forms import OnceForm
from zhijia.ui.lines import Stop


@dataclass
class Node:
    """One union in the sample tree."""

    name: str
    href: str = "#tree"
    detail: str = ""
    count: int | None = None
    children_url: str = ""
    nodes: list["Node"] = field(default_factory=list)


class SampleForm(OnceForm):
    """One field of each kind a page may have."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "name": forms.CharField(label=_("Your name"), widget=forms.TextInput({"autocomplete": "name"})),
            "phone": forms.CharField(
                label=_("Mobile number"),
                help_text=_("We send one code to it. It is stored sealed."),
                widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
            ),
            "kind": forms.ChoiceField(
                label=_("How you work"),
                choices=[
                    ("", _("Please choose")),
                    ("unit", _("For one employer")),
                    ("platform", _("For a platform")),
                ],
            ),
            "channel": forms.ChoiceField(
                label=_("How we should answer"),
                choices=[
                    ("app", _("Here, in Messages")),
                    ("sms", _("By text message")),
                    ("call", _("By telephone")),
                ],
                widget=forms.RadioSelect,
                initial="app",
            ),
            "story": forms.CharField(
                label=_("What happened"),
                required=False,
                widget=forms.Textarea({"rows": 3}),
                help_text=_("A few words are enough. We will ask if we need more."),
            ),
            "photo": forms.FileField(
                label=_("Photo of the proof"),
                required=False,
                help_text=_("JPEG, PNG or PDF. Photos are made smaller on your phone before they are sent."),
                widget=forms.FileInput({"accept": "image/*,application/pdf", "data-shrink": True}),
            ),
            "agree": forms.BooleanField(label=_("My union may use these answers for this request")),
        }
        self._speak_plainly()
        self.order_fields(["name", "phone", "kind", "channel", "story", "photo", "agree", "once"])


def _wrong_form() -> SampleForm:
    form = SampleForm(
        {"name": _("Zhang *feng"), "phone": "1990000", "kind": "", "channel": "sms"}, auto_id="bad_%s"
    )
    form.is_valid()
    form.add_error("phone", _("A mobile number has 11 digits; 7 were typed. Please check it."))
    return form


def scopes() -> list[dict[str, Any]]:
    """The unions this sample officer may work for."""
    return [
        {"id": "1", "name": _("Luyang District Federation"), "current": True},
        {"id": "2", "name": _("Express Trade Federation of Luyang"), "current": False},
    ]


def staff_menu() -> list[dict[str, Any]]:
    """The left menu, by work: what waits on top, the rest folded but where one is."""
    here = reverse("ui:gallery")
    waits = [
        (_("Waiting"), here, "inbox", True, 35),
        (_("Done by me"), f"{here}#tasks", "checks", False, 0),
    ]
    people = [(_("Members and unions"), f"{here}#table", "users", False, 0)]
    money = [
        (_("Aid"), f"{here}#line", "heart-handshake", False, 4),
        (_("Payments"), f"{here}#figures", "coin", False, 0),
        (_("Figures"), f"{here}#chart", "chart-bar", False, 0),
    ]
    return [
        {"word": "", "items": waits},
        {"word": _("Registers"), "items": people, "open": True},
        {"word": _("Money and assets"), "items": money, "waiting": 4},
    ]


def member_menu() -> list[tuple[str, str, str, bool, int]]:
    """The bottom bar of four."""
    here = reverse("ui:member")
    return [
        (_("Home"), here, "home", True, 0),
        (_("Apply"), f"{here}#services", "clipboard-list", False, 0),
        (_("Messages"), f"{here}#services", "message", False, 2),
        (_("Me"), f"{here}#me", "user", False, 0),
    ]


def _lines() -> dict[str, Any]:
    return {
        "claim": [
            Stop(_("You filed the claim"), "done", when=_("16 November")),
            Stop(
                _("The district federation is checking it"),
                "now",
                _("Li *"),
                _("answer by 24 November, 2 working days left"),
            ),
            Stop(_("Paid to the account ending 6621"), "next", when=_("about 3,350.00 yuan")),
        ],
        "case": [
            Stop(_("Applied"), "done", when=_("10 November")),
            Stop(_("Home visit"), "done", _("two people"), _("14 November")),
            Stop(_("District review"), "now", _("you"), _("today")),
            Stop(_("Public notice, 5 working days"), "next", when=_("until 1 December")),
            Stop(_("Filed"), "next"),
        ],
        "late": [
            Stop(_("Transfer asked for"), "done", when=_("2 November")),
            Stop(
                _("Old union confirms"),
                "late",
                _("Logistics Park Union"),
                _("3 working days late; moves on by itself on 25 November"),
            ),
            Stop(_("New union confirms"), "next", _("Express Trade Federation")),
        ],
        "stopped": [
            Stop(_("Applied"), "done", when=_("1 November")),
            Stop(_("Withdrawn by you"), "stopped", when=_("3 November")),
        ],
        "paid": [
            Stop(_("Approved"), "done", when=_("5 November")),
            Stop(_("Sent to the bank"), "done", when=_("6 November")),
            Stop(_("Arrived"), "done", when=_("6 November, 15:20")),
        ],
    }


def branch(code: str) -> list[Node]:
    """The unions under one sample union."""
    if code != "luyang":
        return []
    return [
        Node(_("Express Trade Federation of Luyang"), detail=_("trade federation"), count=1204),
        Node(_("Sanxiaokou Street Federation"), detail=_("street"), count=861),
        Node(_("Binhe Machinery Plant Union"), detail=_("enterprise"), count=312),
    ]


def _tree(opened: str) -> list[Node]:
    def county(code: str, name: str, count: int) -> Node:
        return Node(
            name,
            count=count,
            children_url=f"{reverse('ui:branch', args=[code])}?language={get_language()}",
            nodes=branch(code) if code == opened else [],
        )

    return [
        Node(
            _("Hefei Federation"),
            detail=_("city"),
            count=186_400,
            children_url=reverse("ui:branch", args=["hefei"]),
            nodes=[
                county("luyang", _("Luyang District Federation"), 42_310),
                county("shushan", _("Shushan District Federation"), 38_952),
            ],
        ),
        Node(_("Wuhu Federation"), detail=_("city"), count=84_130),
    ]


def _rows() -> list[dict[str, Any]]:
    names = [
        (_("Zhang *feng"), "199****0001", _("Courier"), "done", _("member")),
        (_("Zhao *ying"), "199****0002", _("Fitter"), "waiting", _("to confirm")),
        (_("Chen *"), "199****0003", _("Truck driver"), "moving", _("transferring")),
        (_("Li *mei"), "199****0004", _("Nurse"), "late", _("overdue")),
        (_("Wu *guo"), "199****0005", _("Welder"), "idle", _("left the union")),
    ]
    keys = ("name", "phone", "work", "state", "word")
    return [
        dict(zip(keys, row, strict=True)) | {"since": f"20{20 + at}-0{at + 1}-1{at}"}
        for at, row in enumerate(names)
    ]


def _charts() -> dict[str, Chart]:
    months = [1.17, 0.66, 1.63, 1.77, 2.17, 1.50, 1.30, 1.57, 2.00, 1.70, 1.13]
    bars = [
        Bar(date_format(date(2026, at + 1, 1), "M"), value, f"{value:.2f}", unfinished=at == 10)
        for at, value in enumerate(months)
    ]
    cities = [
        (_("Hefei"), 5.0),
        (_("Wuhu"), 5.5),
        (_("Fuyang"), 8.0),
        (_("Anqing"), 6.0),
        (_("Bengbu"), -0.8),
    ]
    return {
        "months": Chart(
            _("Members gained, by month"), _("ten thousand people"), bars, 1.5, _("goal 1.50 a month")
        ),
        "cities": Chart(
            _("Change by city"),
            _("working days"),
            [Bar(name, value, f"{value:+.1f}", "#chart") for name, value in cities],
        ),
    }


def _tasks() -> list[dict[str, Any]]:
    lines = _lines()
    return [
        {
            "title": _("Hardship file · Wang *"),
            "detail": _("3 people, 777.78 yuan a month each"),
            "due": _("due today"),
            "kind": "late",
            "stops": lines["case"],
        },
        {
            "title": _("Medical aid · Zhao *ying"),
            "detail": _("paid 25,000.00 yuan, the rule gives 16,000.00"),
            "due": _("tomorrow"),
            "kind": "waiting",
            "stops": lines["claim"],
        },
        {
            "title": _("Transfer · Chen *"),
            "detail": _("from the Logistics Park Union"),
            "due": _("4 days left"),
            "kind": "",
            "stops": lines["late"],
        },
        {
            "title": _("Joining · 30 people"),
            "detail": _("nothing to look at, can be agreed together"),
            "due": "",
            "kind": "",
            "stops": lines["paid"],
        },
    ]


def everything(opened: str = "luyang") -> dict[str, Any]:
    """All samples by name."""
    here = reverse("ui:gallery")
    return {
        "form": SampleForm(),
        "wrong_form": _wrong_form(),
        "lines": SimpleNamespace(**_lines()),
        "nodes": _tree(opened),
        "rows": _rows(),
        "charts": SimpleNamespace(**_charts()),
        "tasks": _tasks(),
        "tabs": [
            (_("Waiting"), f"{here}#tabs", True, 35),
            (_("Sent back"), f"{here}#tabs", False, 2),
            (_("Decided"), f"{here}#tabs", False, None),
        ],
        "signers": [_("Filled in by, date"), _("Checked by, date")],
        "icon_names": (
            "home",
            "inbox",
            "users",
            "heart-handshake",
            "coin",
            "chart-bar",
            "sitemap",
            "shield-check",
            "phone-call",
            "qrcode",
        ),
        "services": [
            (_("Aid"), "heart-handshake"),
            (_("Unpaid wages"), "scale"),
            (_("Rest stations"), "map-pin"),
            (_("Courses"), "school"),
            (_("Find work"), "briefcase"),
            (_("All services"), "dots"),
        ],
    }
