"""The OpenAPI document and a page to read it; nothing on the page comes from another host."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from typing import Any

from quart import Blueprint, Response
from quart_schema import QuartSchema, hide

from engine.exchange import Reply
from engine.values import encode
from web.api.wire import is_known
from web.door import to_response

METHODS = ("get", "post", "put", "delete")
STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
details { border: 1px solid #8886; border-radius: 6px; margin: .4rem 0; padding: .4rem .7rem; }
summary { cursor: pointer; } code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
table { border-collapse: collapse; } td { padding: .1rem .8rem .1rem 0; vertical-align: top; }
.method { display: inline-block; width: 4.5em; font-weight: 700; } .type { opacity: .75; }
"""


def blueprint(schema: QuartSchema) -> Blueprint:
    """The document at /manage/openapi.json and its page at /manage/docs."""
    api = Blueprint("docs", __name__)
    style = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

    @lru_cache(maxsize=1)
    def document() -> dict[str, Any]:
        found: dict[str, Any] = schema.openapi_provider.schema()
        return found

    @api.get("/openapi.json")
    @hide
    async def openapi() -> Response:
        """The OpenAPI document."""
        body = encode(document())
        headers = {
            "ETag": f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"',
            "Cache-Control": "no-cache",
        }
        if is_known(headers["ETag"]):
            return to_response(Reply(304, headers=headers))
        return to_response(Reply(200, body, "application/json", headers))

    @api.get("/docs")
    @hide
    async def page() -> Response:
        """The document for reading."""
        policy = f"default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; frame-ancestors 'none'"
        headers = {"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff"}
        return to_response(Reply(200, html(document()).encode(), "text/html; charset=utf-8", headers))

    return api


def html(document: dict[str, Any]) -> str:
    """The page: operations by tag, then the schemas."""
    return "\n".join(_lines(document))


def _lines(document: dict[str, Any]) -> Iterator[str]:
    title = escape(document["info"]["title"])
    yield f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><style>{STYLE}</style>"
    yield "<meta name=viewport content='width=device-width'>"
    yield f"<h1>{title}</h1><p>Version {escape(document['info']['version'])} &middot; "
    yield "<a href=openapi.json>openapi.json</a></p>"
    for tag in document["tags"]:
        yield f"<h2>{escape(tag['name'])}</h2><p>{escape(tag.get('description', ''))}</p>"
        for path, operations in document["paths"].items():
            for method in METHODS:
                if tag["name"] in operations.get(method, {}).get("tags", ()):
                    yield from _operation(method, path, operations[method])
    yield "<h2>Schemas</h2>"
    for name, schema in document["components"]["schemas"].items():
        yield from _schema(name, schema)


def _operation(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    head = f"<span class=method>{method.upper()}</span><code>{escape(path)}</code> {escape(operation['summary'])}"
    yield f"<details id={operation['operationId']}><summary>{head}</summary><table>"
    for parameter in operation["parameters"]:
        yield _row(
            parameter["name"], parameter["schema"], f"{parameter['in']} {parameter.get('description', '')}"
        )
    if "requestBody" in operation:
        yield _row("body", operation["requestBody"]["content"]["application/json"]["schema"], "")
    for status, answer in operation["responses"].items():
        for content in answer.get("content", {"": {"schema": {}}}).values():
            yield _row(status, content["schema"], answer["description"])
    yield "</table></details>"


def _schema(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"<details id='{escape(name)}'><summary><code>{escape(name)}</code> "
    yield f"{escape(schema.get('description', ''))}</summary><table>"
    for field, value in schema.get("properties", {}).items():
        mark = " (required)" if field in schema.get("required", ()) else ""
        yield _row(field, value, value.get("description", "") + mark)
    yield "</table></details>"


def _row(name: str, schema: dict[str, Any], text: str) -> str:
    return f"<tr><td><code>{escape(name)}</code><td class=type>{_type(schema)}<td>{escape(text)}"


def _type(schema: dict[str, Any]) -> str:
    """A schema in a few words, with links to those that have a name."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f"<a href='#{name}'>{name}</a>"
    if "enum" in schema or "const" in schema:
        return escape(" | ".join(map(str, schema.get("enum", [schema.get("const")]))))
    if "anyOf" in schema:
        return " | ".join(_type(part) for part in schema["anyOf"])
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items', {}))}]"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"{{key: {_type(schema['additionalProperties'])}}}"
    return escape(str(schema.get("type", "any" if schema == {} else "")))
