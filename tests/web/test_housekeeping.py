"""What the server does each hour: it makes ready what comes and deletes what is too old."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.ids import now_ms
from engine.message import DEVICE
from web.house import House
from web.settings import Settings

DAY = 86_400_000


@pytest.mark.parametrize(
    ("chosen", "days", "unit"),
    [
        ("auto", 0, "month"),
        ("auto", 30, "day"),
        ("auto", 365, "month"),
        ("month", 5, "month"),
        ("day", 0, "day"),
    ],
)
def test_partitions_are_as_long_as_retention_can_use(chosen: str, days: int, unit: str) -> None:
    assert Settings(telemetry_partition=chosen, telemetry_days=days).partition == unit


async def test_old_telemetry_goes_but_the_newest(tmp_path: Path, empty_database_url: str) -> None:
    # Empty, so that the partitions are as short as ten days ask for
    house = House(Settings(data_dir=tmp_path, database_url=empty_database_url, telemetry_days=10))
    await house.open()
    device = house.store.entities.create(house.tenant, DEVICE, "d", "t")
    now = now_ms()
    for age in (0, 5, 20, 30):
        house.store.telemetry.save(device, now - age * DAY, {"t": age})
    house.store.telemetry.save(device, now - 30 * DAY, {"silent": 1})
    await house.store.writer.durable()

    await house.keep_house()

    found = await house.store.telemetry.query(device, ["t", "silent"], 0, now + DAY)
    assert [point.value for point in found["t"]] == [0, 5]
    assert [point.value for point in found["silent"]] == [1]
    if house.store.partitions is not None:
        assert house.store.partitions.covered.last > now + DAY
    await house.close()
