"""The life of one yuan: from a line of an entry back to where its money came from, and forward to where it went,
through the books of every union the actor may read.

First in, first out in each union and fund (`flow_rules`): the same books give the same walk. What lies at unions beyond
the actor's right is one line with the union and the sum.
"""

from zhijia.ledger.queries.life.reading import Fund, Piece, Start, start_of
from zhijia.ledger.queries.life.walking import End, Stop, Walk, Way, back, forward

__all__ = ["End", "Fund", "Piece", "Start", "Stop", "Walk", "Way", "back", "forward", "start_of"]
