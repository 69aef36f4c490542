"""Headers on their way: nothing of ours reaches an app, nothing of an app reaches beyond its own origin."""

from forgecrew.core.app_access import COOKIE
from forgecrew.hosting.headers import ADDED, inwards, outwards

HOST = (b"host", b"one.apps.localhost")


def test_an_app_sees_neither_our_cookies_nor_what_others_claim_of_the_caller() -> None:
    cookies = f"a=1; {COOKIE}=proof; __Host-{COOKIE}=proof; forgecrew_login=secret; b=2".encode()
    claimed = [(b"x-forwarded-for", b"9.9.9.9"), (b"forwarded", b"for=9.9.9.9"), (b"x-real-ip", b"9.9.9.9")]
    hops = [(b"connection", b"close, x-mine"), (b"x-mine", b"1"), (b"te", b"trailers"), (b"upgrade", b"h2c")]
    found = inwards([HOST, (b"cookie", cookies), *claimed, *hops], upgrade=b"", chunked=False, client="127.0.0.1", https=False)
    told = dict(found)
    assert len(found) == len(told), "nothing is told twice"
    assert told.pop(b"cookie").replace(b" ", b"") == b"a=1;b=2"
    assert told == {
        **dict([HOST]), b"x-forwarded-for": b"127.0.0.1", b"x-forwarded-host": HOST[1], b"x-forwarded-proto": b"http",
    }  # fmt: skip


def test_only_our_cookies_leave_no_cookie_header() -> None:
    found = inwards([HOST, (b"cookie", f"{COOKIE}=x".encode())], upgrade=b"", chunked=False, client="", https=True)
    assert b"cookie" not in dict(found) and dict(found)[b"x-forwarded-proto"] == b"https"


def test_an_upgrade_and_a_chunked_body_are_passed_on_by_us() -> None:
    found = dict(inwards([HOST], upgrade=b"websocket", chunked=True, client="", https=False))
    assert (found[b"connection"], found[b"upgrade"], found[b"transfer-encoding"]) == (b"upgrade", b"websocket", b"chunked")


def test_an_apps_cookies_stay_with_its_own_host_and_our_policy_is_added() -> None:
    wide = (b"set-cookie", b"a=1; Domain=apps.localhost; Path=/")
    stolen = (b"set-cookie", f"{COOKIE}=forged; Path=/".encode())
    found = outwards([(b"content-type", b"text/html"), wide, stolen, (b"referrer-policy", b"unsafe-url")])
    kept = [value.lower() for name, value in found if name == b"set-cookie"]
    assert kept and all(b"domain" not in value and COOKIE.encode() not in value for value in kept)
    assert [value for name, value in found if name == b"referrer-policy"] == [dict(ADDED)[b"referrer-policy"]]
    assert set(ADDED) <= set(found)
