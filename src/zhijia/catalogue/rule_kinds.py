"""What a definition says of a rule: whom it is about, what for, and its text in the rule language (ADR 0014)."""

from datetime import date
from typing import Annotated, Self

from pydantic import StringConstraints, model_validator

from zhijia.catalogue.kinds import Definition, Words
from zhijia.catalogue.sentences import Unfit
from zhijia.catalogue.text import Text

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$")]


class RuleDefinition(Definition):
    """A rule in force from `since` on, about rows of the entity `subject`, using what `purpose` allows. Either `text`
    says it all (who qualifies, or what is computed), or `condition` says who and `amount` how much. The room `rules`
    understands the text; `zhijia rule check --all` says what is wrong with it. `tells` says to whom it holds for what
    that means for them: a rule that has it stands on the page "What can I get"."""

    subject: Name
    purpose: Words
    since: date
    text: Words | None = None
    condition: Words | None = None
    amount: Words | None = None
    tells: Text | None = None

    @model_validator(mode="after")
    def _one_way_of_saying_it(self) -> Self:
        if (self.text is None) is (self.condition is None) or (
            self.text is not None and self.amount is not None
        ):
            raise Unfit("text_or_condition")
        return self

    @property
    def texts(self) -> tuple[str, ...]:
        """What the rule language has to understand: the text, or the condition and the amount."""
        return tuple(text for text in (self.text, self.condition, self.amount) if text is not None)
