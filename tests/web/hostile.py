"""Words that no field asks for, and requests that no browser sends."""

NUL = "\0"
LONE = "\ud800"

WORDS = (
    "",
    " ",
    NUL,
    f"a{NUL}b",
    "\ufffd",
    "\x1b[31m\x7f\x85",
    "\u202e\u200f\u2066\ufeff\u2028",
    "é" * 40,
    "x" * 5_000,
    "🦋" * 300,
    "'; DROP TABLE appointment; --",
    "<script>{{ 7 * 7 }}</script>",
    "%00%ff%s%n",
    "../../../../etc/passwd",
    "\r\nSet-Cookie: a=b",
    "-1",
    "0",
    "1e400",
    "NaN",
    "99999999999999999999999999",
    "-9223372036854775809",
    "2147483648",
    "٣",
    "²",
    "true",
    "null",
    "[]",
    '{"a": [1]}',
)

DATES = (
    "0001-01-01",
    "0001-01-02",
    "9999-12-31",
    "9999-12-30",
    "-0001-01-01",
    "10000-01-01",
    "2026-02-30",
    "20260301",
    "2026-W01-1",
    "2026-03-01T00:00:00",
)

INSTANTS = (
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "0002-01-01T00:00:00Z",
    "9998-12-31T23:59:59Z",
    "2026-03-03T14:00:00",
    "2026-03-03T14:00:00+99:99",
    "2026-03-08T02:30:00Z",
    "00010101T000000.000000_00000000-0000-0000-0000-000000000000",
    "99991231T235959.999999_ffffffff-ffff-ffff-ffff-ffffffffffff",
)

IDS = (
    "00000000-0000-0000-0000-000000000000",
    "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
    "ffffffffffffffffffffffffffffffff",
    "{ffffffff-ffff-ffff-ffff-ffffffffffff}",
    "urn:uuid:ffffffff-ffff-ffff-ffff-ffffffffffff",
    "ffffffff-ffff-ffff-ffff-fffffffffff",
    "٠" * 32,
)

ZONES = ("Pacific/Kiritimati", "Etc/GMT+12", "../UTC", "America", "localtime", "posix/UTC")

SHARP = (
    f"a{NUL}b",
    "x" * 5_000,
    "\u202e\u200f\u2066\ufeff\u2028",
    "99999999999999999999999999",
    "-1",
    "0001-01-01",
    "9999-12-31",
    "9999-12-31T23:59:59Z",
    "ffffffffffffffffffffffffffffffff",
)
"""What found something once, and what stands for many others."""

ALL = WORDS + DATES + INSTANTS + IDS + ZONES

RAW_PATHS = (b"%ff", b"%c0%80", b"%ed%a0%80", b"%00", b"%", b"%zz", b"%2f", b"%0d%0a", b"%F0%9F")

HEADERS = (
    ("Accept", "application/json;q=zzz, */*;q=-1"),
    ("Accept", "\xff\xfe"),
    ("Accept-Language", "\xff;q=2, *;q=\0"),
    ("Accept-Encoding", "gzip;q=nan, \xff"),
    ("Authorization", "Bearer \xff\xfe"),
    ("Authorization", "Basic ====="),
    ("Content-Type", "application/x-www-form-urlencoded; charset=utf-7"),
    ("Content-Type", "text/html; charset=\xff"),
    ("Content-Type", "multipart/form-data"),
    ("Content-Type", "multipart/form-data; boundary=\xff"),
    ("Content-Type", "application/json"),
    ("Content-Type", "\xff"),
    ("Cookie", "lupine=\xff; tz=%00%ff; lupine=a.b.c; \x01=\x02"),
    ("Cookie", "tz=" + "x" * 4_000),
    ("Cookie", "=; ; a"),
    ("If-Modified-Since", "Mon, 99 Foo 0000 99:99:99 GMT"),
    ("If-Modified-Since", "Sat, 01 Jan 99999 00:00:00 GMT"),
    ("If-None-Match", '"\xff", W/"'),
    ("If-Range", "\xff"),
    ("Range", "bytes=99999999999999999999-"),
    ("Range", "bytes=-1,5-2,a-b"),
    ("Range", "\xff"),
    ("Referer", "http://[::1"),
    ("Origin", "null"),
    ("Host", "[::"),
    ("Host", "\xff"),
    ("Host", "a" * 3_000),
    ("X-Forwarded-For", "\xff, 999.1.1.1, ::ffff:1.2.3.4%eth0"),
    ("Forwarded", "for=\xff"),
    ("Sec-Fetch-Site", "\xff"),
    ("X-CSRFToken", "\xff"),
    ("X-Twilio-Signature", "\xff"),
    ("Content-Length", "-1"),
    ("Content-Length", "99999999999999999999"),
    ("Content-Length", "abc"),
    ("Transfer-Encoding", "chunked"),
    ("X-HTTP-Method-Override", "DELETE"),
)

BODIES = (
    (b"\xff\xfe\x00=%ff%00&&==&a", "application/x-www-form-urlencoded"),
    (b"a=1&" * 3_000, "application/x-www-form-urlencoded"),
    (b"{" * 5_000, "application/json"),
    (b'{"csrf_token": {"a": []}}', "application/json"),
    (b"<x/>", "text/xml"),
    (b"--x\r\n", "multipart/form-data; boundary=x"),
    (
        b"--x\r\nContent-Disposition: form-data\r\n\r\n\xff\r\n--x--",
        "multipart/form-data; boundary=x",
    ),
    (
        b'--x\r\nContent-Disposition: form-data; name="words"\r\n'
        b"Content-Type: text/plain; charset=utf-16\r\n\r\n\xff\xfe\r\n--x--\r\n",
        "multipart/form-data; boundary=x",
    ),
    (
        b'--x\r\nContent-Disposition: form-data; name="email"; filename="\xff\x00.png"\r\n'
        b"Content-Type: image/png\r\n\r\n\x00\x01\r\n--x--\r\n",
        "multipart/form-data; boundary=x",
    ),
    (
        b'--x\r\nContent-Disposition: form-data; name="' + b"n" * 9_000,
        "multipart/form-data; boundary=x",
    ),
    (b"x" * 300_000, "application/x-www-form-urlencoded"),
)

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "x")
