"""A request's head: raw bytes -> Head, or Refused. The only door to httptools.

httptools reads it; what it lets pass although two servers could read it in two ways is refused here first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote

import httptools

from web.endpoint import PREFIX, split
from web.listener.limits import Limits
from web.listener.responses import STAYS, STAYS_OLD

NOTHING: Mapping[str, str] = {}
KEPT_HEADS, KEPT_BYTES = 1024, 1024  # how many heads are remembered, and how long they may be
_VERSION_BYTES = 32  # method, spaces and version beside the target of a request line

# The whole head, byte by byte: one method, one target, each line with CR and LF, names without space, no
# folded lines, no control characters. No two ways to read it; the quantifiers never give back (linear time).
_HEAD = re.compile(
    rb"[A-Z-]++ [!-\"$-~]++ HTTP/1\.([01])\r\n"
    rb"(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]++:[\t\x20-\x7e\x80-\xff]*+\r\n)*+\r\n"
)
_OTHER_VERSION = re.compile(rb"[A-Z-]+ \S+ HTTP/(?!1\.[01]\r)\d\.\d\r\n")
_BARE_LF = re.compile(rb"(?<!\r)\n")
_HOST = re.compile(r"[A-Za-z0-9._~!$&'()*+;=%:\[\]-]*")
_COMMON = (
    "Accept Accept-Encoding Authorization Connection Content-Length Content-Type Date Expect Host "
    "Transfer-Encoding User-Agent X-Forwarded-For X-Real-IP X-Request-ID"
)
_NAMES = {word.encode(): word.lower() for word in f"{_COMMON} {_COMMON.lower()}".split()}
_METHODS = {b"POST": "POST", b"GET ": "GET"}


class Refused(Exception):
    """What came is not a request that is answered any other way; the connection ends with this."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail


def bad(detail: str) -> Refused:
    """400."""
    return Refused(400, "Bad request", detail)


class Head:
    """What the head of a request says; as a callback object, it is filled by httptools."""

    __slots__ = (
        "chunked",
        "end",
        "expects",
        "headers",
        "is_bodiless",
        "is_old",
        "keep_alive",
        "key",
        "length",
        "method",
        "path",
        "query",
        "raw",
        "size",
        "url",
    )

    def __init__(self) -> None:
        self.raw = b""  # all of it, up to and with the empty line
        self.size = -1  # of the whole request, when that is known and the head is worth remembering
        self.method = ""
        self.url = b""
        self.key = ""  # the routing key of an integration, and `path` what stands behind it
        self.path = ""
        self.headers: dict[str, str] = {}
        self.query = NOTHING
        self.length = 0
        self.chunked = False
        self.expects = False
        self.keep_alive = False
        self.is_old = False  # HTTP/1.0
        self.end = STAYS  # what ends the head of the answer while the connection stays
        self.is_bodiless = False  # HEAD: the answer has no body

    def on_url(self, url: bytes) -> None:
        """Called by httptools."""
        self.url += url

    def on_header(self, raw: bytes, value: bytes) -> None:
        """Called by httptools for each header line."""
        name = _NAMES.get(raw) or raw.lower().decode("latin-1")
        headers, text = self.headers, value.strip(b" \t").decode("latin-1")
        headers[name] = f"{headers[name]}, {text}" if name in headers else text


def check_start(data: bytes, at: int, limits: Limits) -> None:
    """Refuse what can be no good head, although its end has not come yet."""
    if not 65 <= data[at] <= 90:
        raise bad("this is not HTTP")
    longest = limits.url_bytes + _VERSION_BYTES
    if data.find(b"\n", at, at + longest) < 0 and len(data) - at >= longest:
        raise Refused(414, "URI too long", f"a URL may have {limits.url_bytes} bytes")
    if _BARE_LF.search(data, at, at + limits.header_bytes):
        raise bad("a line ends without CR")
    if len(data) - at > limits.header_bytes:
        raise too_large(f"a head may have {limits.header_bytes} bytes")


def too_large(detail: str) -> Refused:
    """431."""
    return Refused(431, "Request header fields too large", detail)


def read_head(raw: bytes, limits: Limits) -> Head:
    """The head whose bytes these are, up to and with the empty line."""
    match = _HEAD.fullmatch(raw)
    if match is None or len(raw) > limits.header_bytes:
        check_start(raw, 0, limits)
        if _OTHER_VERSION.match(raw):
            raise Refused(505, "HTTP version not supported", "HTTP/1.1 and HTTP/1.0 are spoken here")
        raise bad("the head is malformed")
    head = Head()
    head.raw = raw
    parser = httptools.HttpRequestParser(head)
    try:
        parser.feed_data(raw)
    except httptools.HttpParserUpgrade:
        raise Refused(501, "Not implemented", "there is no other protocol to upgrade to") from None
    except httptools.HttpParserInvalidMethodError:
        raise Refused(501, "Not implemented", "this method is not known") from None
    except httptools.HttpParserError as error:
        raise bad(str(error)) from None
    head.method = _METHODS.get(raw[:4]) or parser.get_method().decode()
    head.is_bodiless = head.method == "HEAD"
    head.is_old = match[1] == b"0"
    head.end = STAYS_OLD if head.is_old else STAYS
    _connection(head)
    _target(head, limits)
    if raw.count(b"\n") - 2 > limits.headers:
        raise too_large(f"a head may have {limits.headers} headers")
    _host(head)
    _framing(head, limits)
    if not head.chunked and len(raw) <= KEPT_BYTES:
        head.size = len(raw) + head.length
    return head


class Heads:
    """Heads as they were read: devices send the same ones again and again, and so do others of their kind."""

    __slots__ = ("_limits", "known")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.known: dict[bytes, Head] = {}

    def find(self, raw: bytes) -> Head:
        """The head whose bytes these are; it is shared, so nobody changes it."""
        head = self.known.get(raw)
        if head is None:
            head = read_head(raw, self._limits)
            if len(raw) <= KEPT_BYTES:
                if len(self.known) >= KEPT_HEADS:
                    self.known.clear()
                self.known[raw] = head
        return head


def _connection(head: Head) -> None:
    """Whether it stays after this request; httptools knows that only until the request is complete."""
    asked = head.headers.get("connection")
    if asked is None:
        head.keep_alive = not head.is_old
    else:
        words = {word.strip() for word in asked.lower().split(",")}
        head.keep_alive = "close" not in words and (not head.is_old or "keep-alive" in words)


def _target(head: Head, limits: Limits) -> None:
    if len(head.url) > limits.url_bytes:
        raise Refused(414, "URI too long", f"a URL may have {limits.url_bytes} bytes")
    if not head.url.startswith(b"/"):
        raise bad("the request target must be a path")
    path, _, query = head.url.decode("ascii").partition("?")
    path = unquote(path) if "%" in path else path
    if query:
        head.query = _query(path, query)
    head.key, head.path = split(path)


def _query(path: str, text: str) -> Mapping[str, str]:
    """As at the main door: of several values an integration gets the last, the token API a list with commas."""
    pairs = parse_qsl(text, keep_blank_values=True)
    query: dict[str, str] = {}
    for name, value in pairs:
        joined = name in query and not path.startswith(PREFIX)
        query[name] = f"{query[name]},{value}" if joined else value
    return query


def _host(head: Head) -> None:
    host = head.headers.get("host")
    if host is None:
        if not head.is_old:
            raise bad("HTTP/1.1 needs a Host header")
    elif not _HOST.fullmatch(host):
        raise bad("the Host header is not one host")


def _framing(head: Head, limits: Limits) -> None:
    headers = head.headers
    coding, length = headers.get("transfer-encoding"), headers.get("content-length")
    if coding is not None:
        if length is not None or head.is_old:
            raise bad("Transfer-Encoding does not go with Content-Length or with HTTP/1.0")
        if coding.lower() != "chunked":
            raise Refused(501, "Not implemented", "chunked is the only transfer coding")
        head.chunked = True
    elif length is not None:
        if not (length.isascii() and length.isdigit()):
            raise bad("Content-Length is not one number")
        head.length = int(length) if len(length) < 19 else limits.body_bytes + 1
        if head.length > limits.body_bytes:
            raise body_too_large(limits)
    if "expect" in headers:
        if headers["expect"].lower() != "100-continue":
            raise Refused(417, "Expectation failed", "100-continue is the only expectation")
        head.expects = not head.is_old


def body_too_large(limits: Limits) -> Refused:
    """413."""
    return Refused(413, "Content too large", f"a body may have {limits.body_bytes} bytes")
