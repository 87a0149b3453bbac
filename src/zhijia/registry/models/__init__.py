"""The tables of the registry, by what they are about."""

from zhijia.registry.models.exports import Export, StandardEdition
from zhijia.registry.models.grants import Grant
from zhijia.registry.models.identities import Blocks, CutBlock, Merge, Moved, Pair
from zhijia.registry.models.imports import ImportChange, RosterImport
from zhijia.registry.models.loads import Load, LoadPiece
from zhijia.registry.models.memberships import (
    Card,
    Membership,
    MembershipChange,
    Post,
    TransferLeg,
)
from zhijia.registry.models.moves import LeaveProposal, TransferBatch
from zhijia.registry.models.people import Consent, Lookup, Person, SavedView
from zhijia.registry.models.quality import (
    AuthorityAnswer,
    AuthorityRun,
    QualityCheck,
    QualityIssue,
    QualityTally,
)
from zhijia.registry.models.reorganisations import CountyChange, Reorganisation, UnionName
from zhijia.registry.models.representatives import Representative
from zhijia.registry.models.terms import (
    Body,
    Candidate,
    Certificate,
    Election,
    Postponement,
    Term,
    TermAlarm,
)
from zhijia.registry.models.trees import TreePlace, TreeTotal, TreeTurn
from zhijia.registry.models.unions import Coverage, Employer, Parent, Union

__all__ = [
    "AuthorityAnswer",
    "AuthorityRun",
    "Blocks",
    "Body",
    "Candidate",
    "Card",
    "Certificate",
    "Consent",
    "CountyChange",
    "Coverage",
    "CutBlock",
    "Election",
    "Employer",
    "Export",
    "Grant",
    "ImportChange",
    "LeaveProposal",
    "Load",
    "LoadPiece",
    "Lookup",
    "Membership",
    "MembershipChange",
    "Merge",
    "Moved",
    "Pair",
    "Parent",
    "Person",
    "Post",
    "Postponement",
    "QualityCheck",
    "QualityIssue",
    "QualityTally",
    "Reorganisation",
    "Representative",
    "RosterImport",
    "SavedView",
    "StandardEdition",
    "Term",
    "TermAlarm",
    "TransferBatch",
    "TransferLeg",
    "TreePlace",
    "TreeTotal",
    "TreeTurn",
    "Union",
    "UnionName",
]
