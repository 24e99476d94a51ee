import pytest

from launch.arrival import LARGEST_BODY, LARGEST_HEAD, Arrival, Refused

GET = b"GET /livez HTTP/1.1\r\nHost: clinic\r\n\r\n"
FORM = b"POST /holds HTTP/1.1\r\nHost: clinic\r\nContent-Length: 5\r\n\r\nhello"


@pytest.mark.parametrize(
    "request_", [GET, FORM, FORM.replace(b"Content-Length", b"content-LENGTH")]
)
@pytest.mark.parametrize("piece", [1, 2, 3, 7, 1000])
def test_a_request_is_whole_with_its_last_byte_and_not_before(request_, piece):
    arrival = Arrival()

    said = [
        arrival.add(request_[start : start + piece]) for start in range(0, len(request_), piece)
    ]

    assert said == [False] * (len(said) - 1) + [True]
    assert arrival.taken() == request_


def test_empty_lines_before_a_request_are_passed_over():
    arrival = Arrival()

    assert not arrival.add(b"\r\n\r\n")
    assert not arrival.has_begun
    assert arrival.add(b"\r\n" + GET)
    assert arrival.taken() == GET


def test_what_comes_after_a_request_is_kept_for_the_next():
    arrival = Arrival()

    assert arrival.add(FORM + GET)
    assert arrival.taken() == FORM + GET


def head(*fields):
    return b"\r\n".join((b"POST /holds HTTP/1.1", b"Host: clinic", *fields, b"", b""))


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ([b"Transfer-Encoding: chunked"], 411),
        ([b"transfer-encoding : identity"], 411),
        ([b"Content-Length: 5", b"Transfer-Encoding: chunked"], 400),
        ([b"Transfer-Encoding: chunked", b"Content-Length: 5"], 400),
        ([b"Content-Length: 5", b"Content-Length: 5"], 400),
        ([b"Content-Length: 5", b"Content-Length: 6"], 400),
        ([b"Content-Length: 5, 5"], 400),
        ([b"Content-Length: +5"], 400),
        ([b"Content-Length: -1"], 400),
        ([b"Content-Length: 0x5"], 400),
        ([b"Content-Length:"], 400),
        ([b"Content-Length: \xb2"], 400),
        ([b"Content-Length: %d" % (LARGEST_BODY + 1)], 413),
        ([b"Content-Length: " + b"9" * 5000], 413),
        ([b"X-Long: " + b"x" * LARGEST_HEAD], 431),
    ],
)
def test_a_request_of_which_two_readers_could_make_two_is_refused(fields, status):
    with pytest.raises(Refused, match=rf"^{status} "):
        Arrival().add(head(*fields))


def test_headers_without_end_are_refused_before_they_end():
    arrival = Arrival()

    arrival.add(b"GET / HTTP/1.1\r\n" + b"x" * (LARGEST_HEAD - 20))

    with pytest.raises(Refused, match=r"^431 "):
        arrival.add(b"x" * 20)


def test_a_client_that_waits_for_a_word_gets_it_and_the_site_never_hears_of_it():
    arrival = Arrival()

    assert not arrival.add(head(b"Expect: 100-continue", b"Content-Length: 5"))
    assert arrival.wants_a_word
    assert arrival.add(b"hello")
    assert b"Expect" not in arrival.taken()
    assert arrival.taken().endswith(b"\r\n\r\nhello")
