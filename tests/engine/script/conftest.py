"""What the tests of scripts share."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture
def no_leavings() -> Iterator[None]:
    """What other tests have left behind is not collected in the depth of a script: its last words would fail there."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()
