"""The exports of the built-in company, made where they are missing or older than the code that makes them."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from leitstand import company
from leitstand.company import generate


def make_exports(folder: Path) -> bool:
    """Write the built-in company's exports below a folder; False where they stood there already.

    What had landed of former exports goes with them: it is another company's, whose keys mean other people.
    """
    exports = folder / "exports"
    stamp = exports / ".made_by"
    code = _digest(Path(company.__file__).parent)
    if stamp.is_file() and stamp.read_text() == code:
        return False
    for made in (exports, folder / "warehouse"):
        shutil.rmtree(made, ignore_errors=True)
    generate(folder)
    stamp.write_text(code)
    return True


def _digest(package: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(package.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
