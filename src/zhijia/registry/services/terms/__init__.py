"""Terms of a union's bodies: elections and what the union above replies, postponements, certificates, posts, alarms
(ORG-08 to ORG-16). `from zhijia.registry.services import terms`, then `terms.record_election(…)`."""

from zhijia.registry.services.terms.alarms import raise_alarms
from zhijia.registry.services.terms.approving import approve_election, refuse_election
from zhijia.registry.services.terms.certificates import record_certificate
from zhijia.registry.services.terms.elections import Result, Standing, record_election
from zhijia.registry.services.terms.postponing import ask_postponement, decide_postponement
from zhijia.registry.services.terms.posts import end_post

__all__ = [
    "Result",
    "Standing",
    "approve_election",
    "ask_postponement",
    "decide_postponement",
    "end_post",
    "raise_alarms",
    "record_certificate",
    "record_election",
    "refuse_election",
]
