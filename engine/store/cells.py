"""The many rows of a commit taken out of its batch; all of this runs in the writer thread."""

from __future__ import annotations

from typing import Any

from engine.values import Value, encode_text

# A series' number, a time in ms and a JSON text: as they are, for compiled code would take an `int` apart each time
Cells = tuple[Any, Any, str]


def telemetry(entries: dict[Any, Any]) -> list[Cells]:
    """One row for each value of `Batch.telemetry`, sorted by series and time: rows that share a page meet it once."""
    texts = texts_of([value for part in entries.values() for value in part.values()])
    rows: dict[Any, list[Cells]] = {}
    place = 0
    for (memory, ts), part in entries.items():
        series: dict[str, Any] = memory.series
        for key in part:
            id = series[key]
            row = (id, ts, texts[place])
            place += 1
            of_one = rows.get(id)
            if of_one is None:
                rows[id] = [row]
            else:
                of_one.append(row)
    # Nearly in order already: cheaper than to sort all of them
    found: list[Cells] = []
    for id in sorted(rows):
        of_one = rows[id]
        of_one.sort()
        found += of_one
    return found


def texts_of(values: list[Value]) -> list[str]:
    """The JSON text of each value; one call makes those of all, unless some have commas of their own."""
    if not values:
        return []
    texts = encode_text(values)[1:-1].split(",")
    return texts if len(texts) == len(values) else list(map(encode_text, values))
