"""The example runner: it says what differs, and it holds nodes to their word."""

from __future__ import annotations

from typing import ClassVar

import pytest

from engine.examples import run_example, same
from engine.message import Message
from engine.node import Emit, Example, Node
from engine.services import Services


class Probe(Node):
    """Says where to and what to add."""

    written: ClassVar[bool] = False
    along: str = "Success"
    key: str = ""

    def process(self, message: Message, services: Services) -> Emit | None:
        """As configured."""
        if not self.along:
            return None
        if self.along == "raise":
            raise ValueError("no such luck")
        if self.key:
            message.data[self.key] = 1
        services.telemetry.save(message.originator, 5, {"t": 1})
        return Emit(self.along, message)


def example(**parts: object) -> Example:
    return Example(
        "row",
        **{"message": {"data": {"a": 1}, "metadata": {"m": "x"}}, "expect": [{"relation": "Success"}]}
        | parts,
    )


async def test_an_example_that_holds() -> None:
    row = {
        "relation": "Success",
        "data": {"a": 1},
        "metadata": {"m": "x", "absent": None},
        "type": "POST_TELEMETRY_REQUEST",
    }
    assert await run_example(Probe, example(expect=[row], effects=[["telemetry.save", 5, {"t": 1}]])) == []
    raised = example(
        config={"along": "raise"}, expect=[{"relation": "Failure", "error": "such luck"}], effects=[]
    )
    assert await run_example(Probe, raised) == []
    assert await run_example(Probe, example(config={"along": ""}, expect=[])) == []


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ({"config": {"along": "True"}}, 'relation is "True", expected "Success"'),
        ({"expect": []}, "1 came out, 0 expected"),
        ({"config": {"along": ""}}, "0 came out, 1 expected"),
        ({"expect": [{"relation": "Success", "data": {"a": 1.0}}]}, 'data is {"a":1}, expected {"a":1.0}'),
        ({"expect": [{"relation": "Success", "data": {"a": True}}]}, 'data is {"a":1}'),
        ({"expect": [{"relation": "Success", "metadata": {"m": "y"}}]}, 'metadata is {"m":"x"}, expected {"m":"y"}'),
        ({"expect": [{"relation": "Success", "metadata": {"m": None}}]}, 'metadata is {"m":"x"}'),
        ({"expect": [{"enter": "c"}]}, 'enter is null, expected "c"'),
        ({"expect": [{"relation": "Failure", "error": "x"}], "config": {"along": "raise"}}, 'expected to hold "x"'),
        ({"effects": []}, 'effects is [["telemetry.save",5,{"t":1}]], expected []'),
        ({"config": {"key": "b"}}, "wrote into the message"),
    ],
)  # fmt: skip
async def test_an_example_that_does_not_hold(parts: dict[str, object], text: str) -> None:
    found = await run_example(Probe, example(**parts))
    assert len(found) == 1
    assert text in found[0]


def test_same_tells_types_apart() -> None:
    assert same({"a": [1, None, "x"]}, {"a": [1, None, "x"]})
    assert not same([1], [True])
    assert not same([1], [1.0])
    assert not same({"a": 1}, {"a": 1, "b": 1})
    assert not same([1], [1, 2])
