"""A Superset of one's own on loopback, for as long as it is needed."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

CONFIGURATION = """
SECRET_KEY = {key!r}
SQLALCHEMY_DATABASE_URI = "sqlite:///{folder}/superset.db"
TALISMAN_ENABLED = False
RATELIMIT_ENABLED = False
"""
SECONDS = 600


@dataclass(frozen=True)
class Server:
    """Where Superset listens, who may log in, and what it wrote."""

    url: str
    user: str
    password: str = field(repr=False)
    log: Path


@contextmanager
def serve(environment: Path, folder: Path) -> Iterator[Server]:
    """Start the Superset of an environment, with its own database in a folder; stop it after."""
    password = secrets.token_urlsafe()
    configuration, log = folder / "superset_config.py", folder / "superset.log"
    configuration.write_text(CONFIGURATION.format(key=secrets.token_urlsafe(42), folder=folder))
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    variables |= {
        "SUPERSET_HOME": str(folder),
        "SUPERSET_CONFIG_PATH": str(configuration),
        "FLASK_APP": "superset",
    }
    command = str(environment / "bin" / "superset")
    admin = ["--username", "admin", "--firstname", "A", "--lastname", "D", "--email", "admin@firma.example"]
    with log.open("wb") as output:
        for arguments in (
            ["db", "upgrade"],
            ["fab", "create-admin", *admin, "--password", password],
            ["init"],
        ):
            done = subprocess.run(
                [command, *arguments], env=variables, cwd=folder, stdout=output, stderr=output
            )
            assert done.returncode == 0, f"superset {arguments[0]}: {log.read_text()[-3000:]}"
        port = free_port()
        process = subprocess.Popen(
            [command, "run", "--host", "127.0.0.1", "--port", str(port), "--with-threads"],
            env=variables,
            cwd=folder,
            stdout=output,
            stderr=output,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/health", process, log)
            yield Server(f"http://127.0.0.1:{port}", "admin", password, log)
        finally:
            process.terminate()
            process.wait(30)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()[-3000:]
        try:
            with urllib.request.urlopen(url, timeout=10):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.5)
    raise AssertionError(f"{url} does not answer: {log.read_text()[-3000:]}")
