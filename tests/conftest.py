"""What all tests share: real databases. Nothing here is a stand-in."""

from __future__ import annotations

import asyncio
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from engine import runner
from engine.store import Store
from tests.ports import free_port

# How long an example takes says nothing on a shared machine.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

REQUIRED = os.environ.get("TIDEGATE_TEST_REQUIRE") == "1"


def pytest_sessionstart() -> None:
    """`make test-compiled` must not test the plain modules by mistake."""
    if os.environ.get("TIDEGATE_TEST_COMPILED") == "1" and not str(runner.__file__).endswith(".so"):
        pytest.exit(f"these modules are not compiled: {runner.__file__}", 3)


def skip_or_fail(reason: str) -> None:
    """Skip a test that needs what this machine lacks, or fail it where TIDEGATE_TEST_REQUIRE=1 asks for all."""
    if REQUIRED:
        pytest.fail(f"{reason} (TIDEGATE_TEST_REQUIRE=1)")
    pytest.skip(reason)


def need(tool: str, *folders: str) -> str:
    """The path of a program on PATH or in one of `folders`, or skip (or fail) the test."""
    found = shutil.which(tool) or next((str(p) for f in folders if (p := Path(f) / tool).exists()), None)
    if found is None:
        skip_or_fail(f"{tool} is not installed")
    assert found is not None
    return found


class Postgres:
    """A PostgreSQL server of our own on a loopback port, in a temporary folder.

    Without `fsync`: the server itself is never killed here, and tests should not wear out disks.
    """

    def __init__(self, fsync: str = "off") -> None:
        self._fsync = fsync
        homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        self._pg_ctl = need("pg_ctl", *map(str, homes))
        initdb = need("initdb", *map(str, homes))
        self._user = _other_user()
        self.folder = Path(tempfile.mkdtemp(prefix="tidegate-pg-"))
        if self._user is not None:
            shutil.chown(self.folder, self._user)
        self.port = free_port()
        self._names = itertools.count(1)
        data = str(self.folder / "data")
        self._run(
            initdb, "-D", data, "-U", "tidegate", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
        )
        self.start()

    def start(self) -> None:
        """Start the server, unless it runs, and wait until it answers."""
        if (self.folder / "data" / "postmaster.pid").exists():
            return
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        options += f" -c fsync={self._fsync}"
        self._control("start", "-l", str(self.folder / "log"), "-o", options)

    def stop(self) -> None:
        """Stop the server at once; clients lose their connections."""
        self._control("stop", "-m", "immediate")

    def remove(self) -> None:
        """Stop the server and delete all it had."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.folder)

    def url(self, database: str = "postgres") -> str:
        """The URL of one of its databases."""
        return f"postgresql://tidegate@127.0.0.1:{self.port}/{database}"

    def execute(self, sql: str) -> None:
        """Run a statement outside of any transaction."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(sql.encode())

    def empty_database(self) -> str:
        """Make a database with nothing in it; its name."""
        return self._create("template1")

    def new_database(self) -> str:
        """Make a database that a store has been opened on once; its name. Copying costs a tenth of migrating."""
        return self._create(self._opened_once)

    @cached_property
    def _opened_once(self) -> str:
        name = self.empty_database()
        open_once(self.url(name))
        return name

    def _create(self, template: str) -> str:
        name = f"t{next(self._names)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _control(self, *arguments: str) -> None:
        self._run(self._pg_ctl, "-D", str(self.folder / "data"), "-w", "-s", *arguments)

    def _run(self, *command: str) -> None:
        user = {} if self._user is None else {"user": self._user, "group": pwd.getpwnam(self._user).pw_gid}
        done = subprocess.run(  # type: ignore[call-overload]
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if command[0] != self._pg_ctl else subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            text=True,
            **user,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}"


def _other_user() -> str | None:
    """Whom to run PostgreSQL as: it refuses to be root."""
    if os.getuid() != 0:
        return None
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def open_once(url: str) -> None:
    """Let a store make of a database what it makes of it when it opens it first; also where a loop runs already."""

    async def opened() -> None:
        await (await Store.open(url)).close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, opened()).result()


@cache
def _opened_sqlite() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tidegate.db")
        open_once(f"sqlite:///{path}")
        return path.read_bytes()


def prepare(folder: Path) -> Path:
    """Put a SQLite database that a store has been opened on once into a folder, unless it has one; its path."""
    path = folder / "tidegate.db"
    if not path.exists():
        path.write_bytes(_opened_sqlite())
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for the whole run."""
    server = Postgres()
    try:
        yield server
    finally:
        server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database as new with the schema in it: of SQLite and, in another run of the test, of PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{prepare(tmp_path)}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.new_database()
    yield server.url(name)
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a table, of each kind in turn, for tests of what makes the tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/tidegate.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.url(server.empty_database())


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A database of SQLite as new, with the schema in it."""
    return f"sqlite:///{prepare(tmp_path)}"


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """An open store on a fresh database, of each kind in turn."""
    opened = await Store.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_store(sqlite_url: str) -> AsyncIterator[Store]:
    """An open store on a fresh SQLite database, for tests that need some store."""
    opened = await Store.open(sqlite_url)
    yield opened
    await opened.close()
