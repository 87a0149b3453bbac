"""Which rows have a term, from which moment it runs, and what goes with them (PI-07)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case as Either
from django.db.models import CharField, Exists, F, Model, OuterRef, Q, QuerySet, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Least
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import ApiToken
from zhijia.administration.models import RetentionProposal, TrailProof
from zhijia.appraisals.models import Award, Proof, Round, Run
from zhijia.appraisals.models import Entry as Appraised
from zhijia.appraisals.models.rounds import Nomination
from zhijia.appraisals.services.rounds.answering import FILES
from zhijia.audit.models import Entry
from zhijia.campaigns.models import Drive
from zhijia.files.models import StoredFile
from zhijia.matters.models import Case
from zhijia.matters.services import emptying
from zhijia.notices.models import Delivery, Message
from zhijia.questionnaires.models import Poll, Rating
from zhijia.registers.models import List, Row, Sheet
from zhijia.registry.models import (
    AuthorityRun,
    Certificate,
    Election,
    Export,
    Grant,
    ImportChange,
    Load,
    Lookup,
    Post,
    Representative,
    RosterImport,
    Term,
)
from zhijia.watches.models import Clue


@dataclass(frozen=True, slots=True)
class Ending:
    """A table whose rows have a term: from which moment it runs (a column, or an expression over some) and for which
    rows. What the vault holds for a row goes with it, and the files these columns name, or that rows which go with it
    have `owned`. `under`: moment and condition are those of another table's row, whose id stands in this column.
    `removable` False: what is over is shown, and taken out of the database by another way. Rows of lists have the
    `term` their list names."""

    model: type[Model]
    moment: str | Combinable
    label: Any
    rows: Q = field(default_factory=Q)
    under: tuple[type[Model], str] | None = None
    files: tuple[str, ...] = ()
    owned: "Owned | None" = None
    removable: bool = True
    term: str = ""

    @property
    def table(self) -> str:
        name = self.model._meta.db_table
        return f"{name}.{self.term}" if self.term else name

    @property
    def parameter(self) -> str:
        return f"retention.{self.term}" if self.term else str(self.model.keeping.parameter)  # type: ignore[attr-defined]

    def over(self, before: datetime) -> QuerySet[Any]:
        """The rows whose term was over at this moment, on the alias that sees all."""
        if self.under is None:
            return self._over(self.model, before)
        above, column = self.under
        mine = self.model._default_manager.using("bulk")
        return mine.filter(**{f"{column}__in": self._over(above, before).values("pk")})

    def _over(self, model: type[Model], before: datetime) -> QuerySet[Any]:
        moment = F(self.moment) if isinstance(self.moment, str) else self.moment
        rows: QuerySet[Any] = model._default_manager.using("bulk").alias(runs_since=moment)
        return rows.filter(self.rows, runs_since__lt=before)


@dataclass(frozen=True, slots=True)
class Owned:
    """Files of this owner: their `owner_id` is the id of a row of `model`, whose `column` names the row that ends."""

    owner: str
    model: type[Model]
    column: str

    def under(self, keys: Sequence[Any]) -> QuerySet[Any]:
        """The files that go with these rows, on the alias that sees all."""
        rows = self.model._default_manager.using("bulk").filter(**{f"{self.column}__in": keys})
        ids = rows.annotate(text=Cast("pk", CharField())).values("text")
        return StoredFile.objects.using("bulk").filter(owner=self.owner, owner_id__in=ids)


@dataclass(frozen=True, slots=True)
class Emptying:
    """Cases whose matters' definitions name this term: they are emptied and stay (`matters.services.emptying`)."""

    term: str
    label: Any = emptying.LABEL
    removable: bool = True

    @property
    def table(self) -> str:
        return f"{_CASES}{self.term}"

    @property
    def parameter(self) -> str:
        return f"retention.{self.term}"

    def over(self, before: datetime) -> QuerySet[Any]:
        """The cases whose term was over at this moment, on the alias that sees all."""
        return emptying.over(self.term, before)


_CASES, _LISTS = f"{Case._meta.db_table}.", f"{Row._meta.db_table}."


def every() -> list[Ending | Emptying]:
    """All that has a term; of cases and of rows of lists each term that a definition names."""
    others = List.objects.using("bulk").filter(version__isnull=False).exclude(_USUAL)
    terms = sorted(set(others.values_list("version__content__retention", flat=True)))
    return [*TERMS.values(), *map(_rows_of_lists, terms), *map(Emptying, emptying.parameters())]


def of(table: str) -> Ending | Emptying:
    """What a proposal is about."""
    if table.startswith(_LISTS):
        return _rows_of_lists(table.removeprefix(_LISTS))
    return Emptying(table.removeprefix(_CASES)) if table.startswith(_CASES) else TERMS[table]


def _rows_of_lists(term: str) -> Ending:
    """The rows of lists that name this term."""
    lists = List.objects.using("bulk").filter(version__content__retention=term)
    label = _("Rows of lists that ended, with what they were")
    return Ending(
        Row, "ended_on", label, Q(register_id__in=list(lists.values_list("pk", flat=True))), term=term
    )


HOLDERS = {
    "registry.roster": ((RosterImport, "file_id"), (RosterImport, "errors_id")),
    "registry.export": ((Export, "file_id"),),
    "registers.sheet": ((Sheet, "file_id"), (Sheet, "errors_id")),
    "appraisals.proof": ((Proof, "file_id"),),
    "administration.trail": ((TrailProof, "file_id"),),
}
"""Which columns name the files of an owner. Files of an owner that is not told of here are never proposed."""


def _named_by_nothing() -> Q:
    """Files of those owners that no row of theirs names (any more)."""
    found = Q(owner__in=HOLDERS)
    for holders in HOLDERS.values():
        for model, column in holders:
            found &= ~Q(Exists(model._default_manager.filter(**{column: OuterRef("pk")})))
    return found


_LISTED = _("Rows of lists that ended, with what they were")
_USUAL = Q(version__content__retention="list_years")
TERMS = {
    ending.table: ending
    for ending in (
        Ending(Lookup, "at", _("Counts of look-ups")),
        Ending(Message, "created_at", _("Messages")),
        Ending(Delivery, "at", _("What was sent by which channel")),
        Ending(
            ImportChange,
            "undo_until",
            _("The state before an import, kept to undo it"),
            ~Q(state=RosterImport.State.UNDOING),
            (RosterImport, "import_id"),
        ),
        Ending(
            RosterImport,
            "uploaded_at",
            _("Rosters that were imported, with their files"),
            ~Q(
                state__in=(
                    RosterImport.State.CHECKING,
                    RosterImport.State.APPLYING,
                    RosterImport.State.UNDOING,
                )
            )
            & ~Q(Exists(ImportChange.objects.filter(import_id=OuterRef("pk")))),
            files=("file_id", "errors_id"),
        ),
        Ending(
            Sheet,
            "sent_at",
            _("Sheets of rows that were sent, with their files"),
            ~Q(state__in=(Sheet.State.WRITING, Sheet.State.UNDOING)),
            files=("file_id", "errors_id"),
        ),
        Ending(Row, "ended_on", _LISTED, Q(register_id__in=List.objects.filter(_USUAL).values("pk"))),
        Ending(Load, "started_at", _("Loads of whole files, with their pieces"), Q(under_way__isnull=True)),
        Ending(
            Export,
            "asked_at",
            _("What was exported; the files go by themselves"),
            ~Q(state__in=(Export.State.READY, Export.State.WORKING, Export.State.DONE)),
        ),
        Ending(
            Run,
            "closed_at",
            _("Appraisals that were closed, with their marks; not while somebody holds a title of them"),
            ~Q(
                Exists(
                    Appraised.objects.filter(run=OuterRef("pk"), named_row__isnull=False, withdrawn_at=None)
                )
            ),
        ),
        Ending(
            Round,
            Either(When(state=Round.State.STOPPED, then="closes_at"), default="named_at"),
            _(
                "Rounds that named or were stopped, with their entries; not while somebody holds a name of them"
            ),
            ~Q(Exists(Award.objects.filter(round_id=OuterRef("pk"), ended_on=None, gave_way_on=None))),
            owned=Owned(FILES, Nomination, "round_id"),
        ),
        Ending(StoredFile, "stored_at", _("Files that belong to nothing any more"), _named_by_nothing()),
        Ending(ApiToken, Least("expires_at", "revoked_at"), _("Tokens for programs that ended")),
        Ending(Grant, "valid_to", _("Grants that ended")),
        Ending(Representative, "valid_to", _("Who acted for an employer, once that ended")),
        Ending(
            AuthorityRun,
            "asked_at",
            _("Batches an authority was asked about"),
            Q(state__in=(AuthorityRun.State.DONE, AuthorityRun.State.STOPPED)),
        ),
        Ending(Post, "ended_on", _("Posts that were given up or ended")),
        Ending(
            Election,
            "held_on",
            _("Elections, with who stood"),
            ~Q(state=Election.State.REPORTED),
        ),
        Ending(Certificate, "replaced_on", _("Certificates that were replaced")),
        Ending(
            Term,
            "ended_on",
            _("Terms of office that ended, with what was put off"),
            ~Q(Exists(Certificate.objects.filter(term=OuterRef("pk")))),
        ),
        Ending(
            Poll,
            "counted_at",
            _("Votes and surveys that were counted, with their ballots"),
            ~Q(Exists(Poll.objects.filter(again_of=OuterRef("pk")))),
        ),
        Ending(Drive, "closed_at", _("Drives that were closed, with their rosters and returns")),
        Ending(Rating, "asked_at", _("Ratings of what was done")),
        Ending(Clue, "closed_at", _("Clues that were answered or ended")),
        Ending(
            TrailProof,
            "asked_at",
            _("Checks of the trail, with their files"),
            ~Q(state=TrailProof.State.ASKED),
            files=("file_id",),
        ),
        Ending(
            RetentionProposal,
            "proposed_at",
            _("What was deleted here, and who confirmed it"),
            Q(state=RetentionProposal.State.DONE),
        ),
        Ending(Entry, "at", _("The trail, sealed"), removable=False),
    )
}
