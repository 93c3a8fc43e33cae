"""Documents kept by people: every save names the version it started from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import or_, select
from sqlmodel import Session, col

from engine.errors import ConflictError, MissingError
from engine.ids import new_id, now_ms
from engine.store.checks import check_name
from engine.store.page import Page, order_of, read_page
from engine.store.papers import Chain, Converter, Document, Integration
from engine.store.reader import Reader
from engine.store.writer import Writer
from engine.values import encode

D = TypeVar("D", bound=Document)
T = TypeVar("T")
_FIELDS = {"createdTs": "created_ts", "updatedTs": "updated_ts"}


class Documents(Generic[D]):
    """The documents of one kind, of all tenants. What comes out is a copy: change it, then `save` it."""

    model: type[D]
    word: str

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def get(self, tenant: str, id: str) -> D | None:
        """One document."""
        return await self._reader.read(lambda session: self._find(session, tenant, id))

    async def page(
        self, tenant: str, q: str = "", limit: int = 50, cursor: str | None = None, sort: str = "name"
    ) -> Page[D]:
        """Documents whose name contains `q`; sorted by name, createdTs or updatedTs."""
        row = self.model
        columns = {"name": col(row.name), "createdTs": col(row.created_ts), "updatedTs": col(row.updated_ts)}
        order = order_of(sort, columns, col(row.id))
        query = select(row).where(col(row.tenant) == tenant)
        if q:
            query = query.where(col(row.name).icontains(q.replace("\0", ""), autoescape=True))
        field = _FIELDS.get(sort.removeprefix("-"), "name")
        return await self._reader.read(
            lambda s: read_page(
                s, query, order, limit, cursor, lambda found: (getattr(found, field), found.id)
            )
        )

    async def all(self) -> list[D]:
        """All documents of all tenants, by id."""
        query = select(self.model).order_by(col(self.model.id))
        return await self._reader.read(lambda session: list(session.execute(query).scalars()))

    async def create(self, tenant: str, document: D) -> D:
        """Keep a new document, version 1; its id is made unless it has one.

        ConflictError (with the one that stands) for a name or id that is taken, ValueError for a bad name.
        """
        now = now_ms()
        fixed = {
            "id": document.id or new_id(),
            "tenant": tenant,
            "version": 1,
            "created_ts": now,
            "updated_ts": now,
        }
        row = self._copy(document, fixed)

        def work(session: Session) -> D:
            if (current := session.get(self.model, row.id)) is not None:
                raise ConflictError(f"{self.word} {row.id!r} exists already", self._own(current, tenant))
            self._check(session, row)
            session.add(self._copy(row, {}))
            session.flush()
            self._created(session, row)
            return row

        return await self._run(work)

    async def save(self, tenant: str, document: D) -> D:
        """Keep a changed document; its `version` is the one it was read at, the result has the next.

        ConflictError (with what stands now) when someone else saved it meanwhile or the name is taken.
        """

        def work(session: Session) -> D:
            current = self._must(session, tenant, document.id)
            if current.version != document.version:
                text = f"{self.word} {current.name!r} is at version {current.version}, not {document.version}"
                raise ConflictError(text, self._copy(current, {}))
            fixed = {"tenant": tenant, "version": current.version + 1, "created_ts": current.created_ts}
            row = self._copy(document, fixed | {"updated_ts": now_ms()})
            self._check(session, row)
            self._saved(session, current, row)
            for name, value in row.model_dump().items():
                setattr(current, name, value)
            return self._copy(row, {})

        return await self._run(work)

    async def delete(self, tenant: str, id: str) -> None:
        """Delete a document; ConflictError with the names of those that use it, MissingError for none."""

        def work(session: Session) -> None:
            current = self._must(session, tenant, id)
            if users := self._users(session, current):
                raise ConflictError(f"{self.word} {current.name!r} is used by {', '.join(users)}", users)
            self._deleted(session, current)
            session.delete(current)

        await self._run(work)

    def _users(self, session: Session, document: D) -> list[str]:
        """Who would miss the document."""
        return []

    def _created(self, session: Session, document: D) -> None:
        """What a new document brings with it."""

    def _saved(self, session: Session, before: D, after: D) -> None:
        """What a save brings with it; `after` may still be changed."""

    def _deleted(self, session: Session, document: D) -> None:
        """What goes with a document."""

    async def _run(self, work: Callable[[Session], T]) -> T:
        return await self._writer.run(work)

    def _find(self, session: Session, tenant: str, id: str) -> D | None:
        row = session.get(self.model, id)
        return row if row is not None and row.tenant == tenant else None

    def _must(self, session: Session, tenant: str, id: str) -> D:
        if (row := self._find(session, tenant, id)) is None:
            raise MissingError(self.word, id)
        return row

    def _check(self, session: Session, row: D) -> None:
        """Names are unique for each tenant, and the text can be stored."""
        check_name(row.name)
        for name, value in row.model_dump().items():
            if isinstance(value, str) and "\0" in value:
                raise ValueError(f"{name} must not contain a NUL character")
            encode(value)
        query = select(self.model).where(
            col(self.model.tenant) == row.tenant,
            col(self.model.name) == row.name,
            col(self.model.id) != row.id,
        )
        if (other := session.execute(query).scalars().first()) is not None:
            raise ConflictError(f"{self.word} {row.name!r} exists already", self._copy(other, {}))

    def _copy(self, row: D, changes: dict[str, Any]) -> D:
        return self.model(**row.model_dump() | changes)

    def _own(self, row: D, tenant: str) -> D | None:
        return self._copy(row, {}) if row.tenant == tenant else None


class Converters(Documents[Converter]):
    """The converters; one that an integration uses cannot be deleted."""

    model = Converter
    word = "converter"

    def _users(self, session: Session, document: Converter) -> list[str]:
        row = Integration
        uses = or_(col(row.uplink_converter_id) == document.id, col(row.downlink_converter_id) == document.id)
        return _names(session, select(col(row.name)).where(uses))


class Integrations(Documents[Integration]):
    """The integrations; each has a routing key of its own."""

    model = Integration
    word = "integration"

    async def by_key(self, routing_key: str) -> Integration | None:
        """The integration behind a routing key, whose tenant it names."""
        query = select(Integration).where(col(Integration.routing_key) == routing_key)
        return await self._reader.read(lambda session: session.execute(query).scalars().first())

    def _check(self, session: Session, row: Integration) -> None:
        super()._check(session, row)
        row.routing_key = row.routing_key or new_id()
        query = select(Integration).where(
            col(Integration.routing_key) == row.routing_key, col(Integration.id) != row.id
        )
        if (other := session.execute(query).scalars().first()) is not None:
            raise ConflictError("the routing key is in use", self._own(other, row.tenant))
        self._check_links(session, row)

    @staticmethod
    def _check_links(session: Session, row: Integration) -> None:
        links: Sequence[tuple[type[Document], str | None]] = (
            (Converter, row.uplink_converter_id),
            (Converter, row.downlink_converter_id),
            (Chain, row.rule_chain_id),
        )
        for model, id in links:
            if id is not None:
                found = session.get(model, id)
                if found is None or found.tenant != row.tenant:
                    raise MissingError("converter" if model is Converter else "rule chain", id)


def _names(session: Session, query: Any) -> list[str]:
    return sorted(session.execute(query).scalars())
