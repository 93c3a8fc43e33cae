"""Rate limits: how many at once, and when the next one may come."""

import pytest

from engine.limits import RateLimit


def test_a_bucket_empties_and_fills_evenly() -> None:
    limit = RateLimit("device", "2:1")
    assert [limit.retry_after_s("d", 0), limit.retry_after_s("d", 0)] == [0, 0]
    assert limit.retry_after_s("d", 0) == 1
    assert limit.retry_after_s("d", 0.5) == 0
    assert limit.retry_after_s("d", 0.6) == 1


def test_the_slowest_of_several_buckets_rules() -> None:
    limit = RateLimit("device", "10:1,3:60")
    assert [limit.retry_after_s("d", 0) for _ in range(3)] == [0, 0, 0]
    assert limit.retry_after_s("d", 0) == 20


def test_subjects_do_not_share_a_bucket() -> None:
    limit = RateLimit("device", "1:10")
    assert limit.retry_after_s("a", 0) == 0
    assert limit.retry_after_s("b", 0) == 0
    assert limit.retry_after_s("a", 0) > 0


@pytest.mark.parametrize("rule", ["", "5", "0:1", "5:0", "a:b", "1:1,"])
def test_a_rule_that_cannot_be_read_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match="capacity:seconds"):
        RateLimit("device", rule)
