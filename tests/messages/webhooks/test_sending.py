"""One try: over TLS, to the address that was checked, and what its end is called."""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from pathlib import Path

import pytest

from hansatsu.messages.webhooks import keeping
from hansatsu.messages.webhooks.sending import MOST_READ, Answer, Sender
from hansatsu.processes.ports import free_port
from tests.support.receivers import Authority, Receiver, dripping_server

NAME = "hooks.shop.example"
OWN_MACHINE = [ip_network("127.0.0.0/8")]
FIRST_ONLY = [ip_network("127.0.0.1/32")]


class Names:
    """A name server that gives its answers one after the other, the last one again and again."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made(tmp_path_factory.mktemp("authority"), NAME)


@pytest.fixture
def receiver(authority: Authority) -> Iterator[Receiver]:
    with Receiver(tls=authority) as running:
        yield running


def sent(sender: Sender, url: str, body: str = "{}") -> Answer:
    async def once() -> Answer:
        try:
            return await sender.send(url, {"webhook-id": "msg_1"}, body)
        finally:
            await sender.close()

    return asyncio.run(once())


def test_it_arrives_over_tls_under_its_name(authority: Authority, receiver: Receiver) -> None:
    names = Names(["127.0.0.1"])
    sender = Sender(FIRST_ONLY, resolver=names, tls=authority.client_context())
    receiver.answer = "受け取りました\0".encode()
    receiver.status = 200
    answer = sent(sender, f"https://{NAME}:{receiver.port}/hooks?a=b", '{"店": 1}')
    assert (answer.status, answer.error, answer.taken) == (200, "", True)
    assert answer.excerpt == "受け取りました�"
    (request,) = receiver.requests
    assert request.path == "/hooks?a=b"
    assert request.body == '{"店": 1}'
    assert request.headers["host"] == f"{NAME}:{receiver.port}"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-id"] == "msg_1"
    assert names.asked == [NAME]


def test_a_name_that_changes_its_meaning_cannot_lead_inside(authority: Authority) -> None:
    """DNS rebinding: the name means a permitted address when it is checked, and a forbidden one a
    moment later, on which something listens that would answer."""
    port = free_port()
    inside = Receiver(address="127.0.0.2", port=port, tls=authority)
    with Receiver(port=port, tls=authority) as outside, inside:
        names = Names(["127.0.0.1"], ["127.0.0.2"])
        sender = Sender(FIRST_ONLY, resolver=names, tls=authority.client_context())
        url = f"https://{NAME}:{port}/"
        assert sent(sender, url).taken
        assert (outside.connections, inside.connections) == (1, 0)
        assert names.asked == [NAME], "asked twice for one connection: the second answer counts"

        refused = sent(sender, url)
        assert (refused.status, refused.error) == (None, "forbidden_address")
        assert (outside.connections, inside.connections) == (1, 0)


def test_whoever_checks_and_then_connects_by_name_is_led_inside(authority: Authority) -> None:
    """The control: with the same names and servers, the careless way ends inside."""
    port = free_port()
    inside = Receiver(address="127.0.0.2", port=port, tls=authority)
    with Receiver(port=port, tls=authority) as outside, inside:
        names = Names(["127.0.0.1"], ["127.0.0.2"])

        async def careless() -> None:
            (checked,) = await names(NAME, port)
            assert checked == "127.0.0.1"
            (connected,) = await names(NAME, port)
            with socket.create_connection((connected, port), 5):
                pass

        asyncio.run(careless())
        from tests.support.waiting import wait_until

        wait_until(lambda: inside.connections == 1, what="the connection inside")
        assert outside.connections == 0


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.2"], ["127.0.0.1", "127.0.0.2"], ["::ffff:127.0.0.2"], ["169.254.169.254"], ["::1"]],
)
def test_a_name_with_a_forbidden_address_is_not_connected_to(
    authority: Authority, receiver: Receiver, addresses: list[str]
) -> None:
    sender = Sender(FIRST_ONLY, resolver=Names(addresses), tls=authority.client_context())
    assert sent(sender, f"https://{NAME}:{receiver.port}/").error == "forbidden_address"
    assert receiver.connections == 0


def test_numbers_in_the_url_are_checked_as_well(authority: Authority, receiver: Receiver) -> None:
    sender = Sender([], tls=authority.client_context())
    assert sent(sender, receiver.url).error == "forbidden_address"
    assert receiver.connections == 0


def test_the_next_address_is_tried_when_one_is_dead(
    authority: Authority, receiver: Receiver
) -> None:
    sender = Sender(
        OWN_MACHINE, resolver=Names(["127.0.0.9", "127.0.0.1"]), tls=authority.client_context()
    )
    assert sent(sender, f"https://{NAME}:{receiver.port}/").taken


def test_a_certificate_for_another_name_is_no_proof(
    authority: Authority, receiver: Receiver
) -> None:
    names = Names(["127.0.0.1"])
    sender = Sender(OWN_MACHINE, resolver=names, tls=authority.client_context())
    answer = sent(sender, f"https://other.example:{receiver.port}/")
    assert answer.error == "tls"
    assert receiver.requests == []
    strict = Sender(OWN_MACHINE, resolver=names)
    assert sent(strict, f"https://{NAME}:{receiver.port}/").error == "tls"


def test_a_redirect_is_not_followed(authority: Authority, receiver: Receiver) -> None:
    sender = Sender(OWN_MACHINE, tls=authority.client_context())
    with Receiver() as other:
        receiver.status, receiver.location = 302, other.url
        answer = sent(sender, receiver.url)
        assert (answer.status, answer.taken) == (302, False)
        assert other.connections == 0


def test_a_proxy_in_the_environment_is_not_used(
    receiver: Receiver, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert sent(Sender(OWN_MACHINE, tls=authority.client_context()), receiver.url).taken


def test_a_long_answer_is_not_read_to_its_end(authority: Authority, receiver: Receiver) -> None:
    receiver.status, receiver.answer = 500, b"x" * (50 * MOST_READ)
    answer = sent(Sender(OWN_MACHINE, tls=authority.client_context()), receiver.url)
    assert answer.status == 500
    assert answer.excerpt == "x" * 500


def test_a_receiver_that_hangs_or_drips_is_left_after_a_while() -> None:
    sender = Sender(OWN_MACHINE, patience=0.4)
    with Receiver(hang=True) as hanging:
        assert sent(sender, hanging.url).error == "timeout"
    with dripping_server() as port:
        assert sent(sender, f"http://127.0.0.1:{port}/").error == "timeout"


def test_what_is_not_there_has_its_words() -> None:
    async def unknown(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(-2, "Name or service not known")

    nobody = f"https://127.0.0.1:{free_port()}/"
    assert sent(Sender(OWN_MACHINE), nobody).error == "no_connection"
    assert sent(Sender([], resolver=unknown), f"https://{NAME}/").error == "unknown_name"
    assert sent(Sender([], resolver=Names([])), f"https://{NAME}/").error == "unknown_name"


def test_a_connection_is_kept_for_the_next_message(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = Names(["127.0.0.1"])
    sender = Sender(FIRST_ONLY, resolver=names, tls=authority.client_context())
    with Receiver(tls=authority, keep=True) as receiver:

        async def talk() -> None:
            url = f"https://{NAME}:{receiver.port}/"
            assert (await sender.send(url, {}, "1")).taken
            receiver.status, receiver.answer = 200, b"x" * (2 * MOST_READ)
            assert (await sender.send(url, {}, "2")).taken
            assert (receiver.connections, names.asked) == (1, [NAME])
            receiver.status, receiver.answer = 204, b"a body that a 204 has not"
            assert (await sender.send(url, {}, "3")).taken
            assert receiver.connections == 2, "the rest of an answer was left where it was"
            receiver.answer = b""
            assert (await sender.send(url, {}, "4")).taken
            assert receiver.connections == 3, "what was left is the beginning of no answer"
            monkeypatch.setattr(keeping, "LONGEST", 0.0)
            await sender.close_idle()
            assert (await sender.send(url, {}, "5")).taken
            assert (receiver.connections, names.asked) == (4, [NAME] * 4)
            await sender.close()

        asyncio.run(talk())
    assert [each.body for each in receiver.requests] == ["1", "2", "3", "4", "5"]


def test_a_kept_connection_that_the_server_closed_costs_the_message_nothing() -> None:
    """The server answers once over each connection, says that it keeps it, and hangs up when the
    next message comes."""
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.readuntil(b"{}")
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await reader.read(1)
        writer.close()

    async def talk() -> list[Answer]:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
            sender = Sender(OWN_MACHINE)
            answers = [await sender.send(url, {}, "{}") for _ in range(2)]
            await sender.close()
        return answers

    assert [each.status for each in asyncio.run(talk())] == [204, 204]
    assert connections == 2


def test_what_is_no_http_is_broken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        async def talk() -> Answer:
            async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                writer.write(b"220 mail.example ESMTP\r\n")
                await writer.drain()
                writer.close()

            async with await asyncio.start_server(serve, sock=listening):
                port = listening.getsockname()[1]
                return await Sender(OWN_MACHINE).send(f"http://127.0.0.1:{port}/", {}, "{}")

        assert asyncio.run(talk()).error == "broken"
