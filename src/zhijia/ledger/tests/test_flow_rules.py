"""First in, first out: every fen has one place on either side, and nothing is lost between."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhijia.ledger.flow_rules import Met, Queue, Span, joined, set_off, shares, still_there

NETS = st.lists(st.integers(-1_000, 1_000).filter(bool), max_size=40)


@pytest.mark.parametrize(
    ("span", "met", "left"),
    [
        (Span(0, 100), [Met(2, Span(0, 60)), Met(4, Span(0, 40))], 0),
        (Span(30, 70), [Met(2, Span(30, 60)), Met(4, Span(0, 10))], 0),
        (Span(100, 150), [Met(4, Span(40, 90))], 0),
        (Span(140, 200), [Met(4, Span(80, 90))], 50),
        (Span(150, 200), [], 50),
        (Span(60, 60), [], 0),
    ],
)
def test_the_first_that_came_pays_the_first_that_went(span, met, left):
    queue = Queue.of([1, 2, 3, 4], [100, -60, 100, -90])

    assert queue.gone.opposite(span) == met
    assert still_there(queue.gone, span) == left


@pytest.mark.parametrize(
    ("item", "span"), [(1, Span(0, 100)), (3, Span(100, 200)), (2, None), (99, None), (0, None)]
)
def test_an_item_has_its_place(item, span):
    assert Queue.of([3, 2, 1], [100, -60, 100]).came.places([item]) == [
        {1: Span(100, 200), 3: Span(0, 100)}.get(item)
    ]
    assert Queue.of([1, 2, 3], [100, -60, 100]).came.places([item]) == [span]


@given(nets=NETS)
def test_whatever_came_is_where_it_went_or_still_there(nets):
    queue = Queue.of(range(len(nets)), nets)

    for place, net in enumerate(nets):
        own, other = (queue.came, queue.gone) if net > 0 else (queue.gone, queue.came)
        (span,) = own.places([place])
        met = other.opposite(span)
        assert sum(one.span.fen for one in met) + still_there(other, span) == abs(net)
        for one in met:
            (there,) = other.places([one.item])
            opposite = Span(there.low + one.span.low, there.low + one.span.high)
            assert span.low <= opposite.low < opposite.high <= span.high


@pytest.mark.parametrize(
    ("spans", "one"),
    [
        ([], []),
        ([Span(5, 9), Span(0, 5)], [Span(0, 9)]),
        ([Span(0, 5), Span(6, 9)], [Span(0, 5), Span(6, 9)]),
        ([Span(3, 3)], []),
    ],
)
def test_fen_beside_each_other_are_one_span(spans, one):
    assert joined(spans) == one


@pytest.mark.parametrize(
    ("amounts", "moved", "fen"),
    [
        ([-600, -400], 1_000, [600, 400]),
        ([50, -400, -650], 1_000, [0, 400, 600]),
        ([300, 200], -500, [300, 200]),
        ([150, -50], -100, [100, 0]),
        ([-50, 150], -100, [0, 100]),
        ([], 0, []),
    ],
)
def test_the_lines_of_an_entry_share_its_money_in_their_order(amounts, moved, fen):
    spans = shares(amounts, moved=moved)

    assert [span.fen for span in spans] == fen
    assert sum(fen) == abs(moved)


@pytest.mark.parametrize(
    ("rests", "of", "against"),
    [
        ([100, -100], 0, [(1, 100)]),
        ([100, -60, -40], 0, [(1, 60), (2, 40)]),
        ([70, 30, -100], 1, [(2, 30)]),
        ([70, 30, -50, -50], 1, [(3, 30)]),
        ([70, 30, -50, -50], 3, [(0, 20), (1, 30)]),
        ([0, 5, -5], 0, []),
    ],
)
def test_what_no_money_pays_stands_against_the_other_side_in_order(rests, of, against):
    assert set_off(rests, of) == against


@given(st.lists(st.integers(-500, 500), min_size=1, max_size=12))
def test_every_line_stands_against_all_of_itself(rests):
    rests = [*rests, -sum(rests)]

    for place, rest in enumerate(rests):
        assert sum(fen for _other, fen in set_off(rests, place)) == abs(rest)
        for other, fen in set_off(rests, place):
            assert (place, fen) in set_off(rests, other)
