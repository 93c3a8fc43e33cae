"""The editor and its pages: the built bundle, compressed once, behind a strict content security policy."""

from __future__ import annotations

import gzip
import importlib.resources
import mimetypes
import secrets
from functools import cache
from typing import NamedTuple

from quart import Quart, Response, request

from engine.exchange import Reply, problem
from web.door import to_response

# Paths that the page itself understands, below which every path is the page. Never /api, /manage and the like.
PAGES = (
    "rule-chains",
    "integrations",
    "converters",
    "devices",
    "events",
    "dead-letters",
    "settings",
    "traces",
)
CLIENT_ROUTES = ("/", *(route for page in PAGES for route in (f"/{page}", f"/{page}/<path:rest>")))
NONCE = b"__NONCE__"
FOR_EVER = "public, max-age=31536000, immutable"
SMALLEST = 500
_COMPRESSED = ("text/", "application/json", "image/svg")
_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".json": "application/json",
}


class Asset(NamedTuple):
    """A file of the bundle, as it is and compressed; `gzipped` is empty where that saves nothing."""

    content: bytes
    gzipped: bytes
    content_type: str


def register(app: Quart) -> None:
    """Put the page, its assets and its icon into the application."""
    static = importlib.resources.files("web") / "static"
    # All are read now, so that they stay those of this page when the program is replaced while it runs
    contents = {f"assets/{file.name}": file.read_bytes() for file in (static / "assets").iterdir()}
    contents["favicon.svg"] = (static / "favicon.svg").read_bytes()
    page = (static / "index.html").read_bytes()

    @cache
    def ready(path: str) -> Asset:
        return compressed(path, contents[path])

    async def index(rest: str = "") -> Response:
        nonce = secrets.token_urlsafe(16)
        headers = {**SECURITY, "Content-Security-Policy": policy(nonce), "Cache-Control": "no-cache"}
        return to_response(
            Reply(200, page.replace(NONCE, nonce.encode()), "text/html; charset=utf-8", headers)
        )

    @app.get("/assets/<name>")
    async def asset(name: str) -> Response:
        if f"assets/{name}" not in contents:
            return to_response(problem(404, "Not found", f"there is no asset {name!r}"))
        return send(ready(f"assets/{name}"), FOR_EVER)

    @app.get("/favicon.svg")
    async def favicon() -> Response:
        return send(ready("favicon.svg"), "public, max-age=86400")

    for route in CLIENT_ROUTES:
        app.add_url_rule(route, f"page {route}", index, methods=["GET"])


SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def policy(nonce: str) -> str:
    """What the page may load: its own files, styles with the nonce, and nothing else."""
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'",
            "style-src-attr 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def compressed(path: str, content: bytes) -> Asset:
    """A file as it is and compressed, which costs more than sending it: 30 ms for all of them."""
    suffix = f".{path.rpartition('.')[2]}"
    kind = _TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    worth = kind.startswith(_COMPRESSED) and len(content) >= SMALLEST
    gzipped = gzip.compress(content, 9, mtime=0) if worth else b""
    return Asset(content, gzipped, f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)


def send(asset: Asset, cache: str) -> Response:
    """An asset in the form that the browser takes."""
    headers = {"Cache-Control": cache, "X-Content-Type-Options": "nosniff"}
    body = asset.content
    if asset.gzipped:
        headers["Vary"] = "Accept-Encoding"
        if accepts_gzip(request.headers.get("Accept-Encoding", "")):
            headers["Content-Encoding"] = "gzip"
            body = asset.gzipped
    return to_response(Reply(200, body, asset.content_type, headers))


def accepts_gzip(accepted: str) -> bool:
    """Whether a request's Accept-Encoding takes gzip; `gzip;q=0` does not."""
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
