"""Telemetry of a device: the newest values, a range of time, and taking values out."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel
from quart import Blueprint
from quart_schema import tag_blueprint

from engine.errors import Problem
from web.api.attributes import AttributeViews, KeyQuery, shown, split
from web.api.devices import device
from web.api.shapes import Shape, StampedView
from web.api.wire import operation, refused
from web.house import House

MAX_INTERVALS = 700
LAST_TS = 2**53 - 1
Moment = Annotated[int, Field(ge=0, le=LAST_TS, description="Epoch milliseconds")]
Aggregation = Literal["NONE", "MIN", "MAX", "AVG", "SUM", "COUNT"]


class SeriesViews(RootModel[dict[str, list[StampedView]]]):
    """Values by key, in order of time."""


class RangeQuery(Shape):
    """Which values: from <= ts < to."""

    keys: str = Field("", max_length=10_000, description="Keys, separated by commas; all by default")
    start: Moment = Field(0, alias="from")
    end: Moment = Field(LAST_TS, alias="to")
    agg: Aggregation = Field("NONE", description="One value for each interval")
    step: int = Field(0, ge=0, le=LAST_TS, description="Length of an interval in ms; one interval by default")
    limit: int = Field(100, ge=1, le=10_000, description="Most values of each key")
    order: Literal["asc", "desc"] = Field("desc", description="desc: the newest first")


class DeleteQuery(Shape):
    """Which values to delete: from <= ts < to."""

    keys: str = Field(min_length=1, max_length=10_000, description="Keys, separated by commas")
    start: Moment = Field(0, alias="from")
    end: Moment = Field(LAST_TS, alias="to")


class DeletedCount(Shape):
    """How many there were."""

    deleted: int


def blueprint(house: House) -> Blueprint:
    """The calls about telemetry."""
    api = Blueprint("telemetry", __name__, url_prefix="/devices")
    tag_blueprint(api, ["Devices"])

    @api.get("/<id:id>/telemetry/latest")
    @operation(AttributeViews, query=KeyQuery)
    async def get_latest_telemetry(id: str, query: KeyQuery) -> AttributeViews:
        """The newest value of each key: all, or those of `keys`."""
        entity = await device(house, id)
        return shown(await house.store.telemetry.latest(entity, split(query.keys) or None))

    @api.get("/<id:id>/telemetry")
    @operation(SeriesViews, query=RangeQuery)
    async def get_telemetry(id: str, query: RangeQuery) -> SeriesViews:
        """Values of a range of time, or one aggregated value for each interval (at most 700)."""
        entity = await device(house, id)
        step = query.step or max(query.end - query.start, 1)
        check_range(query, step)
        found = await house.store.telemetry.query(
            entity,
            split(query.keys) or house.store.telemetry.keys(entity),
            query.start,
            query.end,
            aggregation=query.agg,
            step=step,
            limit=query.limit,
            descending=query.order == "desc",
        )
        return SeriesViews(
            {key: [StampedView(ts=ts, value=v) for ts, v in points] for key, points in found.items()}
        )

    @api.delete("/<id:id>/telemetry")
    @operation(DeletedCount, query=DeleteQuery)
    async def delete_telemetry(id: str, query: DeleteQuery) -> DeletedCount:
        """Delete values of these keys."""
        entity = await device(house, id)
        keys = split(query.keys)
        return DeletedCount(deleted=await house.store.telemetry.delete(entity, keys, query.start, query.end))

    return api


def check_range(query: RangeQuery, step: int) -> None:
    """400 for a range that is empty or has too many intervals."""
    if query.start > query.end:
        raise refused(
            400, "The query is not valid", [Problem("from must not be behind to", "?/from", "range")]
        )
    if query.agg != "NONE" and (query.end - query.start) / step > MAX_INTERVALS:
        text = f"at most {MAX_INTERVALS} intervals: choose a longer step or a shorter range"
        raise refused(400, "The query is not valid", [Problem(text, "?/step", "intervals")])
