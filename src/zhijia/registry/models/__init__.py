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
from zhijia.registry.models.terms import (
from zhijia.registry.models.reorganisations import CountyChange, Reorganisation, UnionName
    Body,
    Candidate,
    Certificate,
    Election,
    Postponement,
    Term,
    TermAlarm,
)
from zhijia.registry.models.unions import Coverage, Employer, Parent, Union

__all__ = [
    "Application",
    "Body",
    "Candidate",
    "Card",
    "Certificate",
    "Consent",
    "Correction",
    "Coverage",
    "Election",
    "CountyChange",
    "Employer",
    "Grant",
    "ImportChange",
    "Lookup",
    "Membership",
    "MembershipChange",
    "Parent",
    "Person",
    "Post",
    "Postponement",
    "RosterImport",
    "SavedView",
    "Term",
    "TermAlarm",
    "TransferLeg",
    "Reorganisation",
    "Union",
]
    "UnionName",
