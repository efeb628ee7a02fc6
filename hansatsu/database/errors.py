"""What can go wrong with the database server, said in one sentence with what to do."""


class DatabaseError(Exception):
    """The server cannot be used. The message is for the person at the terminal."""


class HomeInUseError(DatabaseError):
    """Another process runs the server of this home already."""


class AccountError(DatabaseError):
    """The system does not let the server become another account."""

    def __init__(self) -> None:
        super().__init__(
            "PostgreSQL does not run as root, and this system does not let it become another "
            "account: run this as an ordinary user, or set DATABASE_URL."
        )
