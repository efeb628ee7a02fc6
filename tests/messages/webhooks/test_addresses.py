"""Where webhooks may go, by the text of the URL and by the numbers behind it."""

from ipaddress import ip_address, ip_network

import pytest

from hansatsu.messages.webhooks.addresses import is_permitted, url_fault

OWN = [ip_network("127.0.0.0/8"), ip_network("::1/128")]


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.9.9",
        "192.168.1.1",
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",  # noqa: S104
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.254",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.1.2.3",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "2002:0a00:0001::1",
        "2002:7f00:0001::1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::169.254.169.254",
        "2001:0:7f00:1::1",
    ],
)
def test_what_is_not_the_public_internet_is_refused(address: str) -> None:
    assert not is_permitted(ip_address(address), [])


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "203.104.209.71", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1"],
)
def test_the_public_internet_is_permitted(address: str) -> None:
    assert is_permitted(ip_address(address), [])


def test_a_network_that_the_operator_allows_is_permitted_and_no_other() -> None:
    allowed = [ip_network("10.1.0.0/16")]
    assert is_permitted(ip_address("10.1.2.3"), allowed)
    assert is_permitted(ip_address("::ffff:10.1.2.3"), allowed)
    assert not is_permitted(ip_address("10.2.2.3"), allowed)
    assert not is_permitted(ip_address("127.0.0.1"), allowed)


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://hooks.shop.example/hansatsu?till=7", ""),
        ("https://hooks.shop.example:8443/", ""),
        ("https://1.1.1.1/", ""),
        ("https://[2606:4700::1111]:8443/", ""),
        ("http://hooks.shop.example/", "https"),
        ("http://1.1.1.1/", "https"),
        ("http://localhost:9000/", "https"),
        ("ftp://hooks.shop.example/", "url"),
        ("hooks.shop.example", "url"),
        ("https://", "url"),
        ("https:///path", "url"),
        ("https://hooks.shop.example/#here", "url"),
        ("https://hooks.shop.example:99999/", "url"),
        ("https://hooks shop.example/", "url"),
        ("https://店.example/", "url"),
        ("https://hooks.shop.example/\r\nX: y", "url"),
        ("https://-x-/", "url"),
        ("https://" + "a" * 600, "url"),
        ("https://me:secret@hooks.shop.example/", "credentials"),
        ("https://hooks.shop.example:22/", "port"),
        ("https://hooks.shop.example:25/", "port"),
        ("https://127.0.0.1/", "address"),
        ("https://169.254.169.254/latest/", "address"),
        ("https://[::ffff:10.0.0.1]/", "address"),
        ("https://2130706433/", "url"),
        ("https://0x7f.1/", "url"),
        ("https://127.1/", "url"),
        ("https://[::1", "url"),
    ],
)
def test_a_url_is_looked_at_before_it_is_kept(url: str, fault: str) -> None:
    assert url_fault(url, []) == fault


def test_where_our_own_machine_is_allowed_it_need_not_speak_tls() -> None:
    assert url_fault("http://localhost:9000/", OWN) == ""
    assert url_fault("http://127.0.0.1:9000/", OWN) == ""
    assert url_fault("http://[::1]:9000/", OWN) == ""
    assert url_fault("http://hooks.shop.example:9000/", OWN) == "https"
    assert url_fault("http://127.0.0.1:80/", OWN) == "port"
