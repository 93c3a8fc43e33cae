"""The data listener: devices speak HTTP/1.1 to it on an address of its own, by httptools on uvloop."""

from web.listener.limits import Limits
from web.listener.server import Listener

__all__ = ["Limits", "Listener"]
