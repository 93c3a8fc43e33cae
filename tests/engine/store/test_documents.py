"""Documents kept by people: versions, unique names, and no deletion of what is in use."""

from __future__ import annotations

import pytest

from engine.errors import ConflictError, MissingError
from engine.store import Chain, Converter, Integration, Store


async def test_a_document_goes_through_its_life(store: Store) -> None:
    made = await store.converters.create(
        "default", Converter(name="c", direction="uplink", script="return {}")
    )
    assert (made.version, made.tenant, len(made.id)) == (1, "default", 24)

    made.script = "return []"
    made.debug = {"failures": True, "allUntil": 2**60}
    saved = await store.converters.save("default", made)

    assert saved.version == 2
    assert await store.converters.get("default", made.id) == saved
    assert await store.converters.get("other", made.id) is None
    await store.converters.delete("default", made.id)
    assert await store.converters.get("default", made.id) is None
    with pytest.raises(MissingError):
        await store.converters.save("default", saved)


async def test_a_stale_version_gets_what_stands_now(store: Store) -> None:
    made = await store.chains.create("default", Chain(name="c", document="{}"))
    saved = await store.chains.save("default", Chain(**made.model_dump() | {"document": '{"by": "first"}'}))

    with pytest.raises(ConflictError, match="version 2, not 1") as caught:
        await store.chains.save("default", Chain(**made.model_dump() | {"document": '{"by": "second"}'}))

    assert caught.value.current == saved
    assert await store.chains.get("default", made.id) == saved


async def test_names_are_unique_for_each_tenant(store: Store) -> None:
    other = await store.tenants.create("Other")
    made = await store.converters.create("default", Converter(name="c", direction="uplink"))
    second = await store.converters.create("default", Converter(name="d", direction="uplink"))
    await store.converters.create(other.id, Converter(name="c", direction="uplink"))

    with pytest.raises(ConflictError) as caught:
        await store.converters.create("default", Converter(name="c", direction="downlink"))
    assert caught.value.current == made
    second.name = "c"
    with pytest.raises(ConflictError):
        await store.converters.save("default", second)
    for name in ("", "a\0"):
        with pytest.raises(ValueError):
            await store.converters.create("default", Converter(name=name, direction="uplink"))
    with pytest.raises(ConflictError):
        await store.tenants.create("Other")


async def test_what_is_used_names_its_users(store: Store) -> None:
    converter = await store.converters.create("default", Converter(name="c", direction="uplink"))
    chain = await store.chains.create("default", Chain(name="inner"))
    document = f'{{"nodes": [{{"config": {{"chain": "{chain.id}"}}}}]}}'
    await store.chains.create("default", Chain(name="outer", document=document))
    link = {"uplink_converter_id": converter.id, "rule_chain_id": chain.id}
    integration = await store.integrations.create("default", Integration(name="door", **link))

    with pytest.raises(ConflictError, match="used by door"):
        await store.converters.delete("default", converter.id)
    with pytest.raises(ConflictError, match="used by door, outer"):
        await store.chains.delete("default", chain.id)

    await store.integrations.delete("default", integration.id)
    await store.converters.delete("default", converter.id)


async def test_an_integration_has_a_key_of_its_own(store: Store) -> None:
    first = await store.integrations.create("default", Integration(name="a", metadata_={"site": "é\0"}))
    second = await store.integrations.create("default", Integration(name="b", routing_key="mine"))

    assert first.routing_key
    assert await store.integrations.by_key("mine") == second
    assert await store.integrations.by_key(first.routing_key) == first
    assert await store.integrations.by_key("none") is None
    with pytest.raises(ConflictError):
        await store.integrations.create("default", Integration(name="c", routing_key="mine"))
    with pytest.raises(MissingError):
        await store.integrations.create("default", Integration(name="c", uplink_converter_id="none"))
    assert [i.name for i in await store.integrations.all()] == ["a", "b"]


async def test_a_chain_keeps_its_versions(store: Store) -> None:
    chain = await store.chains.create("default", Chain(name="c", document='{"v": 1}', note="first"))
    chain.document = '{"v": 2}'
    chain.note = "second"
    chain = await store.chains.save("default", chain)

    versions = await store.chains.versions("default", chain.id)
    first = await store.chains.version("default", chain.id, 1)

    assert [(v.version, v.note) for v in versions] == [(2, "second"), (1, "first")]
    assert first is not None
    assert first.document == '{"v": 1}'
    assert await store.chains.version("other", chain.id, 1) is None
    active = await store.chains.activate("default", chain.id, 1)
    assert (active.active_version, active.version) == (1, 2)
    assert (await store.chains.save("default", active)).active_version == 1
    with pytest.raises(MissingError):
        await store.chains.activate("default", chain.id, 7)
    await store.chains.delete("default", chain.id)
    assert await store.chains.versions("default", chain.id) == []


async def test_a_tenant_has_one_root(store: Store) -> None:
    first = await store.chains.create("default", Chain(name="a", is_root=True))
    second = await store.chains.create("default", Chain(name="b"))
    with pytest.raises(ConflictError, match="root chain is 'a'"):
        await store.chains.create("default", Chain(name="c", is_root=True))

    await store.chains.set_root("default", second.id)

    root = await store.chains.root("default")
    assert root is not None
    assert root.id == second.id
    with pytest.raises(ConflictError, match="root chain"):
        await store.chains.delete("default", second.id)
    await store.chains.delete("default", first.id)


async def test_pages_of_documents(store: Store) -> None:
    for name in ("b", "a", "c", "xa"):
        await store.chains.create("default", Chain(name=name))

    first = await store.chains.page("default", limit=2)
    rest = await store.chains.page("default", limit=2, cursor=first.next)

    assert [chain.name for chain in [*first.items, *rest.items]] == ["a", "b", "c", "xa"]
    assert [chain.name for chain in (await store.chains.page("default", q="A", sort="-name")).items] == [
        "xa",
        "a",
    ]
