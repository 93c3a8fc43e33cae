"""What a node may use while it works, as Protocols; one tenant's view of the world.

Writes are plain calls: they join the open group commit, and the runner sees to it that no answer and no call
to the outside leaves before they are durable. Reads that may have to wait are coroutines; where memory can
answer, a plain `cached` call stands beside them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from engine.message import Entity, Message
from engine.values import Value


class Stamped(NamedTuple):
    """A value and when it was set, in epoch milliseconds."""

    ts: int
    value: Value


# scope ("client", "shared", "server") -> key -> value; not to be written
Attributes = Mapping[str, Mapping[str, Stamped]]


class AttributeService(Protocol):
    """Attributes of devices and assets in three scopes."""

    def cached(self, entity: Entity) -> Attributes | None:
        """All attributes of an entity when they are in memory."""

    async def load(self, entity: Entity) -> Attributes:
        """All attributes of an entity, from the store where memory has none."""

    def save(
        self, entity: Entity, scope: str, values: Mapping[str, Value], only_changed: bool = True
    ) -> list[str]:
        """Set attributes; the keys that were really written. With `only_changed`, equal values are left alone.

        The entity's attributes must be in memory (`cached` is not None).
        """

    def delete(self, entity: Entity, scope: str, keys: Sequence[str]) -> list[str]:
        """Remove attributes; the keys that were there."""


class TelemetryService(Protocol):
    """Time series of devices and assets."""

    def save(self, entity: Entity, ts: int, values: Mapping[str, Value]) -> None:
        """Put values at `ts` (epoch milliseconds); a value at the same key and ts is replaced."""

    async def latest(self, entity: Entity, keys: Sequence[str] | None = None) -> dict[str, Stamped]:
        """The newest value of each key that has one."""

    async def query(
        self,
        entity: Entity,
        keys: Sequence[str],
        start: int,
        end: int,
        *,
        aggregation: str = "NONE",
        step: int = 0,
        limit: int = 100,
        descending: bool = True,
    ) -> dict[str, list[Stamped]]:
        """Values with start <= ts < end; with MIN MAX AVG SUM COUNT one value per interval of `step` ms."""


class DownlinkService(Protocol):
    """Messages that wait for a device."""

    def send(self, integration_id: str, message: Message) -> None:
        """Convert `message` by the integration's downlink converter and keep it for the originator.

        MissingError when there is no such integration or converter, ConversionError when the script fails.
        """


class QueueService(Protocol):
    """Messages that no caller waits for: durable, retried, dead letters."""

    def put(self, message: Message, chain: str | None = None, node: str | None = None) -> None:
        """Process `message` in the chain (the root chain by default) once it is durable, at least once.

        It starts at the chain's entry, or at the node of this id.
        """


class CallService(Protocol):
    """Calls of devices that wait for what a chain answers."""

    def answer(self, session_id: str, request_id: str, value: Value) -> bool:
        """Answer the call that a message's metadata names; False when it does not wait (any more)."""


class HttpResponse(NamedTuple):
    """What an outside server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpService(Protocol):
    """Calls to the outside."""

    async def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, timeout_s: float, max_bytes: int
    ) -> HttpResponse:
        """One request; OSError when there is no answer and trying again makes sense.

        PermissionError for an address that is refused, ValueError for an answer over `max_bytes`.
        """

    async def pause(self, seconds: float) -> None:
        """Wait before trying again."""


class TimerService(Protocol):
    """Things that happen by the clock."""

    def every(self, seconds: float, tick: Callable[[], Awaitable[None] | None]) -> Callable[[], None]:
        """Call `tick` each `seconds`, without drift; the returned function stops it."""


class LogService(Protocol):
    """The server's log and the events a person can read."""

    def write(self, text: str, message: Message) -> None:
        """One line about a message, on level INFO."""


class Services(Protocol):
    """One tenant's services."""

    @property
    def tenant(self) -> Entity: ...
    @property
    def attributes(self) -> AttributeService: ...
    @property
    def telemetry(self) -> TelemetryService: ...
    @property
    def downlinks(self) -> DownlinkService: ...
    @property
    def queue(self) -> QueueService: ...
    @property
    def calls(self) -> CallService: ...
    @property
    def http(self) -> HttpService: ...
    @property
    def timers(self) -> TimerService: ...
    @property
    def log(self) -> LogService: ...
    def now(self) -> int:
        """Epoch milliseconds."""

    async def find_device(self, name: str) -> Entity | None:
        """The device of that name."""
