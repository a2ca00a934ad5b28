"""The way from a bare Python to the environment, with an index and a uv of the test's own: no network."""

import base64
import functools
import hashlib
import http.server
import io
import json
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import fetch_uv

Done = subprocess.CompletedProcess[str]

SCRIPTS = Path(fetch_uv.__file__).parent
PINNED = [sha256 for _, sha256 in fetch_uv.WHEELS.values()]

# Stands in for uv: writes down what it is asked, and makes the least of an environment.
FAKE_UV = f"""#!/bin/sh
if [ "$1" = --version ]; then echo "uv {fetch_uv.VERSION}"; exit 0; fi
echo "$* | cache=$UV_CACHE_DIR index=$UV_DEFAULT_INDEX bytecode=$PYTHONDONTWRITEBYTECODE" >> "$UV_LOG"
if [ -n "$UV_FAILS" ]; then echo "error: no route to host" >&2; exit 2; fi
mkdir -p .venv/bin && ln -sf {sys.executable} .venv/bin/python
"""

# Runs the script as a Python does that has neither venv nor pip.
BARE = """import runpy, sys
for name in ("venv", "ensurepip", "pip"): sys.modules[name] = None
sys.argv = sys.argv[1:]
sys.path.insert(0, "scripts")
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def wheel_with(program: str) -> bytes:
    """A wheel of uv with this program in it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as wheel:
        wheel.writestr(f"uv-{fetch_uv.VERSION}.data/scripts/uv", program)
    return content.getvalue()


@dataclass
class Index:
    """A simple index (PEP 503) on this machine that holds one wheel of uv."""

    address: str
    folder: Path
    wheel: bytes
    """What the pinned hash of this platform belongs to."""

    @property
    def file(self) -> Path:
        """The wheel as the index serves it."""
        tag, _ = fetch_uv.wheel_of(fetch_uv.this_platform())
        return self.folder / "files" / f"uv-{fetch_uv.VERSION}-py3-none-{tag}.whl"


class Guarded(http.server.SimpleHTTPRequestHandler):
    """Serves a folder; what lies below /guarded only to user `me` with password `p@ss`."""

    def do_GET(self) -> None:
        expected = "Basic " + base64.b64encode(b"me:p@ss").decode()
        if self.path.startswith("/guarded/") and self.headers.get("Authorization") != expected:
            self.send_error(401)
        else:
            self.path = self.path.removeprefix("/guarded")
            super().do_GET()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    folder = tmp_path / "index"
    handler = functools.partial(Guarded, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        index = Index(f"127.0.0.1:{server.server_port}", folder, wheel_with(FAKE_UV))
        platform = fetch_uv.this_platform()
        tag, _ = fetch_uv.wheel_of(platform)
        monkeypatch.setitem(fetch_uv.WHEELS, platform, (tag, hashlib.sha256(index.wheel).hexdigest()))
        index.file.parent.mkdir(parents=True)
        index.file.write_bytes(index.wheel)
        page = folder / "simple" / "uv" / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(
            f'<a href="other.whl">other</a><a href="../../files/{index.file.name}#sha256=0">wheel</a>'
        )
        monkeypatch.setenv("PIP_INDEX_URL", f"http://{index.address}/simple")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield index
        server.shutdown()


def test_the_wheel_is_fetched_checked_and_unpacked(index: Index, tmp_path: Path) -> None:
    uv = tmp_path / "bin" / "uv"
    fetch_uv.fetch_wheel(uv)
    assert fetch_uv.is_pinned(uv)
    assert [file.name for file in uv.parent.iterdir()] == ["uv"]


def test_another_file_under_the_same_name_is_refused(index: Index, tmp_path: Path) -> None:
    index.file.write_bytes(index.wheel + b"x")
    uv = tmp_path / "bin" / "uv"
    with pytest.raises(fetch_uv.SetupError) as error:
        fetch_uv.fetch_wheel(uv)
    for digest in (hashlib.sha256(index.wheel + b"x"), hashlib.sha256(index.wheel)):
        assert digest.hexdigest() in str(error.value)
    assert not uv.exists()


def test_an_index_without_the_wheel_is_named(index: Index, tmp_path: Path) -> None:
    (index.folder / "simple" / "uv" / "index.html").write_text('<a href="uv-0.1.tar.gz">old</a>')
    with pytest.raises(fetch_uv.SetupError, match=r"simple/uv/: expected uv-.*\.whl, found 1 other files"):
        fetch_uv.fetch_wheel(tmp_path / "uv")


def test_an_index_that_asks_for_a_password_gets_it_and_nobody_else_sees_it(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", f"corp=http://me:p%40ss@{index.address}/guarded/simple")
    fetch_uv.fetch_wheel(tmp_path / "uv")
    assert fetch_uv.is_pinned(tmp_path / "uv")
    monkeypatch.setenv("UV_DEFAULT_INDEX", f"http://me:wrong@{index.address}/guarded/simple")
    with pytest.raises(fetch_uv.SetupError, match="401") as error:
        fetch_uv.fetch_wheel(tmp_path / "uv")
    assert "wrong" not in str(error.value)


def test_an_index_in_a_folder(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", (index.folder / "simple").as_uri())
    fetch_uv.fetch_wheel(tmp_path / "uv")
    assert fetch_uv.is_pinned(tmp_path / "uv")


def test_an_unreachable_index_is_named_with_the_way_out(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(fetch_uv.SetupError, match=r"127\.0\.0\.1:9/simple/uv/: .*PIP_INDEX_URL"):
        fetch_uv.fetch_wheel(tmp_path / "uv")


def test_an_unknown_machine_is_told_what_to_do() -> None:
    with pytest.raises(fetch_uv.SetupError, match=r"plan9-mips.*darwin-arm64.*Install uv"):
        fetch_uv.wheel_of("plan9-mips")


def test_the_environment_wins_over_pips_settings_and_those_near_over_those_far(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL", "PIP_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "system"))
    for folder, address in (("system/pip", "https://far"), ("settings/pip", "https://near")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "pip.conf").write_text(f"[global]\nindex-url = {address}/simple%40\n")
        assert fetch_uv.configured("index-url") == f"{address}/simple%40"
    for name in ("PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX"):
        monkeypatch.setenv(name, f"https://{name}/simple")
        assert fetch_uv.configured("index-url") == f"https://{name}/simple"


def test_pips_settings_can_be_switched_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert list(fetch_uv.pip_settings({"PIP_CONFIG_FILE": os.devnull}, tmp_path)) == [Path(os.devnull)]


@dataclass
class Checkout:
    """A folder with the scripts and a uv of its own on the PATH; `bare` hides venv, pip and that uv."""

    folder: Path
    bin: Path

    def start(
        self, *arguments: str, bare: bool = False, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Start the script with few variables set."""
        script = [sys.executable, *(["-c", BARE] if bare else []), "scripts/bootstrap.py", *arguments]
        path = "/usr/bin:/bin" if bare else f"{self.bin}:/usr/bin:/bin"
        fixed = {
            "PATH": path,
            "HOME": str(self.folder),
            "PIP_CONFIG_FILE": os.devnull,
            "PYTHONDONTWRITEBYTECODE": "1",
            "UV_LOG": str(self.folder / "uv.log"),
        }
        return subprocess.run(script, cwd=self.folder, env=fixed | variables, capture_output=True, text=True)

    def asked(self) -> list[str]:
        """What uv was asked since the last time."""
        log = self.folder / "uv.log"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    checkout = Checkout(tmp_path / "a checkout", tmp_path / "bin")
    (checkout.folder / "scripts").mkdir(parents=True)
    for name in ("bootstrap.py", "fetch_uv.py"):
        shutil.copy(SCRIPTS / name, checkout.folder / "scripts")
    for name in ("uv.lock", "pyproject.toml"):
        (checkout.folder / name).write_text("")
    checkout.bin.mkdir()
    (checkout.bin / "uv").write_text(FAKE_UV)
    (checkout.bin / "uv").chmod(0o755)
    return checkout


RUN = (
    "run",
    "--",
    "python",
    "-c",
    "import os; print(os.getcwd(), os.environ.get('PYTHONDONTWRITEBYTECODE'))",
)


def test_the_first_start_sets_up_and_the_second_does_not(checkout: Checkout) -> None:
    first = checkout.start(*RUN)
    assert (first.returncode, first.stdout) == (0, f"{checkout.folder} None\n"), first.stderr
    assert "environment ready" in first.stderr
    commands = checkout.asked()
    assert [command.split(" ")[0] for command in commands] == ["venv", "sync"]
    assert "--frozen --no-dev --compile-bytecode" in commands[1]
    assert f"cache={checkout.folder}/.leitstand/uv-cache index= bytecode=" in commands[1]
    second = checkout.start(*RUN)
    assert (second.returncode, second.stdout, second.stderr) == (0, first.stdout, "")
    assert checkout.asked() == []


def test_what_changed_is_set_up_anew(checkout: Checkout) -> None:
    checkout.start(*RUN)
    checkout.asked()
    (checkout.folder / "uv.lock").write_text("changed")
    checkout.start(*RUN)
    assert [command.split(" ")[0] for command in checkout.asked()] == ["sync"]
    moved = Checkout(checkout.folder.rename(checkout.folder.with_name("moved")), checkout.bin)
    moved.start(*RUN)
    assert [command.split(" ")[:2] for command in moved.asked()] == [
        ["venv", "--clear"],
        ["sync", "--frozen"],
    ]


def test_tools_for_development_come_with_the_tests_and_stay(checkout: Checkout) -> None:
    checkout.start(*RUN)
    assert "--no-dev" in checkout.asked()[1]
    checkout.start("test")
    assert "--no-dev" not in checkout.asked()[0]
    checkout.start(*RUN)
    assert checkout.asked() == []
    assert json.loads((checkout.folder / ".venv" / "leitstand-setup.json").read_text())["development"]


def test_another_index_gets_the_versions_and_hashes_of_the_lock(checkout: Checkout) -> None:
    done = checkout.start(*RUN, PIP_INDEX_URL="https://me:secret@corp/simple")
    assert done.returncode == 0
    commands = checkout.asked()
    assert [" ".join(command.split(" ")[:2]) for command in commands[1:]] == [
        "export --quiet",
        "pip sync",
        "pip install",
    ]
    assert "--require-hashes" in commands[2]
    assert all("index=https://me:secret@corp/simple" in command for command in commands)
    assert "secret" not in done.stderr


def test_a_failed_setup_says_so_and_is_tried_again(checkout: Checkout) -> None:
    failed = checkout.start(*RUN, UV_FAILS="yes")
    assert failed.returncode == 1
    assert "no route to host" in failed.stderr and "PIP_INDEX_URL" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert checkout.start(*RUN).returncode == 0


def test_a_python_without_venv_and_pip_fetches_the_wheel(checkout: Checkout, index: Index) -> None:
    script = checkout.folder / "scripts" / "fetch_uv.py"
    ours = fetch_uv.WHEELS[fetch_uv.this_platform()][1]
    pinned = script.read_text()
    for sha256 in PINNED:
        pinned = pinned.replace(sha256, ours)
    script.write_text(pinned)
    done = checkout.start(
        *RUN, bare=True, PIP_INDEX_URL=f"http://{index.address}/simple", NO_PROXY="127.0.0.1"
    )
    assert done.returncode == 0, done.stderr
    assert f"fetching uv {fetch_uv.VERSION} from http://{index.address}/simple" in done.stderr
    assert [command.split(" ")[0] for command in checkout.asked()] == ["venv", "export", "pip", "pip"]


def test_a_closed_standard_input_is_replaced(checkout: Checkout) -> None:
    checkout.start(*RUN)
    code = "import os; print(os.readlink('/proc/self/fd/0') if os.path.exists('/proc') else '/dev/null')"
    done = subprocess.run(
        [
            "sh",
            "-c",
            'exec "$0" "$@" <&-',
            sys.executable,
            "scripts/bootstrap.py",
            "run",
            "python",
            "-c",
            code,
        ],
        cwd=checkout.folder,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "/dev/null\n"), done.stderr


def test_an_older_python_is_told_which_is_needed(checkout: Checkout) -> None:
    code = "import runpy, sys; sys.version_info = (3, 10, 4); runpy.run_path('scripts/bootstrap.py')"
    done = subprocess.run([sys.executable, "-c", code], cwd=checkout.folder, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("bootstrap: expected Python 3.11 or newer, found ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["demos"], "expected one of demo, test"),
        (["run"], "expected a command after `run`"),
        (["run", "no-such-command"], "no-such-command: expected a command of the environment"),
    ],
)
def test_a_wrong_command_is_bad_input(arguments: list[str], message: str, checkout: Checkout) -> None:
    done = checkout.start(*arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_command_it_explains_itself(checkout: Checkout) -> None:
    done = checkout.start()
    assert done.returncode == 0
    assert "scripts/bootstrap.py demo" in done.stdout
    assert checkout.asked() == []
