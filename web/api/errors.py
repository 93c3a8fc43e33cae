"""What an exception of the engine or the store means to a caller of the management API."""

from __future__ import annotations

from quart import Blueprint, Response

from engine.errors import ChainError, ConflictError, ConversionError, MissingError, Problem, ScriptError
from engine.exchange import problem
from web.api.wire import Refused
from web.door import to_response


def register(blueprint: Blueprint) -> None:
    """Let a blueprint, and those inside it, answer errors as problem+json."""
    blueprint.register_error_handler(Refused, _refused)
    blueprint.register_error_handler(MissingError, _missing)
    blueprint.register_error_handler(ConflictError, _conflict)
    blueprint.register_error_handler(ChainError, _chain)
    blueprint.register_error_handler(ScriptError, _script)
    blueprint.register_error_handler(ConversionError, _conversion)


async def _refused(error: Refused) -> Response:
    return to_response(error.reply)


async def _missing(error: MissingError) -> Response:
    return to_response(problem(404, "Not found", str(error)))


async def _conflict(error: ConflictError) -> Response:
    return to_response(problem(409, "Conflict", str(error)))


async def _chain(error: ChainError) -> Response:
    return to_response(problem(422, "The rule chain has errors", str(error), errors=error.problems))


async def _script(error: ScriptError) -> Response:
    found = Problem(error.message, "/script", "script", error.line, error.column)
    return to_response(problem(400, "The script does not compile", str(error), errors=[found]))


async def _conversion(error: ConversionError) -> Response:
    return to_response(problem(400, "The data cannot be converted", str(error), errors=error.problems))
