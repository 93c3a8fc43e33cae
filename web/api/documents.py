"""Reading and saving the documents that people keep: converters, integrations, rule chains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel

from engine.errors import ConflictError, MissingError
from engine.exchange import problem
from engine.store.documents import D, Documents
from web.api.shapes import Cursor, Find, Limit, Shape
from web.api.wire import Refused, as_value, bad_request

ATTEMPTS = 20
Change = Callable[[D], None]

DocumentSort = Literal["name", "-name", "createdTs", "-createdTs", "updatedTs", "-updatedTs"]


class DocumentQuery(Shape):
    """What a list of documents may be asked for."""

    cursor: Cursor = None
    limit: Limit = 50
    q: Find = ""
    sort: DocumentSort = "name"


async def page(store: Documents[D], tenant: str, query: DocumentQuery) -> tuple[list[D], str | None]:
    """One page of documents and the cursor of the next."""
    with bad_request("?/cursor"):
        found = await store.page(tenant, query.q, query.limit, query.cursor, query.sort)
    return found.items, found.next


async def must(store: Documents[D], tenant: str, id: str) -> D:
    """The document of that id; MissingError when there is none."""
    found = await store.get(tenant, id)
    if found is None:
        raise MissingError(store.word, id)
    return found


async def save(
    store: Documents[D],
    tenant: str,
    id: str,
    etag: str | None,
    change: Change[D],
    shown: Callable[[D], BaseModel],
) -> D:
    """Change a document whose version is `etag` (None: any) and save it.

    412 with the document as it is `shown` today when it has another version; ConflictError for a taken name.
    """
    for _ in range(ATTEMPTS):
        row = await must(store, tenant, id)
        if etag not in (None, str(row.version)):
            raise stale(row.version, shown(row))
        change(row)
        try:
            return await store.save(tenant, row)
        except ConflictError as error:
            current = error.current
            if not isinstance(current, store.model) or current.id != id:
                raise
            if etag is not None:
                raise stale(current.version, shown(current)) from None
    raise ConflictError(f"{store.word} {id!r} is changed by others all the time")


def stale(version: int | str, current: BaseModel) -> Refused:
    """412 with what stands now."""
    text = "it was changed by someone else meanwhile"
    headers = {"ETag": f'"{version}"'}
    reply = problem(412, "Precondition failed", text, headers=headers, current=as_value(current))
    return Refused(reply)
