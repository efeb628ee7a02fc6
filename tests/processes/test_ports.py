"""A taken port is noticed and named."""

import socket

import pytest

from hansatsu.processes.ports import PortTakenError, check_free, free_port


def test_a_free_port_is_free_and_no_outgoing_connection_takes_it() -> None:
    for _ in range(20):
        port = free_port()
        check_free(port, "PORT")
        assert port < 32_768  # where systems begin to number outgoing connections


@pytest.mark.parametrize("share", [False, True])
def test_a_taken_port_is_named_with_the_variable_that_moves_it(share: bool) -> None:
    with socket.socket() as taken:
        if share:  # as page servers do: the port could be bound a second time, silently
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"Port {port} is taken.*PORT="):
            check_free(port, "PORT")
