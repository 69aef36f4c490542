"""Allow-lists: what an entry holds, what is inside whatever its spelling, and what an agent is told."""

import pytest

from forgecrew.core.address import is_internal
from forgecrew.core.destination import destination
from forgecrew.core.egress import Credential, EgressPolicy
from forgecrew.core.egress_decision import INTERNAL, NOT_LISTED, EgressDecision, told
from forgecrew.core.host_name import authority_of, host_of

INSIDE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1", "::", "::1",
    "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::7f00:1", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "2002:7f00:1::",
    "2001:0:4136:e378::1", "2001:db8::1", "fd00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "100::1", "3fff::1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_inside_is_inside_in_every_form(address: str) -> None:
    assert is_internal(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2a00::1"])
def test_outside_is_outside(address: str) -> None:
    assert not is_internal(address)


ODD = [
    "2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "127.1", "0", "127.0.0.1%00.example.org",
    "evil.example\x00.allowed.org", "①②⑦.⓪.⓪.①", "127。0。0。1", "[fe80::1%eth0]", "[fe80::1%25eth0]", "a b", "a\\b.org", "",
    "-a.example.org", "a..org", "x" * 64 + ".org", "[127.0.0.1]", "[::1", "user@example.org", "example.org/", "a\r\nb",
]  # fmt: skip


@pytest.mark.parametrize("text", ODD)
def test_hosts_that_readers_could_read_differently_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"address|host name"):
        host_of(text)


def test_hosts_have_one_form() -> None:
    assert [host_of(text) for text in ("EXAMPLE.org.", "10.0.0.1", "[::FFFF:7f00:1]", "a_b.example.org")] == [
        "example.org", "10.0.0.1", "::ffff:7f00:1", "a_b.example.org",
    ]  # fmt: skip
    assert authority_of("[::1]:8080") == ("::1", 8080)
    for text in ("example.org", "example.org:0", "example.org:65536", "a:b:c", "[::1", ":80"):
        with pytest.raises(ValueError, match=r"."):
            authority_of(text)


def test_an_entry_holds_what_it_says_and_nothing_beside_it() -> None:
    entries = ("api.example.org", "*.pages.example.org", "deep.example.org:8443", "10.1.0.0/16:5000")
    policy = EgressPolicy(tuple(map(destination, entries)))
    allowed = {("api.example.org", 80), ("api.example.org", 443), ("a.b.pages.example.org", 443), ("deep.example.org", 8443),
               ("10.1.2.3", 5000)}  # fmt: skip
    for host, port in allowed:
        assert policy.objection(host, port) == ""
    for host in ("xapi.example.org", "example.org", "pages.example.org", "evilpages.example.org"):
        assert policy.objection(host, 443) == NOT_LISTED
    assert policy.objection("api.example.org", 22) == "port 22 is not allowed, only 80, 443"
    assert policy.objection("deep.example.org", 443) == "port 443 is not allowed, only 8443"
    assert policy.objection("10.2.0.1", 5000) == INTERNAL
    assert policy.objection("8.8.8.8", 443) == NOT_LISTED


def test_one_address_inside_spoils_a_name_unless_its_network_is_named() -> None:
    policy = EgressPolicy(tuple(map(destination, ("api.example.org", "10.0.0.0/8"))))
    assert policy.address_objection(["8.8.8.8", "2a00::1"], 443) == ""
    assert policy.address_objection(["8.8.8.8", "127.0.0.1"], 443) == f"{INTERNAL} (127.0.0.1)"
    assert policy.address_objection(["10.9.9.9"], 443) == ""
    assert policy.address_objection(["10.9.9.9"], 22) != ""
    assert policy.address_objection([], 443) == "it does not resolve"


ENTRIES = ["*", "*.", "http://example.org", "example.org:0", "example.org:x", "10.0.0.1/8", "*.10.0.0.1", "a/b", ""]


@pytest.mark.parametrize("text", ENTRIES)
def test_entries_that_cannot_be_meant_are_errors(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        destination(text)


def test_a_wider_entry_covers_a_narrower_one() -> None:
    def covers(wide: str, narrow: str) -> bool:
        return destination(wide).covers(destination(narrow))

    assert covers("*.example.org", "a.example.org")
    assert covers("*.example.org", "*.a.example.org")
    assert covers("example.org", "example.org:443")
    assert covers("10.0.0.0/8", "10.1.1.1")
    for wide, narrow in [
        ("*.example.org", "example.org"), ("example.org:443", "example.org"), ("*.example.org", "badexample.org"),
        ("a.example.org", "*.a.example.org"), ("10.0.0.0/8", "fd00::1"), ("*.example.org", "10.0.0.1"),
    ]:  # fmt: skip
        assert not covers(wide, narrow)


def test_a_credential_fits_its_place_and_no_neighbour() -> None:
    one = Credential("c", "https", "api.example.org", 443, "/v1/", "authorization", "Bearer x")
    assert one.fits("https", "api.example.org", 443, "/v1/things?x=/v2")
    assert one.fits("https", "api.example.org", 443, "/v1")
    for scheme, host, port, path in [
        ("http", "api.example.org", 443, "/v1/"), ("https", "api.example.org", 8443, "/v1/"),
        ("https", "b.example.org", 443, "/v1/"), ("https", "api.example.org", 443, "/v10"),
        ("https", "api.example.org", 443, "/"),
    ]:  # fmt: skip
        assert not one.fits(scheme, host, port, path)
    assert "Bearer" not in repr(one)


def test_an_agent_reads_each_refusal_once_with_what_can_be_done() -> None:
    seen = [EgressDecision("s", "a.example.org", 443, NOT_LISTED), EgressDecision("s", "b.example.org", 443),
            EgressDecision("s", "a.example.org", 443, NOT_LISTED), EgressDecision("s", "::1", 80, INTERNAL)]  # fmt: skip
    assert told(seen).splitlines() == [
        "refused: a.example.org:443 (not in the allow-list; ask a person to allow it, or do without)",
        "refused: [::1]:80 (an internal address)",
    ]
