"""What a request brings and what converters make of it, as values.

These are made for each message, so they are msgspec's. It reads a class's annotations and options, which compiled
classes do not keep: this module is never compiled (a test sees to it).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec

from engine.values import Value

MAX_NAME: Final = 255


class Call(msgspec.Struct, gc=False):
    """What an HTTP request brings to an integration; header names in lower case.

    `key` is the routing key and `path` what stands behind it; without a key it is the whole path.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    remote: str
    key: str = ""


class Usual(msgspec.Struct, gc=False, rename="camel"):
    """An entry of an uplink as nearly all are, which C code can read; any other is read slowly, and so is what is wrong."""

    device_name: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_NAME)]
    device_type: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_NAME)] = "default"
    device_label: Annotated[str, msgspec.Meta(max_length=MAX_NAME)] = ""
    label: Annotated[str, msgspec.Meta(max_length=MAX_NAME)] = ""
    attributes: Value = None
    telemetry: Value = None
    asset_name: msgspec.UnsetType = msgspec.UNSET
