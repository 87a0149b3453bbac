"""The fields of a person (`definitions/fields/`): labels, checks, masks, and how a roster names them."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import codes, definitions
from zhijia.catalogue.field_rules import FieldRule, RosterColumn
from zhijia.kernel import codes as kernel_codes
from zhijia.kernel import names
from zhijia.kernel.errors import Refusal

__all__ = ["FieldRule", "RosterColumn", "all", "checked", "get", "roster"]

LONGEST_TEXT = 200


def get(name: str) -> FieldRule:
    """The field's rule. Raises UnknownDefinition."""
    try:
        return definitions.load().fields[name]
    except KeyError:
        raise definitions.UnknownDefinition(f"There is no field {name}.") from None


def all() -> tuple[FieldRule, ...]:
    """Every field, by its number in the data dictionary."""
    return tuple(sorted(definitions.load().fields.values(), key=lambda field: (field.element, field.code)))


def roster() -> tuple[FieldRule, ...]:
    """The fields a roster can have, in the order of the template."""
    found = [(field.roster.order, field) for field in definitions.load().fields.values() if field.roster]
    return tuple(field for _order, field in sorted(found, key=lambda entry: entry[0]))


def checked(name: str, text: str, *, day: date) -> str:
    """The value as it is stored, from what somebody typed. Raises Refusal with what to do about it.

    A code may be written in words; a code that has ended is not taken.
    """
    field = get(name)
    text = names.seen(text)
    if not text:
        raise Refusal("field_empty", _("Fill in: %(field)s") % {"field": field.label}, field=name)
    if field.type == "code":
        code = codes.read(field.code_list, text, day)
        if code is None:
            raise Refusal(
                "field_not_in_list", _("Choose one of the list for: %(field)s.") % {"field": field.label}
            )
        return code
    if field.type == "mobile":
        if kernel_codes.mobile_error(text):
            raise Refusal(
                "field_mobile", _("A mobile number has 11 digits and begins with 1. Check the number.")
            )
        return kernel_codes.normal_mobile(text)
    if field.mask == "name":
        text = _name(text)
    longest = field.max_length or LONGEST_TEXT
    if len(text) > longest:
        raise Refusal(
            "field_too_long",
            _("%(field)s can have %(most)s characters; this has %(length)s. Shorten it.")
            % {"field": field.label, "most": longest, "length": len(text)},
        )
    if field.type == "email" and not _is_email(text):
        raise Refusal("field_email", _("This is not an e-mail address. It looks like name@example.cn."))
    return text


def _name(text: str) -> str:
    name, reason = names.name_of(text)
    if reason:
        raise Refusal(
            "field_name",
            _(
                "A name has letters, and · or a hyphen between its parts. Write it as on the identity document."
            ),
        )
    return name


def _is_email(text: str) -> bool:
    local, at, domain = text.partition("@")
    return (
        bool(local and at)
        and "." in domain.strip(".")
        and not any(c.isspace() for c in text)
        and "@" not in domain
    )
