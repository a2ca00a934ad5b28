"""What a change would do before it is made: other definitions (`simulate`), other models (`check_change`).

Both build what the change touches in a scratch company, beside the published state that `keep_state` keeps,
and compare; nothing of the company is written.
"""

from leitstand.change.ci import ChangeReport, check_change
from leitstand.change.comment import as_comment
from leitstand.change.figures import Comparison, Figure, as_csv
from leitstand.change.simulation import Simulation, simulate
from leitstand.change.state import keep_state

__all__ = [
    "ChangeReport",
    "Comparison",
    "Figure",
    "Simulation",
    "as_comment",
    "as_csv",
    "check_change",
    "keep_state",
    "simulate",
]
