"""The OpenAPI document: every call of the management API with named schemas, ready for code generators."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal

from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from quart import Quart
from quart_schema import QuartSchema
from quart_schema.openapi import OpenAPIProvider
from quart_schema.validation import (
    QUART_SCHEMA_REQUEST_ATTRIBUTE,
    QUART_SCHEMA_RESPONSE_ATTRIBUTE,
    DataSource,
)
from werkzeug.routing import BaseConverter, Rule

from web.api.shapes import ProblemDetails

PREFIX = "/manage/"
# A model, and whether it is read or written
Use = tuple[Any, Literal["validation", "serialization"]]
ID_PATTERN = "[0-9A-Za-z_.:-]{1,64}"
_ETAG = {"ETag": {"description": "The version, for If-Match", "schema": {"type": "string"}}}


class Untitled(GenerateJsonSchema):
    """Schemas without titles, which would only say the names of the fields again."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Never."""
        return False


class IdConverter(BaseConverter):
    """Ids in paths; what cannot be one is not found."""

    regex = ID_PATTERN


class Document(OpenAPIProvider):
    """quart-schema's provider with references in place of copies, and problem+json for every error."""

    def __init__(self, app: Quart, extension: QuartSchema) -> None:
        super().__init__(app, extension)
        self._refs: dict[Use, dict[str, Any]] = {}

    def schema(self) -> dict[str, Any]:
        """The whole document."""
        self._refs, definitions = self._schemas()
        found = super().schema()
        found["paths"] = {path: found["paths"][path] for path in sorted(found["paths"])}
        found["components"]["schemas"] = dict(sorted(definitions.items()))
        return found

    def generate_rules(self) -> Iterable[Rule]:
        """Only the management API; devices have a protocol of their own."""
        return (rule for rule in super().generate_rules() if rule.rule.startswith(PREFIX))

    def build_paths(self, rule: Rule) -> tuple[dict[str, Any], dict[str, Any]]:
        """The operations of one path, each with its errors."""
        paths, _ = super().build_paths(rule)
        view: Any = self._app.view_functions[rule.endpoint]
        for operations in paths.values():
            for method, operation in operations.items():
                self._complete(method, operation, view)
        return paths, {}

    def _complete(self, method: str, operation: dict[str, Any], view: Any) -> None:
        operation["description"] = operation.get("description", "").strip()
        operation["responses"] = {str(code): answer for code, answer in operation["responses"].items()}
        problem = {"application/problem+json": {"schema": self._refs[ProblemDetails, "serialization"]}}
        operation["responses"]["default"] = {"description": "What is wrong", "content": problem}
        if "requestBody" in operation:
            operation["requestBody"]["required"] = not view.is_body_optional
        if method == "get" and "200" in operation["responses"]:
            operation["responses"]["200"].setdefault("headers", _ETAG)

    def build_path_parameter(self, name: str, converter: BaseConverter) -> dict[str, Any]:
        """A part of a path."""
        found: dict[str, Any] = super().build_path_parameter(name, converter)
        if isinstance(converter, IdConverter):
            found["schema"]["pattern"] = f"^{ID_PATTERN}$"
        elif "enum" in found["schema"]:
            found["schema"] = {"type": "string", "enum": sorted(found["schema"]["enum"])}
        return found

    def build_headers_parameters(self, model: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """If-Match is all there is."""
        text = "The ETag that the change is based on: 412 when it is not the current one; without it, the change overwrites"
        return [{"name": "If-Match", "in": "header", "description": text, "schema": {"type": "string"}}], {}

    def build_request_body(self, model: Any, source: DataSource) -> tuple[dict[str, Any], dict[str, Any]]:
        """A body by reference."""
        return {"content": {"application/json": {"schema": self._refs[model, "validation"]}}}, {}

    def build_response_object(self, model: Any, headers_model: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """An answer by reference; 204 has no body."""
        if model is None:
            return {"description": "Done"}, {}
        content = {"application/json": {"schema": self._refs[model, "serialization"]}}
        return {"description": (model.__doc__ or "").strip().split("\n")[0], "content": content}, {}

    def operation_id(self, method: str, path: str, func: Callable[..., Any]) -> str:
        """`list_converters` -> `listConverters`."""
        first, *others = func.__name__.split("_")
        return first + "".join(word.capitalize() for word in others)

    def _schemas(self) -> tuple[dict[Use, dict[str, Any]], dict[str, Any]]:
        """A reference for each model as it is read or written, and what they refer to."""
        wanted: dict[Use, None] = {(ProblemDetails, "serialization"): None}
        for rule in self.generate_rules():
            view = self._app.view_functions[rule.endpoint]
            if (body := getattr(view, QUART_SCHEMA_REQUEST_ATTRIBUTE, None)) is not None:
                wanted[body[0], "validation"] = None
            for model, _ in getattr(view, QUART_SCHEMA_RESPONSE_ATTRIBUTE, {}).values():
                if model is not None:
                    wanted[model, "serialization"] = None
        refs, schema = models_json_schema(
            list(wanted), ref_template="#/components/schemas/{model}", schema_generator=Untitled
        )
        return dict(refs), schema.get("$defs", {})
