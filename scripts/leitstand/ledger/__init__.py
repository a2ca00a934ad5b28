"""What was published, why it changed, and what of it is kept.

`publications` is the folder of the ledger, `record` writes a publication to it. `cases` keeps what each lead
adds to each figure; `marks` says what happened to a lead since; `split` adds that up to the difference of
every figure; `former` builds old raw data by other definitions. `retention` says which releases stay, `book`
lists the weakened publications.
"""

from leitstand.ledger.agreements import write_agreements
from leitstand.ledger.book import keep_book
from leitstand.ledger.publications import RESTATEMENT, VALUES, Ledger, Publication, Weakened
from leitstand.ledger.record import code_version, prepare
from leitstand.ledger.retention import prune, release_on

__all__ = [
    "RESTATEMENT",
    "VALUES",
    "Ledger",
    "Publication",
    "Weakened",
    "code_version",
    "keep_book",
    "prepare",
    "prune",
    "release_on",
    "write_agreements",
]
