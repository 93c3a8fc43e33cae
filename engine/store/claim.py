"""One server for one SQLite file: what a server keeps in memory is true only while nobody else writes there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import UnavailableError
from engine.store.database import SQLITE, parse_url

if sys.platform != "win32":
    import fcntl


@contextmanager
def claimed(url: str) -> Iterator[None]:
    """Hold the database for as long as this lasts; UnavailableError when another process holds it.

    Only SQLite is held: by a lock on a file beside the database, which ends with the process, however that ends.
    ValueError for a URL of another form, OSError when the file cannot be made.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() != SQLITE or sys.platform == "win32":
        yield
        return
    with Path(f"{parsed.database}.lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UnavailableError(f"another server works with {parsed.database}") from None
        except OSError:
            pass  # a file system without locks
        yield
