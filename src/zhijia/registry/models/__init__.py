"""The tables of the registry, by what they are about."""

from zhijia.registry.models.grants import Grant
from zhijia.registry.models.imports import ImportChange, RosterImport
from zhijia.registry.models.memberships import (
    Application,
    Card,
    Membership,
    MembershipChange,
    Post,
    TransferLeg,
)
from zhijia.registry.models.people import Consent, Correction, Lookup, Person, SavedView
from zhijia.registry.models.unions import Coverage, Employer, Parent, Union

__all__ = [
    "Application",
    "Card",
    "Consent",
    "Correction",
    "Coverage",
    "Employer",
    "Grant",
    "ImportChange",
    "Lookup",
    "Membership",
    "MembershipChange",
    "Parent",
    "Person",
    "Post",
    "RosterImport",
    "SavedView",
    "TransferLeg",
    "Union",
]
