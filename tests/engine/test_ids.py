"""Ids: one after the other, never one twice, of one form."""

import re
from itertools import count, islice, pairwise

from engine import ids
from engine.ids import new_id, sequence


def test_ids_are_24_hexadecimal_digits():
    assert re.fullmatch(r"[0-9a-f]{24}", new_id())


def test_ids_are_in_order_and_never_twice_also_where_a_run_of_a_million_ends_and_the_clock_is_set_back(
    monkeypatch,
):
    backwards = count(2_000_000_000_000_000_000, -10_000_000_000)
    monkeypatch.setattr(ids, "time_ns", lambda: next(backwards))

    made = list(islice(iter(sequence(), None), (1 << 20) + 5000))

    assert all(before < after for before, after in pairwise(made))


def test_two_makers_make_different_ids():
    assert sequence()() != sequence()()
