"""Dead letters: messages whose failure nobody handled, to read, send again or throw away."""

from __future__ import annotations

import msgspec
from quart import Blueprint
from quart_schema import tag_blueprint

from engine.errors import ConflictError, MissingError
from engine.records import DeadLetter
from web.api.shapes import Cursor, EpochMs, Find, Limit, MessageView, Shape, message_view
from web.api.wire import bad_request, caught_up, operation
from web.house import House

PAGE = 200


class DeadLetterView(Shape):
    """A message with the place and the reason of its failure; null stands for the root chain and its entry."""

    id: str
    message: MessageView
    chain: str | None
    node: str | None
    node_name: str
    error: str
    trace_id: str
    attempts: int
    created_ts: EpochMs


class DeadLetterList(Shape):
    """Dead letters, newest first."""

    items: list[DeadLetterView]
    next: str | None


class DeadLetterQuery(Shape):
    """Which dead letters; `q` is looked for in the error."""

    q: Find = ""
    cursor: Cursor = None
    limit: Limit = 50


class ResubmitBody(Shape):
    """Which dead letters to send again: those with `q` in their error, all by default."""

    q: Find = ""


class ResubmittedCount(Shape):
    """How many were sent again, and how many could not be: what they are about is gone."""

    resubmitted: int
    left: int


def blueprint(house: House) -> Blueprint:
    """The calls about dead letters."""
    api = Blueprint("dead_letters", __name__, url_prefix="/dead-letters")
    tag_blueprint(api, ["Dead letters"])

    @api.get("")
    @operation(DeadLetterList, query=DeadLetterQuery)
    async def list_dead_letters(query: DeadLetterQuery) -> DeadLetterList:
        """The dead letters, newest first."""
        await caught_up(house)
        with bad_request("?/cursor"):
            page = await house.store.queue.dead_page(house.tenant, query.q, query.limit, query.cursor)
        return DeadLetterList(items=[view(letter) for letter in page.items], next=page.next)

    @api.get("/<id:id>")
    @operation(DeadLetterView)
    async def get_dead_letter(id: str) -> DeadLetterView:
        """One dead letter."""
        return view(await _must(id))

    @api.delete("/<id:id>")
    @operation(None, 204)
    async def delete_dead_letter(id: str) -> None:
        """Throw a dead letter away."""
        if not await house.store.queue.dead_remove(house.tenant, id):
            raise MissingError("dead letter", id)

    @api.post("/<id:id>/resubmit")
    @operation(None, 204)
    async def resubmit_dead_letter(id: str) -> None:
        """Send it again from the node that failed, in the chain as it is now; 204 when it is queued durably."""
        letter = await _must(id)
        if not await _send(letter):
            raise ConflictError(f"{letter.message.originator.name!r}, which the message is about, is gone")

    @api.post("/resubmit")
    @operation(ResubmittedCount, body=ResubmitBody, optional_body=True)
    async def resubmit_dead_letters(body: ResubmitBody) -> ResubmittedCount:
        """Send those that are here now again, the oldest first."""
        await caught_up(house)
        letters, cursor = [], None
        while True:
            page = await house.store.queue.dead_page(house.tenant, body.q, PAGE, cursor)
            letters += page.items
            if (cursor := page.next) is None:
                break
        sent = [await _send(letter) for letter in reversed(letters)]
        return ResubmittedCount(resubmitted=sum(sent), left=len(sent) - sum(sent))

    async def _send(letter: DeadLetter) -> bool:
        originator = await house.store.entities.get(house.tenant, letter.message.originator.id)
        if originator is None:
            return False
        message = msgspec.structs.replace(letter.message, originator=originator)
        house.queue.put(message, letter.chain or None, letter.node_id or None)
        await house.store.queue.dead_remove(house.tenant, letter.id)
        return True

    async def _must(id: str) -> DeadLetter:
        letter = await house.store.queue.dead_get(house.tenant, id)
        if letter is None:
            raise MissingError("dead letter", id)
        return letter

    return api


def view(letter: DeadLetter) -> DeadLetterView:
    """A dead letter for an answer."""
    return DeadLetterView(
        id=letter.id,
        message=message_view(letter.message),
        chain=letter.chain or None,
        node=letter.node_id or None,
        node_name=letter.node_name,
        error=letter.error,
        trace_id=letter.trace_id,
        attempts=letter.attempts,
        created_ts=letter.created_ts,
    )
