"""Make the private environment of this checkout, and run a command in it.

    python3 scripts/bootstrap.py demo           the built-in company, from export files to the page
    python3 scripts/bootstrap.py test           all checks and tests
    python3 scripts/bootstrap.py lint           the checks of style and structure alone
    python3 scripts/bootstrap.py verify         all that is too long for the tests; its parts:
    python3 scripts/bootstrap.py verify-pages   the page, looked at in a real browser
    python3 scripts/bootstrap.py verify-change  `leitstand simulate` and `leitstand ci` with whole builds
    python3 scripts/bootstrap.py verify-examples   the examples on their real data, with all their checks
    python3 scripts/bootstrap.py verify-faults  killed runs, days of exports and 2,000 bad files and rows
    python3 scripts/bootstrap.py verify-metrics   the marts against their metrics, nothing kept of before
    python3 scripts/bootstrap.py verify-restatements   publications one after another, with whole builds
    python3 scripts/bootstrap.py verify-superset   a Superset filled from the demo, and asked for every chart
    python3 scripts/bootstrap.py verify-twin    the demo's models on Postgres, compared with DuckDB's
    python3 scripts/bootstrap.py bench          hand-written SQL and dbt side by side on a large company
    python3 scripts/bootstrap.py bench-demo     the demo in a fresh copy, timed step by step
    python3 scripts/bootstrap.py run COMMAND …  any command of the environment: leitstand, dbt, python …

Needs Python 3.11 or newer and nothing else; writes nothing outside this folder. Packages come in the
versions of uv.lock: from PyPI, or from the index that pip or uv is set to use.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  (an older one must get this far to say so)
    sys.exit(
        "bootstrap: expected Python 3.11 or newer, found %s at %s. "  # noqa: UP031
        "Start it with a newer one: make PYTHON=python3.12 …" % (sys.version.split()[0], sys.executable)
    )

import hashlib
import json
import os
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
STAMP = ENVIRONMENT / "leitstand-setup.json"
TOOLS = ROOT / ".leitstand"

# Name: the command that it runs, and whether that needs the packages for development.
COMMANDS = {
    "demo": (["leitstand", "demo"], False),
    "test": (["python", "scripts/ci/test_tier.py"], True),
    "lint": (["python", "scripts/ci/test_tier.py", "--lint"], True),
    "verify": (["python", "scripts/ci/verify.py"], True),
    "verify-pages": (["python", "scripts/ci/verify.py", "verify-pages"], True),
    "verify-change": (["python", "scripts/ci/verify.py", "verify-change"], True),
    "verify-examples": (["python", "scripts/ci/verify.py", "verify-examples"], True),
    "verify-faults": (["python", "scripts/ci/verify.py", "verify-faults"], True),
    "verify-metrics": (["python", "scripts/ci/verify.py", "verify-metrics"], True),
    "verify-restatements": (["python", "scripts/ci/verify.py", "verify-restatements"], True),
    "verify-superset": (["python", "scripts/ci/verify.py", "verify-superset"], True),
    "verify-twin": (["python", "scripts/ci/verify.py", "verify-twin"], True),
    "bench": (["python", "bench/build.py"], False),
    "bench-demo": (["python", "bench/demo.py"], False),
    "run": ([], False),
}


def main(arguments: list[str]) -> int:
    """Parse, set up, and become the command; return the exit status where it does not come to that."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(__doc__)
        return 0
    name, rest = arguments[0], arguments[1:]
    if name not in COMMANDS:
        say(f"expected one of {', '.join(COMMANDS)}, found {name!r}. See --help.")
        return 2
    command, development = COMMANDS[name]
    command = [*command, *(rest[1:] if rest[:1] == ["--"] else rest)]
    if not command:
        say("expected a command after `run`, found none. Example: run leitstand --help")
        return 2
    open_stdin()
    problem = set_up(development)
    if problem is not None:
        say(problem)
        return 1
    os.chdir(ROOT)
    try:
        os.execvpe(command[0], command, environment_variables())
    except OSError as error:
        say(f"{command[0]}: expected a command of the environment, found: {error.strerror}.")
        return 2


def say(line: str) -> None:
    """Tell the user, on standard error: standard output belongs to the command."""
    print(f"bootstrap: {line}", file=sys.stderr, flush=True)


def open_stdin() -> None:
    """Give a process started without standard input an empty one, or its first file would become that."""
    try:
        os.fstat(0)
    except OSError:
        os.set_inheritable(os.open(os.devnull, os.O_RDONLY), True)


def environment_variables() -> dict[str, str]:
    """The variables for whatever runs inside the environment."""
    strangers = {"PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH"}
    variables = {key: value for key, value in os.environ.items() if key not in strangers}
    variables["VIRTUAL_ENV"] = str(ENVIRONMENT)
    variables["PATH"] = os.pathsep.join([str(PYTHON.parent), variables.get("PATH", os.defpath)])
    return variables


def set_up(development: bool) -> str | None:
    """Bring the environment to what uv.lock says; return what stands in the way, if anything does."""
    state, had = wanted_state(), recorded_state()
    in_place = PYTHON.exists() and all(had.get(key) == state[key] for key in ("root", "python"))
    development = development or bool(in_place and had.get("development"))
    state["development"] = development
    if in_place and state == had:
        return None

    import fetch_uv  # only here: the everyday start does without the modules that it needs

    started = time.monotonic()
    try:
        TOOLS.mkdir(exist_ok=True)
        STAMP.unlink(missing_ok=True)
        uv = fetch_uv.find_or_fetch(TOOLS, say)
        say("setting up .venv from uv.lock" + (", with the tools for development" if development else ""))
        index = fetch_uv.configured("index-url")
        variables = uv_variables(index, fetch_uv.configured("cert"))
        if (had and not in_place) or not PYTHON.exists():
            run([uv, "venv", "--clear", "--python", base_python(), ENVIRONMENT], variables)
        for command in installation(uv, development, from_lock=index in (None, fetch_uv.PYPI)):
            run(command, variables)
        STAMP.write_text(json.dumps(state))
    except (fetch_uv.SetupError, OSError) as error:
        return str(error)
    say(f"environment ready after {time.monotonic() - started:.0f} s")
    return None


def wanted_state() -> dict[str, str | bool]:
    """What the environment has to agree with."""
    digest = hashlib.sha256()
    for name in ("uv.lock", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return {"root": str(ROOT), "python": f"{base_python()} {sys.version}", "packages": digest.hexdigest()}


def recorded_state() -> dict[str, str | bool]:
    """What the environment agreed with when it was last set up; empty where it was not."""
    try:
        state: dict[str, str | bool] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return state


def base_python() -> str:
    """The Python that runs this, or the one below it where this is an environment's."""
    return getattr(sys, "_base_executable", sys.executable)


def uv_variables(index: str | None, certificate: str | None) -> dict[str, str]:
    """The variables for uv: everything stays in this folder, and the user's index and certificates hold."""
    variables = environment_variables()
    variables["UV_PROJECT_ENVIRONMENT"] = str(ENVIRONMENT)
    variables["UV_PYTHON_DOWNLOADS"] = "never"
    variables.setdefault("UV_CACHE_DIR", str(TOOLS / "uv-cache"))
    if index:
        variables["UV_DEFAULT_INDEX"] = index
    if certificate:
        variables.setdefault("SSL_CERT_FILE", certificate)
    return variables


def installation(uv: Path, development: bool, *, from_lock: bool) -> list[list[str | Path]]:
    """The commands that fill the environment.

    `uv sync` takes files from the addresses in uv.lock, whatever index is set. So for another index than
    PyPI, the versions and hashes of uv.lock are written to a list which uv installs from that index.
    """
    group = [] if development else ["--no-dev"]
    if from_lock:
        return [[uv, "sync", "--frozen", *group, "--compile-bytecode", "--python", PYTHON]]
    packages = TOOLS / "packages.txt"
    at: list[str | Path] = ["--python", PYTHON]
    return [
        [uv, "export", "--quiet", "--frozen", *group, "--no-emit-project", "--output-file", packages],
        [uv, "pip", "sync", *at, "--require-hashes", "--compile-bytecode", packages],
        [uv, "pip", "install", *at, "--no-deps", "--editable", ROOT],
    ]


def run(command: list[str | Path], variables: dict[str, str]) -> None:
    """Run uv, showing its progress to a person; raise SetupError with its last words where it fails."""
    import fetch_uv

    shown = None if sys.stderr.isatty() else subprocess.PIPE
    done = subprocess.run(
        command, env=variables, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=shown, stderr=shown, text=True
    )
    if done.returncode:
        last_words = "\n".join((done.stderr or "").strip().splitlines()[-15:])
        raise fetch_uv.SetupError(
            f"`uv {command[1]}` failed with exit status {done.returncode}.\n{last_words}\n"
            f"Check the network and the package index (PIP_INDEX_URL, PIP_CERT), then start again: "
            f"what is there already is kept."
        )


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        say("stopped; start again to go on")
        sys.exit(130)
