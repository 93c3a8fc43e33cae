"""How a management call reads its request and writes its answer: strict JSON in, models out, ETags."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from quart import Response, request
from quart_schema.documentation import (
    document_headers,
    document_querystring,
    document_request,
    document_response,
)

from engine.catalog import problems_of
from engine.errors import Problem, UnavailableError
from engine.exchange import Reply, problem
from engine.values import decode, encode
from web.api.shapes import Shape
from web.door import to_response
from web.house import House

M = TypeVar("M", bound=BaseModel)
View = Callable[..., Awaitable[Any]]


class Refused(Exception):
    """A request that ends here, with the reply that says why."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


@dataclass(frozen=True)
class Answer:
    """A body with its headers; `version` becomes the ETag, `language` is the one that was chosen for the caller."""

    body: BaseModel
    version: int | str | None = None
    location: str = ""
    language: str = ""


class IfMatch(Shape):
    """Optimistic locking: without the header a write overwrites."""

    if_match: str | None = None


def operation(
    answer: type[BaseModel] | None,
    status: int = 200,
    *,
    body: type[BaseModel] | None = None,
    optional_body: bool = False,
    query: type[BaseModel] | None = None,
    if_match: bool = False,
) -> Callable[[View], View]:
    """A view that is given its parsed `body`, `query` and `etag` (of If-Match) and returns a model, an Answer or None."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        async def call(**arguments: Any) -> Response:
            if query is not None:
                arguments["query"] = read_query(query)
            if if_match:
                arguments["etag"] = expected_etag()
            if body is not None:
                arguments["body"] = await read_body(body, optional_body)
            return respond(await view(**arguments), status)

        document_response(answer, status)(call)
        if query is not None:
            document_querystring(query)(call)
        if body is not None:
            document_request(body)(call)
        if if_match:
            document_headers(IfMatch)(call)
        call.is_body_optional = optional_body  # type: ignore[attr-defined]
        return call

    return decorate


# ------------------------------------------------------------------ in


def read_query(model: type[M]) -> M:
    """The query of this request; 400 with the place of everything that is wrong."""
    try:
        return model.model_validate(request.args.to_dict(), by_alias=True, by_name=False)
    except ValidationError as error:
        raise refused(400, "The query is not valid", problems_of(error, "?")) from None


async def read_body(model: type[M], is_optional: bool = False) -> M:
    """The JSON body of this request; 415 for another type, 400 with the place of everything that is wrong."""
    content = await request.get_data(cache=False)
    if not content and is_optional:
        return model()
    if request.mimetype != "application/json":
        text = f"the body must be application/json, not {request.mimetype or 'of no type'}"
        raise Refused(problem(415, "Unsupported media type", text))
    try:
        value = decode(content)
    except ValueError as error:
        raise refused(400, "The body is not JSON", [Problem(str(error), code="json")]) from None
    return parsed(model, value)


def parsed(model: type[M], value: Any) -> M:
    """A JSON value as a model, types taken strictly."""
    try:
        return model.model_validate(value, strict=True, by_alias=True, by_name=False)
    except ValidationError as error:
        raise refused(400, "The body is not valid", problems_of(error)) from None


def expected_etag() -> str | None:
    """What If-Match names, without its quotes; None when any will do."""
    text = request.headers.get("If-Match", "*").strip()
    return None if text == "*" else text.removeprefix("W/").strip('"')


# ------------------------------------------------------------------ out


def respond(result: BaseModel | Answer | Response | None, status: int) -> Response:
    """A view's result as the response: JSON, or nothing with 204."""
    if result is None:
        return to_response(Reply(204))
    if isinstance(result, Response):
        return result
    answer = result if isinstance(result, Answer) else Answer(result)
    headers = {"Cache-Control": "no-cache"}
    if answer.language:
        headers |= {"Content-Language": answer.language, "Vary": "Accept-Language"}
    if answer.version is not None:
        headers["ETag"] = f'"{answer.version}"'
        if is_known(headers["ETag"]):
            return to_response(Reply(304, headers=headers))
    if answer.location:
        headers["Location"] = answer.location
    return to_response(Reply(status, as_json(answer.body), "application/json", headers))


def as_json(model: BaseModel) -> bytes:
    """A model as the JSON text of an answer."""
    return encode(as_value(model))


def as_value(model: BaseModel) -> Any:
    """A model as the JSON value of an answer; a model that is `sparse` leaves out what nobody has set."""
    sparse = getattr(model, "sparse", False)
    return model.model_dump(mode="json", by_alias=True, exclude_unset=sparse)


def is_known(etag: str) -> bool:
    """Whether the caller of a GET has this already."""
    known = request.headers.get("If-None-Match", "")
    tags = [tag.strip().removeprefix("W/") for tag in known.split(",")]
    return request.method in ("GET", "HEAD") and (etag in tags or known.strip() == "*")


def refused(status: int, title: str, problems: list[Problem]) -> Refused:
    """A refusal whose detail is the first of its problems."""
    detail = problems[0].message if problems else ""
    return Refused(problem(status, title, detail, errors=problems))


async def caught_up(house: House) -> None:
    """Wait until what has been written so far can be read; a store that is down will say so itself."""
    with suppress(UnavailableError):
        await house.store.writer.durable()


@contextmanager
def bad_request(place: str) -> Iterator[None]:
    """What is a ValueError inside is a 400 outside."""
    try:
        yield
    except ValueError as error:
        raise refused(400, "The request is not valid", [Problem(str(error), place, "value")]) from None
