"""The data listener with TLS, and with certificates that callers have to show."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

import pytest
from listener_world import Bench, Open, get, post, statuses, until

from tests.conftest import need
from web.listener.server import tls_context
from web.settings import Settings


class Authority:
    """Makes certificates with the openssl program."""

    def __init__(self, folder: Path) -> None:
        self._openssl = need("openssl")
        self._folder = folder
        self.certificate = folder / "ca.pem"
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout")
        self._run("req", "-x509", *key, "ca.key", "-out", "ca.pem", "-subj", "/CN=authority", "-days", "2")

    def issue(self, name: str) -> tuple[Path, Path]:
        """A certificate and its key."""
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout")
        self._run(
            *(
                "req",
                "-x509",
                "-CA",
                "ca.pem",
                "-CAkey",
                "ca.key",
                *key,
                f"{name}.key",
                "-out",
                f"{name}.pem",
            ),
            *("-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost", "-days", "2"),
            *("-addext", "basicConstraints=critical,CA:FALSE"),
        )
        return self._folder / f"{name}.pem", self._folder / f"{name}.key"

    def _run(self, *command: str) -> None:
        subprocess.run([self._openssl, *command], cwd=self._folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def server(authority: Authority) -> tuple[Path, Path]:
    return authority.issue("server")


def trusting(authority: Authority) -> ssl.SSLContext:
    """What a caller knows."""
    return ssl.create_default_context(cafile=str(authority.certificate))


def settings(server: tuple[Path, Path], **more: str) -> Settings:
    return Settings(certificate=str(server[0]), private_key=str(server[1]), **more)  # type: ignore[arg-type]


async def test_requests_are_answered_over_tls(
    listen: Open, authority: Authority, server: tuple[Path, Path]
) -> None:
    bench = await listen(tls=tls_context(settings(server)), head_s=5, linger_s=0.1)
    caller = await bench.caller(post("/down"), post("/wait"), get(), tls=trusting(authority))
    assert (await caller.answer()).headers["x-kind"] == "a"
    await until(lambda: bench.desk.sent == [True])
    await until(lambda: bench.desk.waiting)
    bench.desk.answer("/wait")
    assert [(await caller.answer()).status for _ in range(2)] == [200, 204]
    caller.send(b"nonsense\r\n\r\n" + get("/smuggled"))
    assert (await caller.answer()).status == 400
    assert await caller.is_closed()
    assert "/smuggled" not in bench.desk.paths


async def test_a_tls_caller_that_goes_is_reported_gone(
    listen: Open, authority: Authority, server: tuple[Path, Path]
) -> None:
    bench = await listen(tls=tls_context(settings(server)), head_s=5)
    caller = await bench.caller(post("/wait"), tls=trusting(authority))
    await until(lambda: bench.desk.waiting)
    await caller.close()
    await until(lambda: bench.desk.lost == ["/wait"])


async def test_who_speaks_plainly_to_tls_is_closed(listen: Open, server: tuple[Path, Path]) -> None:
    bench = await listen(tls=tls_context(settings(server)), head_s=5)
    caller = await bench.caller(get())
    assert await caller.is_closed()
    assert not bench.desk.calls


async def is_refused(bench: Bench, context: ssl.SSLContext) -> bool:
    """Whether nobody answers; TLS 1.3 tells it only with the first read."""
    try:
        caller = await bench.caller(get(), tls=context)
        await caller.answer()
    except (ssl.SSLError, ConnectionError, EOFError):
        return True
    return False


async def test_only_callers_with_a_certificate_of_the_authority_come_in(
    listen: Open, authority: Authority, server: tuple[Path, Path], tmp_path: Path
) -> None:
    asks = settings(server, data_client_ca=str(authority.certificate))
    bench = await listen(tls=tls_context(asks), head_s=5)
    known, other = trusting(authority), trusting(authority)
    known.load_cert_chain(*authority.issue("device"))
    caller = await bench.caller(get("/now", b"Connection: close"), tls=known)
    assert statuses(await caller.rest()) == [204]
    other.load_cert_chain(*Authority(tmp_path).issue("stranger"))
    for context in (trusting(authority), other):
        assert await is_refused(bench, context)
    assert len(bench.desk.calls) == 1


def test_no_certificate_is_no_tls() -> None:
    assert tls_context(Settings()) is None


def test_a_certificate_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        tls_context(Settings(certificate=str(tmp_path / "none.pem"), private_key=str(tmp_path / "none.key")))
