"""The runner: order, fan-out, failure, waiting, chains in chains, and what must be durable before what."""

import asyncio

import pytest
from runner_world import World, spec

from engine.errors import UnavailableError
from engine.lint import checked
from engine.plan import Plan
from engine.trace import Wanted, origins


@pytest.fixture(params=["run", "dash"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything holds for a walk from its beginning, and for a dash that becomes one on its way."""
    monkeypatch.setattr(World, "way", request.param)


def test_a_message_ends_where_no_arrow_leads_on() -> None:
    world = World()
    world.chain("c", "a=note:one")
    (walk,) = world.run()
    assert (walk.failures, walk.batch) == ([], None)
    assert world.log == ["one"]


def test_arrows_are_followed_depth_first_in_their_order() -> None:
    world = World()
    world.chain("c", "a=note:a", "b=note:b", "c=note:c", "d=note:d", edges="a>b, a>d, b>c")
    world.run()
    assert world.log == ["a", "b", "c", "d"]


def test_each_arrow_of_a_fan_out_carries_a_message_of_its_own_with_its_parent() -> None:
    world = World()
    world.chain("c", "a=note:a", "b=raise", "c=raise", edges="a>b, a>c")
    (walk,) = world.run()
    copies = [failure.message for failure in walk.failures]
    assert [copy.parent for copy in copies] == [walk.message.id] * 2
    assert len({copy.id for copy in (*copies, walk.message)}) == 3


def test_several_messages_of_one_node_go_on_in_order() -> None:
    world = World()
    world.chain("c", "s=split", "f=raise", edges="s>f")
    (walk,) = world.run()
    assert [failure.message.data for failure in walk.failures] == [1, 2, 3]


def test_a_failure_goes_along_its_arrow_with_the_reason() -> None:
    world = World()
    world.chain("c", "r=raise", "n=note:caught", "again=raise", edges="r>n:Failure, n>again")
    (walk,) = world.run()
    assert world.log == ["caught"]
    assert walk.failures[0].message.metadata["error"] == "no good"
    assert walk.failures[0].place is not None
    assert walk.failures[0].place.id == "again"


def test_relations_are_found_whatever_their_case() -> None:
    world = World()
    world.chain("c", "l=lower:alarm", "n=note:seen", edges="l>n:Alarm")
    world.run()
    assert world.log == ["seen"]


def test_the_step_budget_ends_a_message() -> None:
    world = World(step_budget=10)
    arrows = [f"n{i}>n{i + 1}, n{i}>n{i + 1}:Failure" for i in range(20)]
    world.chain("c", *[f"n{i}=note" for i in range(21)], edges=", ".join(arrows))
    (walk,) = world.run()
    assert "more than 10 steps" in walk.failures[0].reason


def test_a_chain_can_enter_another_and_come_back_along_a_label() -> None:
    world = World()
    world.chain("outer", "c=call:inner", "yes=note:yes", "no=note:no", edges="c>yes:hot, c>no:cold")
    world.chain("inner", "n=note:inside", "b=back:hot", edges="n>b")
    world.run()
    assert world.log == ["inside", "yes"]


def test_a_chain_does_not_enter_itself_over_another() -> None:
    world = World()
    world.chain("a", "c=call:b")
    world.chain("b", "c=call:a")
    (walk,) = world.run()
    assert "would enter itself" in walk.failures[0].reason


def test_a_chain_that_is_not_there_fails_the_message() -> None:
    world = World()
    world.chain("a", "c=call:lost")
    (walk,) = world.run()
    assert "'lost' does not exist" in walk.failures[0].reason


async def test_a_node_that_waits_holds_up_only_its_own_originator() -> None:
    world = World()
    world.chain("c", "w=wait", "n=note:after", edges="w>n")
    first, second, other = world.run(1), world.run(2), world.run(3, device="d2")
    await asyncio.sleep(0)
    assert [effect[1] for effect in world.services.effects] == [1, 3]
    world.gate.set()
    while world.runner.busy:
        await asyncio.sleep(0)
    assert [len(first), len(second), len(other)] == [1, 1, 1]
    assert not world.failures


async def test_messages_of_one_originator_end_in_the_order_they_came() -> None:
    world = World()
    world.chain("c", "w=wait")
    ended: list[int] = []
    for number in range(50):
        world.run(number, done=lambda walk: ended.append(walk.message.data))
    world.gate.set()
    while world.runner.busy:
        await asyncio.sleep(0)
    assert ended == list(range(50))


async def test_what_was_written_is_durable_before_a_node_waits_for_the_outside() -> None:
    world = World()
    world.chain("c", "s=store", "w=wait", edges="s>w")
    walks = world.run()
    await asyncio.sleep(0)
    assert world.services.effects == []
    world.commits.open.end(None)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert world.services.effects == [["waiting", None]]
    world.gate.set()
    while world.runner.busy:
        await asyncio.sleep(0)
    assert walks[0].batch is None


async def test_a_store_that_fails_ends_the_walk_without_calling_the_outside() -> None:
    world = World()
    world.chain("c", "s=store", "w=wait", edges=["s>w", " w>s:Failure"][0])
    walks = world.run()
    await asyncio.sleep(0)
    world.commits.open.end(UnavailableError("the disk is full"))
    while world.runner.busy:
        await asyncio.sleep(0)
    assert walks[0].unavailable == UnavailableError("the disk is full")
    assert world.services.effects == []


def test_the_walk_names_the_batch_that_holds_what_it_wrote() -> None:
    world = World()
    world.chain("c", "s=store")
    (walk,) = world.run()
    assert walk.batch is world.commits.open


async def test_a_deadline_ends_a_node_that_waits_too_long() -> None:
    world = World(deadline_s=0.01)
    world.chain("c", "w=wait", "n=note:late", edges="w>n:Failure")
    world.run()
    while world.runner.busy:
        await asyncio.sleep(0.001)
    assert world.log == ["late"]


async def test_a_swapped_chain_leaves_messages_under_way_on_the_version_they_began_with() -> None:
    world = World()
    world.chain("c", "w=wait", "n=note:old", edges="w>n")
    walks = world.run()
    await asyncio.sleep(0)
    world.chain("c", "n=note:new")
    world.run(device="d2")
    world.gate.set()
    while not walks:
        await asyncio.sleep(0)
    assert world.log == ["new", "old"]


def test_places_and_routes_count_what_they_see() -> None:
    world = World()
    world.chain("c", "a=note", "b=raise", edges="a>b")
    for _ in range(3):
        world.run()
    places = world.runner.plans["c"].places
    assert [places["a"].seen, places["b"].seen, places["b"].failed] == [3, 3, 3]
    assert places["a"].out["Success"].count == 3


def test_a_disabled_node_ends_the_message() -> None:
    world = World()
    document = spec("c", "a=note:a", "b=note:b", edges="a>b").as_json()
    document["nodes"][1]["disabled"] = True
    from runner_world import CATALOG

    from engine.chain import ChainSpec

    world.runner.swap(Plan(checked(ChainSpec.model_validate(document), CATALOG)))
    world.runner.root = "c"
    (walk,) = world.run()
    assert world.log == ["a"]
    assert not walk.failures


def test_traces_hold_every_hop_when_a_chain_is_watched() -> None:
    world = World()
    world.chain("c", "a=note:a", "b=raise", "n=note:n", edges="a>b, b>n:Failure")
    world.runner.tracer.watch("c", 10**15)
    heard: list[str] = []
    world.runner.tracer.listeners.add(lambda trace: heard.append(trace.id))
    world.run()
    trace = world.runner.tracer.get("trace-1")
    assert trace is not None
    assert [(hop.node, hop.out[0][0], hop.error) for hop in trace.hops] == [
        ("a", "Success", ""),
        ("b", "Failure", "no good"),
        ("n", "Success", ""),
    ]
    assert heard == ["trace-1"]


def test_a_trace_knows_where_every_hop_came_from() -> None:
    world = World()
    inner = ["s=split", "out=back:Done"]
    world.chain("inner", *inner, edges="s>out")
    outer = ["a=note", "b=note", "c=note", "in=call:inner", "end=note"]
    # The same message goes on to b and (as a copy) to c; the nested chain makes three of one.
    world.chain("c", *outer, edges="a>b, a>c, a>in, b>c, in>end:done")
    world.runner.root = "c"
    world.runner.tracer.watch("c", 10**15)
    world.run()
    trace = world.runner.tracer.get("trace-1")
    assert trace is not None
    assert [(hop.node, origin) for hop, origin in zip(trace.hops, origins(trace.hops), strict=True)] == [
        ("a", None),
        ("b", (0, "Success")),
        ("c", (1, "Success")),
        ("c", (0, "Success")),
        ("in", (0, "Success")),
        ("s", (4, "enter inner")),
        ("out", (5, "Success")),
        ("end", (6, "Done")),
        ("out", (5, "Success")),
        ("end", (8, "Done")),
        ("out", (5, "Success")),
        ("end", (10, "Done")),
    ]


async def test_walks_that_are_mixed_in_one_trace_stay_apart() -> None:
    world = World()
    world.chain("c", "a=note", "w=wait", "b=note", edges="a>w, w>b")
    world.runner.tracer.watch("c", 10**15)
    world.run(1, device="d1")
    world.run(2, device="d2")
    world.gate.set()
    while world.runner.busy:
        await asyncio.sleep(0)
    trace = world.runner.tracer.get("trace-1")
    assert trace is not None
    assert [hop.node for hop in trace.hops] == ["a", "a", "w", "b", "w", "b"]
    assert [None if o is None else o[0] for o in origins(trace.hops)] == [None, None, 0, 2, 1, 4]


def test_a_chain_that_cannot_be_entered_is_a_failed_hop() -> None:
    world = World()
    world.chain("c", "in=call:c", "n=note", edges="in>n:Failure")
    world.runner.tracer.watch("c", 10**15)
    world.run()
    trace = world.runner.tracer.get("trace-1")
    assert trace is not None
    assert "would enter itself" in trace.hops[0].error
    assert [(hop.node, origin) for hop, origin in zip(trace.hops, origins(trace.hops), strict=True)] == [
        ("in", None),
        ("n", (0, "Failure")),
    ]


def test_the_next_message_at_a_node_is_traced_and_no_other() -> None:
    world = World()
    world.chain("c", "a=note", "b=raise", "n=note", edges="a>b, b>n:Failure")
    tracer = world.runner.tracer
    tracer.want(Wanted("c", "n", frozenset({"c"}), 10**15))
    assert not tracer.is_idle
    world.run()
    assert tracer.is_idle
    tracer.want(Wanted("c", "n", frozenset({"c"}), 10**15))
    tracer.want(Wanted("c", "n", frozenset({"c"}), 0))
    assert tracer.is_idle
    trace = tracer.get("trace-1")
    assert trace is not None
    world.run()
    assert [hop.node for hop in trace.hops] == ["a", "b", "n"]


def test_a_failure_nobody_handled_leaves_a_trace_though_nobody_watched() -> None:
    world = World()
    world.chain("c", "a=note:a", "b=raise", edges="a>b")
    world.run()
    trace = world.runner.tracer.get("trace-1")
    assert trace is not None
    assert [(hop.node, hop.error) for hop in trace.hops] == [("b", "no good")]


def test_one_message_is_traced_when_a_sample_is_due() -> None:
    world = World()
    world.chain("c", "a=note:a")
    world.run()
    assert world.runner.tracer.newest() == []
    world.runner.tracer.refresh(sample=True)
    world.run()
    world.run()
    assert [len(trace.hops) for trace in world.runner.tracer.newest()] == [1]


def test_samples_are_not_always_the_first_message() -> None:
    world = World()
    world.chain("c", "a=note:a")
    counts = []
    for _ in range(5):
        world.runner.tracer.refresh(sample=True)
        count = 0
        while world.runner.tracer.due:
            world.run()
            count += 1
        counts.append(count)
    assert counts == [1, 2, 3, 4, 1]


async def test_an_owner_that_raises_does_not_cost_the_messages_behind_it_their_turn() -> None:
    world = World()
    world.chain("c", "w=wait")

    def broken(_: object) -> None:
        raise RuntimeError("broken owner")

    world.run(1, done=broken)
    behind = world.run(2)
    world.gate.set()
    while world.runner.busy:
        await asyncio.sleep(0)
    assert len(behind) == 1
    assert [str(failure) for failure in world.failures] == ["broken owner"]
