"""Time for scripts: epoch milliseconds, ISO 8601 texts, and the parts of a date."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta, timezone

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_TOKENS = re.compile("YYYY|MM|DD|HH|mm|ss|SSS|ZZ")
_MAX_FORM = 100


def now_ms() -> int:
    """The time now, in epoch milliseconds."""
    return time.time_ns() // 1_000_000


def parse_time(text: str) -> int:
    """The epoch milliseconds of an ISO 8601 time such as 2026-11-21T15:30:00Z; without a zone it is UTC."""
    if text.__class__ is not str or len(text) > _MAX_FORM:
        raise ValueError("parse_time() takes a text in ISO 8601")
    moment = datetime.fromisoformat(text.strip())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _MILLISECOND


def format_time(ms: float, form: str = "iso", offset_minutes: int = 0) -> str:
    """The text of epoch milliseconds: "iso", or a form with YYYY MM DD HH mm ss SSS ZZ."""
    if form.__class__ is not str or len(form) > _MAX_FORM:
        raise ValueError(f"a form is a text of up to {_MAX_FORM} characters")
    parts = _tokens(_moment(ms, offset_minutes))
    if form == "iso":
        form = "YYYY-MM-DDTHH:mm:ss.SSSZZ"
    return _TOKENS.sub(lambda found: parts[found[0]], form)


def time_parts(ms: float, offset_minutes: int = 0) -> dict[str, int]:
    """year, month, day, hour, minute, second, ms and weekday (Monday is 1) of epoch milliseconds."""
    moment = _moment(ms, offset_minutes)
    names = ("year", "month", "day", "hour", "minute", "second")
    parts = {name: getattr(moment, name) for name in names}
    return parts | {"ms": moment.microsecond // 1000, "weekday": moment.isoweekday()}


def _moment(ms: float, offset_minutes: int) -> datetime:
    try:
        return (_EPOCH + timedelta(milliseconds=ms)).astimezone(timezone(timedelta(minutes=offset_minutes)))
    except OverflowError:
        raise ValueError("a time lies between the years 1 and 9999") from None


def _tokens(moment: datetime) -> dict[str, str]:
    zone = moment.strftime("%z")
    return {
        "YYYY": f"{moment.year:04}",
        "MM": f"{moment.month:02}",
        "DD": f"{moment.day:02}",
        "HH": f"{moment.hour:02}",
        "mm": f"{moment.minute:02}",
        "ss": f"{moment.second:02}",
        "SSS": f"{moment.microsecond // 1000:03}",
        "ZZ": "Z" if zone == "+0000" else f"{zone[:3]}:{zone[3:5]}",
    }
