"""Who may not call at all: pages of other sites, and names that are not this server's.

There is no login yet and the server listens on the loopback interface, so a browser on this machine is the way
in for an attacker: with a request from another site, or with a name of his own that resolves to 127.0.0.1.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers

from engine.exchange import Reply, problem
from web.settings import Settings

SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))
_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443"}


def refusal(method: str, headers: Headers, settings: Settings) -> Reply | None:
    """Why a request is not let in, None when it is."""
    host = headers.get("Host", "")
    if not is_ours(host, settings):
        text = f"this server does not answer for {host!r}; set TIDEGATE_BASE_URL to the URL that people use"
        return problem(403, "Forbidden", text)
    if method not in SAFE_METHODS and is_cross_site(headers):
        return problem(403, "Forbidden", "pages of other sites may not change anything here")
    return None


def is_cross_site(headers: Headers) -> bool:
    """Whether a browser says that a page of another origin sent this."""
    if headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        return True
    origin = headers.get("Origin")
    return origin is not None and not is_same_host(origin, headers.get("Host", ""))


def is_same_host(origin: str, host: str) -> bool:
    """Whether an Origin is the host and port of the request; a proxy may have taken TLS off in between."""
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return False
    default = _PORTS.get(parts.scheme)
    if not parts.hostname or default is None:
        return False
    name, _, given = host.rpartition(":") if host.rpartition(":")[2].isdigit() else (host, "", "")
    return parts.hostname == name.strip("[]").lower() and str(port or default) == (given or default)


def is_ours(host: str, settings: Settings) -> bool:
    """Whether a Host header names this server. Only one that listens on loopback knows what it may be called."""
    bound = _name(settings.bind)
    if not _is_loopback(bound):
        return True
    name = _name(host)
    public = urlsplit(settings.public_url).hostname
    return _is_loopback(name) or _is_address(name) or name in (bound, public)


def _name(host: str) -> str:
    """A host without its port, in lower case."""
    name, _, port = host.rpartition(":")
    return (name if name and port.isdigit() else host).strip("[]").lower()


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    return _is_address(name) and ipaddress.ip_address(name).is_loopback


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
