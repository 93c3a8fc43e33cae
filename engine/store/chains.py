"""Rule chains: every save keeps what it saved; one chain of a tenant is the root."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from engine.errors import ConflictError, MissingError
from engine.ids import now_ms
from engine.store.documents import Documents
from engine.store.papers import Chain, ChainVersion, Integration


class Chains(Documents[Chain]):
    """The rule chains. `is_root` and `active_version` change by `set_root` and `activate` only."""

    model = Chain
    word = "rule chain"

    async def root(self, tenant: str) -> Chain | None:
        """The root chain."""
        query = select(Chain).where(col(Chain.tenant) == tenant, col(Chain.is_root))
        return await self._reader.read(lambda session: session.execute(query).scalars().first())

    async def set_root(self, tenant: str, id: str) -> Chain:
        """Make a chain the only root of its tenant."""

        def work(session: Session) -> Chain:
            chain = self._must(session, tenant, id)
            session.execute(update(Chain).where(col(Chain.tenant) == tenant).values(is_root=False))
            session.refresh(chain)
            chain.is_root = True
            return self._copy(chain, {})

        return await self._run(work)

    async def activate(self, tenant: str, id: str, version: int) -> Chain:
        """Say which version runs."""

        def work(session: Session) -> Chain:
            chain = self._must(session, tenant, id)
            if session.get(ChainVersion, (id, version)) is None:
                raise MissingError("version of the rule chain", str(version))
            chain.active_version = version
            return self._copy(chain, {})

        return await self._run(work)

    async def versions(self, tenant: str, id: str) -> list[ChainVersion]:
        """All versions of a chain, newest first, without their documents (empty text)."""
        row = ChainVersion
        columns = (col(row.chain_id), col(row.version), col(row.note), col(row.created_ts))
        query = select(*columns).join(Chain, col(Chain.id) == col(row.chain_id))
        query = query.where(col(row.chain_id) == id, col(Chain.tenant) == tenant).order_by(
            col(row.version).desc()
        )

        def read(session: Session) -> list[ChainVersion]:
            rows = session.execute(query)
            return [row(chain_id=c, version=v, document="", note=n, created_ts=t) for c, v, n, t in rows]

        return await self._reader.read(read)

    async def version(self, tenant: str, id: str, version: int) -> ChainVersion | None:
        """One version of a chain with its document."""

        def read(session: Session) -> ChainVersion | None:
            known = self._find(session, tenant, id) is not None
            return session.get(ChainVersion, (id, version)) if known else None

        return await self._reader.read(read)

    def _created(self, session: Session, document: Chain) -> None:
        self._keep_version(session, document)

    def _saved(self, session: Session, before: Chain, after: Chain) -> None:
        after.is_root = before.is_root
        after.active_version = before.active_version
        self._keep_version(session, after)

    def _deleted(self, session: Session, document: Chain) -> None:
        session.execute(delete(ChainVersion).where(col(ChainVersion.chain_id) == document.id))

    def _check(self, session: Session, row: Chain) -> None:
        super()._check(session, row)
        if row.is_root:
            self._check_root(session, row)

    def _users(self, session: Session, document: Chain) -> list[str]:
        """Integrations that feed the chain, and chains whose documents name its id."""
        integrations = select(col(Integration.name)).where(col(Integration.rule_chain_id) == document.id)
        chains = select(col(Chain.name)).where(
            col(Chain.tenant) == document.tenant,
            col(Chain.id) != document.id,
            col(Chain.document).contains(f'"{document.id}"', autoescape=True),
        )
        users = [*session.execute(integrations).scalars(), *session.execute(chains).scalars()]
        return sorted(users) + (["the tenant, as its root chain"] if document.is_root else [])

    @staticmethod
    def _check_root(session: Session, row: Chain) -> None:
        query = select(Chain).where(
            col(Chain.tenant) == row.tenant, col(Chain.is_root), col(Chain.id) != row.id
        )
        if (other := session.execute(query).scalars().first()) is not None:
            raise ConflictError(f"the root chain is {other.name!r}; use set_root to change that")

    @staticmethod
    def _keep_version(session: Session, chain: Chain) -> None:
        kept = ChainVersion(
            chain_id=chain.id,
            version=chain.version,
            document=chain.document,
            note=chain.note,
            created_ts=now_ms(),
        )
        session.add(kept)
