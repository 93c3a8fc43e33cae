"""Generator: makes messages by the clock."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from pydantic import Field, PrivateAttr

from engine.errors import MissingError
from engine.message import POST_TELEMETRY, Message, message
from engine.node import SUCCESS, Emit, Example, GeneratorScript, Language, Node
from engine.parts import Content, content_of
from engine.script import GENERATOR, Script, compile_script
from engine.services import Services


class Generator(Node):
    """Makes a message at regular intervals, for tests, simulations and periodic work.

    From the moment the chain is active, a message starts here every period; no arrow leads to this node. A script
    makes each message from the one before it: it sees prevMsg, prevMetadata and prevMsgType, at first {}, {} and
    POST_TELEMETRY_REQUEST, and returns an object with msg, metadata and msgType. A part that is left out stays as
    it was in the message before.

    The messages are about the named device, or about the tenant when there is no name. They are kept durably
    before they start. Counting begins anew, and the message before is forgotten, when the chain is changed or the
    server starts again.

    It fails when the script raises or returns anything but such an object; the next period tries again.
    """

    icon = "timer"
    is_source = True
    thingsboard = "org.thingsboard.rule.engine.debug.TbMsgGeneratorNode"
    examples = (
        Example(
            "The first message",
            {"data": {}},
            [
                {
                    "relation": SUCCESS,
                    "type": "POST_TELEMETRY_REQUEST",
                    "data": {"temperature": 20},
                    "metadata": {"source": "generator"},
                }
            ],
            config={"script": "return {'msg': {'temperature': 20}, 'metadata': {'source': 'generator'}}"},
        ),
        Example(
            "From the message before",
            {"data": {"count": 6}},
            [{"relation": SUCCESS, "data": {"count": 7}}],
            config={"script": "return {'msg': {'count': prevMsg.get('count', 0) + 1}}"},
        ),
        Example(
            "A number is not a message",
            {"data": {}},
            [
                {
                    "relation": "Failure",
                    "error": "must return an object with msg, metadata, msgType, not integer",
                }
            ],
            config={"script": "return 20"},
        ),
    )

    message_count: int = Field(
        0, ge=0, title="Messages", description="How many messages to make; 0 is no end."
    )
    period_seconds: float = Field(
        1,
        ge=0.1,
        le=366 * 86400,
        title="Period",
        description="The time from one message to the next.",
        json_schema_extra={"x-ui": {"widget": "duration", "unit": "s"}},
    )
    device: str = Field(
        "",
        max_length=255,
        title="Device",
        description="The name of the device the messages are about; the tenant when empty.",
        json_schema_extra={"x-ui": {"widget": "reference", "to": "device", "by": "name"}},
    )
    language: Language = Field(
        "python", title="Language", description="The language the script is written in."
    )
    script: GeneratorScript = Field(
        "return {'msg': {'temperature': 20, 'humidity': 50}, 'metadata': {}, 'msgType': 'POST_TELEMETRY_REQUEST'}",
        title="Script",
        description="The body of a function with prevMsg, prevMetadata and prevMsgType that returns the message.",
    )

    _stop: Callable[[], None] | None = PrivateAttr(None)
    _before: Content | None = PrivateAttr(None)

    @cached_property
    def make(self) -> Script:
        """The compiled script."""
        return compile_script(GENERATOR, self.script, self.language)

    def open(self, services: Services, place: str) -> None:
        """Put an empty message for this node on the queue at each tick, as often as configured."""
        chain, node = place.rsplit("/", 1)
        made = 0

        async def tick() -> None:
            nonlocal made
            originator = await services.find_device(self.device) if self.device else services.tenant
            if originator is None:
                raise MissingError("device", self.device)
            services.queue.put(message(POST_TELEMETRY, originator, {}, ts=services.now()), chain, node)
            made += 1
            if made == self.message_count:
                self.close()

        self._stop = services.timers.every(self.period_seconds, tick)

    def close(self) -> None:
        """No more ticks."""
        if self._stop is not None:
            self._stop()
            self._stop = None

    def process(self, message: Message, services: Services) -> Emit:
        """Make a message from the one before it; the first one from what the tick brought."""
        before = self._before or Content(message.data, message.metadata, message.type)
        self._before = content_of(self.make(before.data, before.metadata, before.type), before)
        made = self._before
        return Emit(SUCCESS, message.derived(made.type, made.data, made.metadata))
