"""A request that says it is a gigabyte is answered before any of that has come."""

import socket

from tests.support.sites import Site

HEAD = (
    "POST /console/shops/import/ HTTP/1.1\r\n"
    "Host: localhost:{port}\r\n"
    "Content-Type: multipart/form-data; boundary=x\r\n"
    "Content-Length: 1073741824\r\n\r\n"
)


def test_a_gigabyte_is_refused_before_it_comes(site: Site) -> None:
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as connection:
        connection.sendall(HEAD.format(port=site.port).encode())
        answer = connection.recv(64)
    assert answer.startswith(b"HTTP/1.1 413")
