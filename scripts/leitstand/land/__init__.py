"""Landing: files as systems export them become typed, counted, append-only raw tables.

A file is copied and checked (`text`, `header`, `diagnosis`), kept as Parquet (`keep`, `lake`), typed by SQL
made from the input contract (`values`, `feed_sql`) and inserted or quarantined (`feed`). `load` makes one
transaction of it.
"""

from leitstand.land.load import land
from leitstand.land.rebuild import rebuild
from leitstand.land.result import FileRecord, LandResult, SkippedFile

__all__ = ["FileRecord", "LandResult", "SkippedFile", "land", "rebuild"]
