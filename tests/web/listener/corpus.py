"""Bytes that two servers could read in two ways, or that are no request at all, and what is said to them."""

from __future__ import annotations

P, H = b"POST /now HTTP/1.1\r\n", b"Host: tide\r\n"
CHUNK = b"5\r\nhello\r\n0\r\n\r\n"


def with_headers(*lines: bytes, body: bytes = b"") -> bytes:
    """A POST with these header lines."""
    return P + H + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


def with_coding(coding: bytes) -> bytes:
    """A POST whose body is chunked, but says so in another way."""
    return with_headers(b"Transfer-Encoding:" + coding, body=CHUNK)


def with_length(length: bytes) -> bytes:
    """A POST with this Content-Length."""
    return with_headers(b"Content-Length:" + length, body=b"hello")


def with_chunks(body: bytes) -> bytes:
    """A POST with these bytes as its chunked body."""
    return with_headers(b"Transfer-Encoding: chunked", body=body)


def with_line(line: bytes) -> bytes:
    """A GET with this request line."""
    return line + b"\r\n" + H + b"\r\n"


CHUNKED, FIVE = b"Transfer-Encoding: chunked", b"Content-Length: 5"

# name -> (bytes, status). The status is the only answer; nothing of what follows may be read as a request.
REFUSED: dict[str, tuple[bytes, int]] = {
    # two ways to say how long a body is
    "CL.TE": (with_headers(FIVE, CHUNKED, body=CHUNK), 400),
    "TE.CL": (with_headers(CHUNKED, FIVE, body=CHUNK), 400),
    "TE.TE": (with_headers(CHUNKED, CHUNKED, body=CHUNK), 400),
    "TE.TE identity": (with_headers(CHUNKED, b"Transfer-Encoding: identity", body=CHUNK), 400),
    "TE identity.TE": (with_headers(b"Transfer-Encoding: identity", CHUNKED, body=CHUNK), 501),
    "TE xchunked": (with_coding(b" xchunked"), 400),
    "TE chunked, identity": (with_coding(b" chunked, identity"), 400),
    "TE gzip, chunked": (with_coding(b" gzip, chunked"), 501),
    "TE chunked twice in a line": (with_coding(b" chunked, chunked"), 400),
    "TE quoted": (with_coding(b' "chunked"'), 400),
    "TE with vertical tab": (with_coding(b" \x0bchunked"), 400),
    "TE with NUL": (with_coding(b" chunked\0"), 400),
    "TE with parameter": (with_coding(b" chunked;a=b"), 400),
    "TE empty": (with_coding(b""), 400),
    "TE folded": (with_coding(b"\r\n chunked"), 400),
    "TE behind a space": (with_headers(b"Transfer-Encoding : chunked", body=CHUNK), 400),
    "TE in a line of another": (with_headers(b"X: a\rTransfer-Encoding: chunked", body=CHUNK), 400),
    "TE behind a bare LF": (with_headers(b"X: a\nTransfer-Encoding: chunked", body=CHUNK), 400),
    "TE in HTTP/1.0": (b"POST /now HTTP/1.0\r\n" + CHUNKED + b"\r\n\r\n" + CHUNK, 400),
    "CL twice": (with_headers(FIVE, b"Content-Length: 6", body=b"hello!"), 400),
    "CL twice the same": (with_headers(FIVE, FIVE, body=b"hello"), 400),
    "CL as a list": (with_length(b" 5, 5"), 400),
    "CL with plus": (with_length(b" +5"), 400),
    "CL with a gap": (with_length(b" 5 5"), 400),
    "CL negative": (with_length(b" -5"), 400),
    "CL hexadecimal": (with_length(b" 0x5"), 400),
    "CL empty": (with_length(b""), 400),
    "CL with letters": (with_length(b" 5a"), 400),
    "CL with other digits": (with_length(b" \xb2"), 400),
    "CL too large for 64 bits": (with_length(b" 99999999999999999999"), 400),
    "CL huge": (with_length(b" 9999999999999999999"), 413),
    "CL above the limit": (with_length(b" 1048577"), 413),
    "CL folded": (with_length(b"\r\n 5"), 400),
    # lines
    "bare LF everywhere": (P.replace(b"\r", b"") + b"Host: tide\n\n", 400),
    "bare LF after the request line": (b"POST /now HTTP/1.1\n" + H + b"\r\n", 400),
    "bare LF at the end": (P + H + b"\n", 400),
    "bare CR in a value": (with_headers(b"X: a\rb"), 400),
    "bare CR for a line end": (P + b"X: a\rHost: tide\r\n\r\n", 400),
    "CR CR LF": (with_headers(b"X: a\r"), 400),
    "folded line": (with_headers(b"X: a", b" b"), 400),
    "folded by a tab": (with_headers(b"X: a", b"\tb"), 400),
    "first line folded": (P + b" " + H + b"\r\n", 400),
    "space before colon": (with_headers(b"X : a"), 400),
    "tab before colon": (with_headers(b"X\t: a"), 400),
    "no colon": (with_headers(b"X"), 400),
    "no name": (with_headers(b": a"), 400),
    "NUL in a value": (with_headers(b"X: a\0b"), 400),
    "NUL in a name": (with_headers(b"X\0: a"), 400),
    "control character": (with_headers(b"X: a\x01"), 400),
    "DEL": (with_headers(b"X: a\x7f"), 400),
    "no ASCII in a name": (with_headers(b"X\xe4: a"), 400),
    "brackets in a name": (with_headers(b"X[1]: a"), 400),
    # whom it is for
    "no Host": (P + b"\r\n", 400),
    "Host twice": (P + H + H + b"\r\n", 400),
    "Host twice, different": (P + H + b"Host: other\r\n\r\n", 400),
    "Host as a list": (P + b"Host: a, b\r\n\r\n", 400),
    "Host with a path": (P + b"Host: a/b\r\n\r\n", 400),
    "Host with a user": (P + b"Host: a@b\r\n\r\n", 400),
    "Host with a space": (P + b"Host: a b\r\n\r\n", 400),
    "absolute form": (with_line(b"GET http://tide/now HTTP/1.1"), 400),
    "absolute form of another": (with_line(b"GET http://other/now HTTP/1.1"), 400),
    "CONNECT": (with_line(b"CONNECT tide:80 HTTP/1.1"), 501),
    "asterisk": (with_line(b"OPTIONS * HTTP/1.1"), 400),
    "fragment": (with_line(b"GET /now#a HTTP/1.1"), 400),
    # the request line
    "unknown method": (with_line(b"FOO /now HTTP/1.1"), 501),
    "method in small letters": (with_line(b"get /now HTTP/1.1"), 400),
    "two spaces": (with_line(b"GET  /now HTTP/1.1"), 400),
    "tab": (with_line(b"GET\t/now HTTP/1.1"), 400),
    "space at the end": (with_line(b"GET /now HTTP/1.1 "), 400),
    "space in the target": (with_line(b"GET /now now HTTP/1.1"), 400),
    "control character in the target": (with_line(b"GET /now\x01 HTTP/1.1"), 400),
    "no ASCII in the target": (with_line(b"GET /now\xe4 HTTP/1.1"), 400),
    "space before the method": (with_line(b" GET /now HTTP/1.1"), 400),
    "two empty lines before": (b"\r\n\r\n" + with_line(b"GET /now HTTP/1.1"), 400),
    "bare LF before": (b"\n" + with_line(b"GET /now HTTP/1.1"), 400),
    "bare CR before": (b"\r" + with_line(b"GET /now HTTP/1.1"), 400),
    # other protocols
    "HTTP/0.9": (b"GET /now\r\n\r\n", 400),
    "HTTP/1.2": (with_line(b"GET /now HTTP/1.2"), 505),
    "HTTP/2.0": (with_line(b"GET /now HTTP/2.0"), 505),
    "HTTP/1.10": (with_line(b"GET /now HTTP/1.10"), 400),
    "HTTP/2 preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), 400),
    "SSH": (b"SSH-2.0-OpenSSH_9\r\n\r\n", 400),
    "RTSP": (with_line(b"SETUP /now RTSP/1.0"), 400),
    "ICE": (with_line(b"SOURCE /now ICE/1.0"), 400),
    "upgrade to WebSocket": (with_headers(b"Connection: Upgrade", b"Upgrade: websocket"), 501),
    "upgrade to h2c": (with_headers(b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c"), 501),
    "another expectation": (with_headers(b"Expect: 200-ok", b"Content-Length: 0"), 417),
    # chunks
    "chunk size too large": (with_chunks(b"FFFFFFFFFFFFFFFF\r\n"), 400),
    "chunk size that wraps": (with_chunks(b"100000000000000005\r\nhello\r\n0\r\n\r\n"), 400),
    "chunk above the limit": (with_chunks(b"7FFFFFFF\r\n"), 413),
    "chunk size with 0x": (with_chunks(b"0x5\r\nhello\r\n0\r\n\r\n"), 400),
    "chunk size with plus": (with_chunks(b"+5\r\nhello\r\n0\r\n\r\n"), 400),
    "chunk size negative": (with_chunks(b"-5\r\nhello\r\n0\r\n\r\n"), 400),
    "chunk size empty": (with_chunks(b"\r\nhello\r\n0\r\n\r\n"), 400),
    "chunk size with a space before": (with_chunks(b" 5\r\nhello\r\n0\r\n\r\n"), 400),
    "chunk size with a space behind": (with_chunks(b"5 \r\nhello\r\n0\r\n\r\n"), 400),
    "chunk size with an underscore": (with_chunks(b"0_5\r\nhello\r\n0\r\n\r\n"), 400),
    "chunk size with bare LF": (with_chunks(b"5\nhello\r\n0\r\n\r\n"), 400),
    "chunk size with bare CR": (with_chunks(b"5\rhello\r\n0\r\n\r\n"), 400),
    "chunk extension of 300 bytes": (with_chunks(b"5;" + b"a" * 300 + b"\r\nhello\r\n0\r\n\r\n"), 400),
    "chunk extension with bare LF": (with_chunks(b"5;a\n\r\nhello\r\n0\r\n\r\n"), 400),
    "chunk extension with bare CR": (with_chunks(b"5;a\rb\r\nhello\r\n0\r\n\r\n"), 400),
    "chunk longer than it says": (with_chunks(b"3\r\nhello\r\n0\r\n\r\n"), 400),
    "chunk without CRLF": (with_chunks(b"5\r\nhello0\r\n\r\n"), 400),
    "chunk with bare LF behind": (with_chunks(b"5\r\nhello\n0\r\n\r\n"), 400),
    "chunk with bare CR behind": (with_chunks(b"5\r\nhello\r0\r\n\r\n"), 400),
    "trailer folded": (with_chunks(b"0\r\nX: a\r\n b\r\n\r\n"), 400),
    "trailer without colon": (with_chunks(b"0\r\nX\r\n\r\n"), 400),
    "trailer with bare LF": (with_chunks(b"0\r\nX: a\nY: b\r\n\r\n"), 400),
    "end with bare LF": (with_chunks(b"0\r\n\n"), 400),
    # too much
    "URL of 9,000 bytes": (with_line(b"GET /" + b"a" * 9_000 + b" HTTP/1.1"), 414),
    "first line without end": (b"GET /" + b"a" * 70_000, 414),
    "head of 40,000 bytes": (with_headers(b"X: " + b"a" * 40_000), 431),
    "head without end": (P + H + b"X: a\r\n" * 20_000, 431),
    "101 headers": (with_headers(*[b"X: a"] * 100), 431),
}

# What is let through, and the body that the desk sees: the corpus must not refuse what is right.
TAKEN: dict[str, tuple[bytes, bytes]] = {
    "length": (with_headers(FIVE, body=b"hello"), b"hello"),
    "length with spaces": (with_headers(b"Content-Length: \t5 \t", body=b"hello"), b"hello"),
    "length with zeros": (with_headers(b"Content-Length: 0005", body=b"hello"), b"hello"),
    "no body": (with_headers(), b""),
    "chunks": (with_chunks(CHUNK), b"hello"),
    "chunks in capitals": (with_headers(b"TRANSFER-ENCODING: CHUNKED", body=CHUNK), b"hello"),
    "chunks with zeros, extensions and trailers": (
        with_chunks(b"00000005;a=b;c\r\nhello\r\n000;x\r\nX: a\r\nY:\r\n\r\n"),
        b"hello",
    ),
    "100 headers": (with_headers(*[b"X: a"] * 99), b""),
    "an empty Host": (P + b"Host:\r\n\r\n", b""),
    "a Host with a port": (P + b"Host: [::1]:8081\r\n\r\n", b""),
    "an empty line before": (b"\r\n" + with_headers(), b""),
    "values of all printable bytes": (
        with_headers(b"X: " + bytes(range(32, 127)) + bytes(range(128, 256))),
        b"",
    ),
    "HTTP/1.0 without Host": (b"POST /now HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", b""),
}
