"""The pinned uv: the one on the PATH, else installed by pip, else its wheel from the package index."""

import base64
import configparser
import hashlib
import html.parser
import importlib.util
import io
import os
import platform
import re
import shutil
import ssl
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urljoin, urlsplit

VERSION = "0.13.9"
PYPI = "https://pypi.org/simple"

# Platform: tag of the wheel, sha256 of the wheel.
WHEELS = {
    "linux-glibc-x86_64": (
        "manylinux_2_17_x86_64.manylinux2014_x86_64",
        "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    ),
    "linux-glibc-aarch64": (
        "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
        "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
    ),
    "linux-musl-x86_64": (
        "musllinux_1_1_x86_64",
        "2c45530751517d6c3bbc69a19473f6effe47cce047bede01ffd8af7ea7b36b25",
    ),
    "linux-musl-aarch64": (
        "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
        "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
    ),
    "darwin-x86_64": (
        "macosx_10_12_x86_64",
        "c16ed11e013557536b3e60065f1b912f6407bd6518e041b961e23ef9e6b4fbf5",
    ),
    "darwin-arm64": (
        "macosx_11_0_arm64",
        "66c512266d633bef48384a1f53003f41f2a8e7b36fe6e7fbfd3e0fd52d96fa63",
    ),
}


class SetupError(Exception):
    """The environment cannot be made; the message says why and what to do."""


def find_or_fetch(folder: Path, progress: Callable[[str], None]) -> Path:
    """Return the path of uv in the pinned version, put into `folder` where the PATH has none."""
    on_path = shutil.which("uv")
    if on_path and is_pinned(Path(on_path)):
        return Path(on_path)
    home = folder / f"uv-{VERSION}"
    uv = home / "bin" / "uv"
    if is_pinned(uv):
        return uv
    progress(f"fetching uv {VERSION} from {without_password(configured('index-url') or PYPI)}")
    if not install_with_pip(home):
        fetch_wheel(uv)
    if not is_pinned(uv):
        raise SetupError(
            f"{uv}: expected uv {VERSION} to start on this machine, it does not. Delete {home} and retry."
        )
    return uv


def is_pinned(uv: Path) -> bool:
    """Whether this is uv in the pinned version, and starts."""
    try:
        said = subprocess.run([uv, "--version"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    except OSError:
        return False
    return said.stdout.split()[:2] == ["uv", VERSION]


def install_with_pip(home: Path) -> bool:
    """Install uv with pip into an environment of its own; False where venv or pip does not do it."""
    if not all(importlib.util.find_spec(module) for module in ("venv", "ensurepip")):
        return False
    hashes = sorted({sha256 for _, sha256 in WHEELS.values()})
    requirement = home.parent / "uv.txt"
    requirement.parent.mkdir(parents=True, exist_ok=True)
    requirement.write_text(f"uv=={VERSION} " + " ".join(f"--hash=sha256:{value}" for value in hashes) + "\n")
    make: list[str | Path] = [sys.executable, "-m", "venv", "--clear", home]
    pip: list[str | Path] = [home / "bin" / "python", "-m", "pip", "install", "--no-cache-dir"]
    checked: list[str | Path] = ["--only-binary=:all:", "--require-hashes", "--no-deps"]
    env = dict(os.environ)
    if index := configured("index-url"):
        env["PIP_INDEX_URL"] = index
    for command in (make, [*pip, *checked, "-r", requirement]):
        if subprocess.run(command, env=env, capture_output=True, stdin=subprocess.DEVNULL).returncode:
            return False
    return True


def fetch_wheel(uv: Path) -> None:
    """Fetch the wheel of this platform from the index, check it, and unpack the program to `uv`."""
    tag, sha256 = wheel_of(this_platform())
    name = f"uv-{VERSION}-py3-none-{tag}.whl"
    page = (configured("index-url") or PYPI).rstrip("/") + "/uv/"
    content = read_url(find_link(page, name))
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise SetupError(
            f"{without_password(page)}: expected {name} with sha256 {sha256}, found {found}. "
            f"The index serves another file; ask its owner."
        )
    with zipfile.ZipFile(io.BytesIO(content)) as wheel:
        program = wheel.read(f"uv-{VERSION}.data/scripts/uv")
    uv.parent.mkdir(parents=True, exist_ok=True)
    part = uv.with_suffix(".part")
    part.write_bytes(program)
    part.chmod(0o755)
    part.replace(uv)


def this_platform() -> str:
    """Name this machine as the keys of WHEELS do."""
    libc = ("glibc-" if platform.libc_ver()[0] == "glibc" else "musl-") if sys.platform == "linux" else ""
    return f"{sys.platform}-{libc}{platform.machine()}"


def wheel_of(name: str) -> tuple[str, str]:
    """Tag and sha256 of the wheel of a platform."""
    if name not in WHEELS:
        raise SetupError(
            f"this machine is {name}: expected one of {', '.join(sorted(WHEELS))}. "
            f"Install uv {VERSION} yourself, put it on the PATH and retry; on Windows use WSL."
        )
    return WHEELS[name]


class _Links(html.parser.HTMLParser):
    """The targets of all links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.targets += [value for key, value in attrs if tag == "a" and key == "href" and value]


def find_link(page: str, name: str) -> str:
    """Find a file's link on a project's page of a simple index (PEP 503)."""
    links = _Links()
    links.feed(read_url(page).decode())
    for target in links.targets:
        link = urljoin(page, target)
        if urllib.parse.unquote(urlsplit(link).path).endswith("/" + name):
            return with_password_of(page, link)
    raise SetupError(
        f"{without_password(page)}: expected {name}, found {len(links.targets)} other files. "
        f"Let the index mirror it, or put uv {VERSION} on the PATH."
    )


def read_url(url: str) -> bytes:
    """Read a web address or a file's address; a user and password in it are sent as such."""
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path.endswith("/"):
        url += "index.html"
    request = urllib.request.Request(without_password(url), headers={"Accept": "text/html, */*;q=0.1"})
    if parts.password is not None:
        user = f"{urllib.parse.unquote(parts.username or '')}:{urllib.parse.unquote(parts.password)}"
        request.add_unredirected_header("Authorization", "Basic " + base64.b64encode(user.encode()).decode())
    context = ssl.create_default_context(cafile=configured("cert"))
    try:
        with urllib.request.urlopen(request, context=context, timeout=60) as answer:
            content: bytes = answer.read()
            return content
    except (OSError, urllib.error.URLError) as error:
        raise SetupError(
            f"{without_password(url)}: expected an answer, found: {error}. Check the network; "
            f"set PIP_INDEX_URL to use another package index, PIP_CERT for its certificates."
        ) from error


def without_password(url: str) -> str:
    """Take user and password out of an address."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def with_password_of(page: str, link: str) -> str:
    """Give a link on the same host the user and password of its page."""
    parts, source = urlsplit(link), urlsplit(page)
    if parts.netloc == source.netloc.rpartition("@")[2]:
        parts = parts._replace(netloc=source.netloc)
    return parts._replace(fragment="").geturl()


def configured(setting: str) -> str | None:
    """What the user set for `index-url` or `cert`: in the environment, else in pip's own settings."""
    names = {
        "index-url": ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"),
        "cert": ("PIP_CERT", "SSL_CERT_FILE"),
    }
    for name in names[setting]:
        if value := os.environ.get(name):
            return re.sub(r"^[\w.-]+=", "", value)
    for file in pip_settings(os.environ, Path.home()):
        settings = configparser.RawConfigParser()
        try:
            settings.read(file)
        except (configparser.Error, UnicodeDecodeError):
            continue
        for section in ("install", "global"):
            if value := settings.get(section, setting, fallback=None):
                return value
    return None


def pip_settings(env: Mapping[str, str], home: Path) -> Iterator[Path]:
    """The places where pip keeps its settings, the strongest first."""
    if named := env.get("PIP_CONFIG_FILE"):
        yield Path(named)
        if named == os.devnull:
            return
    yield Path(sys.prefix, "pip.conf")
    yield home / "Library/Application Support/pip/pip.conf"
    yield Path(env.get("XDG_CONFIG_HOME") or home / ".config", "pip/pip.conf")
    yield home / ".pip/pip.conf"
    yield from (
        Path(folder, "pip/pip.conf") for folder in (env.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")
    )
    yield Path("/Library/Application Support/pip/pip.conf")
    yield Path("/etc/pip.conf")
