"""What went through an integration in the last minute."""

from __future__ import annotations

from engine.integration import Directory, Integration
from web.tides import BEAT_S, Flow, Tides


def test_a_minute_moves_on() -> None:
    # Given an integration that is looked at every few seconds, with a message a second
    now = 1000.0
    door, directory = Integration("1", "t", "door", "key"), Directory()
    directory.replace([door])
    tides = Tides(directory, lambda: now)

    def pass_by(seconds: int, messages: int = 1) -> None:
        nonlocal now
        for _ in range(seconds):
            now += 1
            door.uplinks += messages
            if now % BEAT_S == 0:
                tides.look()

    # Then all counts that came since it is there
    pass_by(7)
    assert tides.last_minute(door) == Flow(7, 0, 0)
    # And after a minute only what is not older, as exactly as there were looks
    pass_by(200)
    assert 60 - BEAT_S <= tides.last_minute(door).uplinks <= 60
    pass_by(61, messages=0)
    assert tides.last_minute(door) == Flow(0, 0, 0)


def test_counters_that_begin_anew_are_no_debt() -> None:
    door, directory = Integration("1", "t", "door", "key"), Directory()
    directory.replace([door])
    tides = Tides(directory, lambda: 1000.0)
    door.uplinks = 5
    tides._looks.clear()
    tides.look()
    door.uplinks = 1
    assert tides.last_minute(door) == Flow(0, 0, 0)
