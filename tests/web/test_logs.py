"""One way for all log lines."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from cli_world import keeping_the_logs

from web import logs


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    with keeping_the_logs():
        yield


def lines(level: str, form: str) -> list[str]:
    """What is written when our code and a library log, both with an exception."""
    stream = io.StringIO()
    logs.configure(level, form, stream)
    structlog.get_logger("tidegate.web").info("hello", device="T-1", where={1, 2})
    structlog.get_logger("tidegate.web").debug("psst")
    logging.getLogger("some.library").warning("beware of %s", "dogs")
    logging.getLogger("hypercorn.error").info("Running on http://")
    try:
        raise ValueError("broken")
    except ValueError:
        structlog.get_logger("tidegate.web").exception("it broke")
    return stream.getvalue().splitlines()


def test_json_has_one_object_for_each_line_with_level_name_and_time() -> None:
    ours, theirs, failure = [json.loads(line) for line in lines("info", "json")]
    assert ours == ours | {"event": "hello", "device": "T-1", "level": "info", "logger": "tidegate.web"}
    assert ours["timestamp"].endswith("Z")
    assert theirs == theirs | {"event": "beware of dogs", "level": "warning", "logger": "some.library"}
    assert "ValueError: broken" in failure["exception"]


def test_text_has_no_colours_where_there_is_no_terminal() -> None:
    first, second, *rest = lines("info", "text")
    assert "\x1b" not in "".join([first, second, *rest])
    assert "hello" in first
    assert "device=T-1" in first
    assert "beware of dogs" in second
    assert rest[-1] == "ValueError: broken"


def test_the_level_holds_for_everybody() -> None:
    assert [json.loads(line)["event"] for line in lines("error", "json")] == ["it broke"]
    assert "psst" in "".join(lines("debug", "text"))
