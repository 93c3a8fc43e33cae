"""Save telemetry: keeps the data as time series of the originator."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from engine.converter import moments
from engine.message import POST_TELEMETRY, Message
from engine.node import SUCCESS, Example, Node
from engine.services import Services


class SaveTelemetry(Node):
    """Keeps the data of a message as telemetry of its originator.

    The data is an object of keys and values, or an object with ts and values, or a list of either. Values are
    booleans, numbers, texts, and objects or arrays, which are kept as they are; nulls are left out. A value at the
    same key and time is replaced. The message goes on unchanged.

    The time of an entry is its own ts, else ts in the metadata, else the time of the message, always in epoch
    milliseconds and as a number or a text of digits. With Use server time all three are ignored.

    It fails when the message is not of the type POST_TELEMETRY_REQUEST and when any part of it is wrong: a time
    that is not a number, an empty key, an entry that is not an object. Then nothing of the message is kept.
    """

    icon = "chart-line"
    thingsboard = "org.thingsboard.rule.engine.telemetry.TbMsgTimeseriesNode"
    examples = (
        Example(
            "Keys and values, at the time of the metadata",
            {"data": {"temperature": 33, "door": True}, "metadata": {"ts": "1700000000500"}},
            [{"relation": SUCCESS, "data": {"temperature": 33, "door": True}}],
            effects=[["telemetry.save", 1700000000500, {"temperature": 33, "door": True}]],
        ),
        Example(
            "At the time of the message, without nulls",
            {"data": {"temperature": None, "humidity": 40}, "ts": 1700000000000},
            [{"relation": SUCCESS, "data": {"temperature": None, "humidity": 40}}],
            effects=[["telemetry.save", 1700000000000, {"humidity": 40}]],
        ),
        Example(
            "Several times in one message",
            {
                "data": [
                    {"ts": "1700000000001", "values": {"t": 1}},
                    {"ts": 1700000000002, "values": {"t": {"raw": [2]}}},
                ]
            },
            [{"relation": SUCCESS}],
            effects=[
                ["telemetry.save", 1700000000001, {"t": 1}],
                ["telemetry.save", 1700000000002, {"t": {"raw": [2]}}],
            ],
        ),
        Example(
            "Server time",
            {"data": {"ts": 5, "values": {"t": 1}}},
            [{"relation": SUCCESS}],
            config={"useServerTs": True},
            given={"now": 1700000000999},
            effects=[["telemetry.save", 1700000000999, {"t": 1}]],
        ),
        Example("Nothing to keep", {"data": []}, [{"relation": SUCCESS, "data": []}], effects=[]),
        Example(
            "All or nothing",
            {"data": [{"ts": 1, "values": {"t": 1}}, {"ts": "soon", "values": {"t": 2}}]},
            [{"relation": "Failure", "error": "ts must be epoch milliseconds"}],
            effects=[],
        ),
        Example(
            "Not telemetry",
            {"type": "POST_ATTRIBUTES_REQUEST", "data": {"model": "T1"}},
            [{"relation": "Failure", "error": "only POST_TELEMETRY_REQUEST"}],
            effects=[],
        ),
    )

    use_server_ts: bool = Field(
        False,
        title="Use server time",
        description="Keep everything at the time of the server, whatever times the message holds.",
    )

    def process(self, message: Message, services: Services) -> str:
        """Read all entries, then write them."""
        if message.type != POST_TELEMETRY:
            raise ValueError(f"only {POST_TELEMETRY} can be saved as telemetry, this is {message.type}")
        for ts, values in moments(message, services.now() if self.use_server_ts else None):
            services.telemetry.save(message.originator, ts, values)
        return SUCCESS

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any] | None:
        """The time option; there is no equal for saving only some messages or not keeping the history."""
        every = config.get("processingSettings", {}).get("type", "ON_EVERY_MESSAGE") == "ON_EVERY_MESSAGE"
        return {"useServerTs": config.get("useServerTs", False)} if every else None
