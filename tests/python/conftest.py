"""Fixtures that several test modules share: a tiny company in a temporary folder, and the real data."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ci.test_tier import BUILT_ONCE, ORDER
from company_exports import SEED, Exports
from fresh_clone import FreshClone, build_fresh_clone
from leitstand.company import generate
from leitstand.config import PROJECT_ROOT
from running import Company, in_a_process, run_own_company
from tiny_company import TinyCompany

REAL_DATA = "LEITSTAND_REAL_DATA"

# dbt's own log of each step costs a twelfth of a build, and nobody reads it here
os.environ["DBT_LOG_LEVEL_FILE"] = "none"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with what it needs, so that no process builds what another has built; sort by it."""
    for item in items:
        if built := built_for(item):
            item.add_marker(built)
        item.add_marker(pytest.mark.xdist_group(built or item.nodeid.partition("::")[0]))
    items.sort(key=lambda item: ORDER.index(built_for(item)))


def built_for(item: pytest.Item) -> str:
    """What a test needs of that which only one process may build."""
    needed = set(getattr(item, "fixturenames", ()))
    return next((name for name, fixtures in BUILT_ONCE.items() if fixtures & needed), "")


@pytest.fixture
def make_company(tmp_path: Path) -> Callable[..., TinyCompany]:
    """Make a tiny company: `make_company(mapping, {"leads.csv": "…"})`; more connections by `.connect`."""

    def make(mapping: str, files: dict[str, str | bytes], connection: str = "crm") -> TinyCompany:
        tiny = TinyCompany(tmp_path / "company").connect(mapping, connection)
        for name, content in files.items():
            tiny.export(name, content, connection)
        return tiny

    return make


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data; a test that needs it is left out, with the reason, where there is none."""
    folder = os.environ.get(REAL_DATA)
    if not folder or not Path(folder).is_dir():
        pytest.skip(f"{REAL_DATA} names no folder of real data")
    return Path(folder).resolve()


@pytest.fixture(scope="session")
def demo() -> Company:
    """The built-in company after `leitstand demo`."""
    return Company(PROJECT_ROOT, in_a_process("demo", "--json").json)


@pytest.fixture(scope="session")
def fresh_clone(tmp_path_factory: pytest.TempPathFactory) -> FreshClone:
    """The project after a plain `dbt build` where nothing has landed. Copy its folder to change it."""
    return build_fresh_clone(tmp_path_factory.mktemp("clone"))


@pytest.fixture(scope="session")
def own_company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company made with `leitstand init` that has run once, with a key. To break it: `changed_company`.

    Its folder is called so that it ends a text of SQL, is a pattern, and is markup of the terminal.
    """
    return run_own_company(tmp_path_factory.mktemp("own") / "o'neil [b] *")


@pytest.fixture
def changed_company(own_company: Company, tmp_path: Path) -> Iterator[Path]:
    """That company's folder, to break: it is put back afterwards. A copy elsewhere would be parsed anew."""
    folder, kept = own_company.folder, tmp_path / "as_it_was"
    shutil.copytree(folder, kept, symlinks=True)
    yield folder
    shutil.rmtree(folder)
    shutil.move(kept, folder)


@pytest.fixture(scope="session")
def company_runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Three runs: one here, the same seed in another process, and another seed."""
    folders = {name: tmp_path_factory.mktemp(name) for name in ("here", "again", "other")}
    code = "import sys; from pathlib import Path; from leitstand.company import generate; "
    code += "generate(Path(sys.argv[1]), int(sys.argv[2]))"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(folders[name]), str(seed)],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
        )
        for name, seed, hash_seed in (("again", SEED, "1"), ("other", SEED + 1, "2"))
    ]
    generate(folders["here"], SEED)
    assert [process.wait() for process in processes] == [0, 0]
    yield {name: folder / "exports" for name, folder in folders.items()}
    for folder in folders.values():
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def exports(company_runs: dict[str, Path]) -> Exports:
    """The exports of the synthetic company."""
    return Exports(company_runs["here"])
