"""What an officer writes under a clue."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import definitions
from zhijia.ui.forms import Form
from zhijia.watches.services.answering import LONGEST


class FilterForm(Form):
    """What the clues of the list are about."""

    watch = forms.ChoiceField(label=_("What about"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        watches = sorted(definitions.load().watches.values(), key=lambda watch: str(watch.label))
        self.fields["watch"].choices = [  # type: ignore[attr-defined]
            ("", _("All")),
            *((watch.code, watch.label) for watch in watches),
        ]


class AnswerForm(Form):
    """What was done, or why it is not so."""

    words = forms.CharField(
        label=_("What did you find, what was done?"),
        help_text=_("A sentence is enough. Leave out numbers and illnesses."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in a sentence what was done, or why it is not so.")},
    )
