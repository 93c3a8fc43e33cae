"""Dead letters, events, notifications, statistics."""

from __future__ import annotations

from api_world import Api

from engine.message import Entity, Message
from engine.message import message as new_message
from engine.records import DeadLetter


async def fails(api: Api) -> dict[str, object]:
    """A chain whose only node fails on everything."""
    node = {"id": "bad", "type": "script-filter", "name": "Bad", "config": {"script": "return msg.nothing"}}
    made: dict[str, object] = await api.post(
        "/manage/rule-chains", {"name": "F", "entry": "bad", "nodes": [node]}, 201
    )
    await api.post(f"/manage/rule-chains/{made['id']}/activate")
    return made


async def test_a_failed_message_is_read_repaired_and_sent_again(api: Api) -> None:
    made = await fails(api)
    door = await api.integration(ruleChainId=made["id"])
    await api.uplink(door, {"deviceName": "T", "telemetry": {"v": 1}}, 500)
    letters = await api.get("/manage/dead-letters?q=nothing")
    letter = next(row for row in letters["items"] if row["message"]["type"] == "POST_TELEMETRY_REQUEST")
    assert (letter["chain"], letter["node"], letter["nodeName"]) == (made["id"], "bad", "Bad")
    assert letter["message"]["data"] == {"v": 1}
    assert (await api.get("/manage/stats/overview"))["deadLetters"] >= 1
    assert (await api.get(f"/manage/traces/{letter['traceId']}"))["error"]

    path = f"/manage/rule-chains/{made['id']}"
    log = {"id": "bad", "type": "log", "config": {"script": 'return "ok"'}}
    await api.put(path, {"entry": "bad", "nodes": [log]})
    await api.post(f"{path}/activate")
    await api.post(f"/manage/dead-letters/{letter['id']}/resubmit", None, 204)
    await api.get(f"/manage/dead-letters/{letter['id']}", 404)
    await api.post(f"/manage/dead-letters/{letter['id']}/resubmit", None, 404)
    await api.house.store.writer.durable()
    assert api.house.runner.plans[str(made["id"])].places["bad"].seen >= 1


async def test_dead_letters_are_thrown_away(api: Api) -> None:
    gone = Entity("DEVICE", "gone", "Gone", "t")
    bury(api, "l1", new_message("T", gone, {}))
    await api.house.store.writer.durable()
    letter = await api.get("/manage/dead-letters/l1")
    assert (letter["chain"], letter["node"]) == (None, None)
    await api.post("/manage/dead-letters/l1/resubmit", None, 409)
    await api.delete("/manage/dead-letters/l1")
    await api.delete("/manage/dead-letters/l1", 404)


def bury(api: Api, id: str, message: Message) -> None:
    letter = DeadLetter(id=id, tenant=api.house.tenant, message=message, created_ts=1, error="no reason")
    api.house.store.queue.bury(letter)


async def test_events_are_filtered_and_paged(api: Api) -> None:
    journal = api.house.journal
    for number in range(3):
        journal.write(
            "system", f"e{number}", "It", "Note", text=f"number {number}", level="error" if number else "info"
        )
    await api.house.store.writer.durable()
    page = await api.get("/manage/events?source=system&limit=2")
    assert [event["text"] for event in page["items"]] == ["number 2", "number 1"]
    rest = await api.get(f"/manage/events?source=system&limit=2&cursor={page['next']}")
    assert [event["text"] for event in rest["items"]] == ["number 0"]
    assert len((await api.get("/manage/events?level=error"))["items"]) == 2
    assert len((await api.get("/manage/events?q=BER%201"))["items"]) == 1
    assert (await api.get("/manage/events?to=1"))["items"] == []
    assert len((await api.get("/manage/events?from=1&entity=e0"))["items"]) == 1
    await api.get("/manage/events?source=moon", 400)
    await api.get("/manage/events?cursor=x", 400)


async def test_the_whole_at_a_glance(api: Api) -> None:
    door = await api.integration()
    for number in range(3):
        await api.uplink(door, {"deviceName": f"T{number}", "telemetry": {"v": 1}}, 204)
    stats = await api.get("/manage/stats/overview")
    assert (stats["devices"], stats["integrations"], stats["uplinks"], stats["failures"]) == (3, 1, 3, 0)
    assert stats["uplinkRate"] > 0
    assert stats["messages"] > 3
    assert stats["unreadNotifications"] == 3
    assert await api.post("/manage/notifications/read") == {"unread": 0}
