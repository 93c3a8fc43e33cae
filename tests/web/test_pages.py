"""The editor's bundle is fresh, and it is served as its content security policy demands."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
from editor_types import EDITOR, MARK, TYPES, digest, openapi, types_of
from quart.typing import TestClientProtocol as Client

from web.app import create_app
from web.pages import accepts_gzip
from web.settings import Settings

STATIC = EDITOR.parent / "static"
# A chain opens with its canvas; every other page is smaller.
BUDGET_BYTES = 195_000
PLAIN_BUDGET_BYTES = 160_000
STALE = "the bundle is stale, run `make editor`"


def sources() -> list[str]:
    """What the bundle is made from; the same list is in vite.config.ts."""
    folders = ("src", "public", "scripts")
    found = [path for folder in folders for path in (EDITOR / folder).rglob("*") if path.is_file()]
    alone = ["index.html", "package-lock.json", "package.json", "tsconfig.json", "vite.config.ts"]
    return sorted([path.relative_to(EDITOR).as_posix() for path in found] + alone)


def test_the_bundle_is_fresh() -> None:
    # Given the sources of the editor
    content = hashlib.sha256()
    for path in sources():
        content.update(f"{path}\0".encode() + (EDITOR / path).read_bytes() + b"\0")
    # Then the committed bundle was made from exactly these
    built = json.loads((STATIC / "build.json").read_text())
    assert built["sources"] == content.hexdigest(), STALE


def test_the_bundle_is_whole() -> None:
    page = (STATIC / "index.html").read_text()
    wanted = re.findall(r'(?:src|href)="/assets/([^"]+)"', page)
    assert wanted
    assert [name for name in wanted if not (STATIC / "assets" / name).exists()] == [], STALE


def test_the_first_load_is_small() -> None:
    """What a browser fetches to open a page: the scripts of all pages and what this page imports at once."""
    assets = STATIC / "assets"
    pages = sorted(file.name for file in assets.glob("*Page-*.js"))
    sizes = {page.partition("-")[0]: first_load(page) for page in pages}
    assert sizes["EditorPage"] < BUDGET_BYTES, sizes
    others = {page: size for page, size in sizes.items() if page != "EditorPage"}
    assert max(others.values()) < PLAIN_BUDGET_BYTES, sizes
    # The canvas and the code editor come only where they are needed
    plain = [name for page in pages if not page.startswith("EditorPage") for name in imported(page)]
    assert not [name for name in plain if name.startswith(("EditorPage-", "code-"))]


def first_load(page: str) -> int:
    """Bytes of JavaScript, compressed as they travel."""
    names = re.findall(r'/assets/([^"]+\.js)', (STATIC / "index.html").read_text())
    seen = {*names, page}
    waiting = [*seen]
    while waiting:
        fresh = set(imported(waiting.pop())) - seen
        seen |= fresh
        waiting += fresh
    return sum(len(gzip.compress((STATIC / "assets" / name).read_bytes(), 9)) for name in seen)


def imported(name: str) -> list[str]:
    """What a script imports before it runs."""
    text = (STATIC / "assets" / name).read_text()
    return re.findall(r'(?:from|import)\s*"\./([^"]+\.js)"', text)


def test_no_lock_file_names_a_host() -> None:
    lock = json.loads((EDITOR / "package-lock.json").read_text())
    assert not [name for name, item in lock["packages"].items() if "resolved" in item]
    names = json.loads((EDITOR / "package.json").read_text())
    pinned = {**names["dependencies"], **names["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pinned.values()), pinned


async def test_the_types_of_the_editor_are_those_of_the_api() -> None:
    document = await openapi()
    committed = TYPES.read_text()
    how = "the API has changed, run `make editor-types editor`"
    if shutil.which("node") and (EDITOR / "node_modules" / "openapi-typescript").exists():
        assert committed == types_of(document), how
    else:
        assert committed.startswith(f"{MARK}{digest(document)}\n"), how


@pytest.fixture
def client(tmp_path: Path) -> Client:
    """A client of the whole application, its store closed: pages do not need it."""
    return create_app(Settings(data_dir=tmp_path)).web.test_client()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/rule-chains",
        "/rule-chains/01a1",
        "/rule-chains/x/y",
        "/integrations/new",
        "/devices",
        "/events",
    ],
)
async def test_every_page_is_the_page(client: Client, path: str) -> None:
    response = await client.get(path)
    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/manage/nothing", "/api/nothing", "/nothing", "/assets/nothing.js", "/assets/../app.py"]
)
async def test_what_is_not_there_is_not_the_page(client: Client, path: str) -> None:
    response = await client.get(path)
    assert response.status_code == 404
    assert response.content_type == "application/problem+json"


async def test_operations_are_not_the_page(client: Client) -> None:
    for path in ("/healthz", "/metrics"):
        assert not (await client.get(path)).content_type.startswith("text/html")


async def test_the_policy_lets_in_nothing_from_elsewhere(client: Client) -> None:
    # When the page is asked for twice
    responses = [await client.get("/") for _ in range(2)]
    policies = [response.headers["Content-Security-Policy"] for response in responses]
    pages = [(await response.get_data()).decode() for response in responses]
    # Then each has a nonce of its own, the same in the head and in the page
    nonces = [re.search(r"'nonce-([\w-]+)'", policy)[1] for policy in policies]  # type: ignore[index]
    assert nonces[0] != nonces[1]
    assert all(f'content="{nonce}"' in page for nonce, page in zip(nonces, pages, strict=True))
    # And scripts come from here only
    assert "script-src 'self';" in policies[0]
    assert "unsafe-eval" not in policies[0]
    assert not re.search(r"https?:|\*", policies[0])
    assert not re.search(r"<script(?![^>]*src=)", pages[0])


async def test_assets_are_kept_for_ever_and_sent_compressed(client: Client) -> None:
    name = next(file.name for file in (STATIC / "assets").glob("index-*.js"))
    plain = await client.get(f"/assets/{name}")
    packed = await client.get(f"/assets/{name}", headers={"Accept-Encoding": "br, gzip"})
    assert "immutable" in plain.headers["Cache-Control"]
    assert plain.headers["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert (
        gzip.decompress(await packed.get_data())
        == await plain.get_data()
        == (STATIC / "assets" / name).read_bytes()
    )


async def test_fonts_are_sent_as_they_are(client: Client) -> None:
    name = next(file.name for file in (STATIC / "assets").glob("*.woff2"))
    response = await client.get(f"/assets/{name}", headers={"Accept-Encoding": "gzip"})
    assert response.content_type == "font/woff2"
    assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        ("gzip", True),
        ("deflate, gzip;q=0.5", True),
        ("*", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
    ],
)
def test_accept_encoding(header: str, takes: bool) -> None:
    assert accepts_gzip(header) is takes
