"""Under which URLs devices reach this server, as far as a person who looks at a page needs to know."""

from __future__ import annotations

from typing import NamedTuple

from quart import has_request_context, request

from web.settings import Settings

_ANYWHERE = frozenset(("0.0.0.0", "::", "[::]", "*"))


class Doors(NamedTuple):
    """The URL of the main door, and that of the data listener ("" when there is none to speak of)."""

    main: str
    data: str


def doors(settings: Settings) -> Doors:
    """What an operator said comes first; an address that means every interface is shown as the name that was called."""
    scheme = "https" if settings.certificate else "http"
    main = settings.base_url or f"{scheme}://{_reachable(settings.bind)}"
    # Who gives a URL for devices stands behind a proxy: the address of the listener would lead past it.
    own = (
        f"{scheme}://{_reachable(settings.data_bind)}" if settings.data_bind and not settings.base_url else ""
    )
    return Doors(main.rstrip("/"), (settings.data_base_url or own).rstrip("/"))


def _reachable(bind: str) -> str:
    host, _, port = bind.rpartition(":")
    if host not in _ANYWHERE or not has_request_context():
        return bind
    return f"{_called()}:{port}"


def _called() -> str:
    """The host that the caller of this request used, without its port."""
    name = request.host
    host, _, port = name.rpartition(":")
    return host if host and port.isdigit() else name
