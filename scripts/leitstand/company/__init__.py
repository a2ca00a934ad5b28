"""The synthetic company: Talbrück Antriebstechnik GmbH, a maker of drives, and its two years of exports.

`generate` lives through the two years (`life`) and writes what each of the company's systems would export:
the CRM, the CRM that it replaced, marketing automation, web tracking, advertising platforms, finance (the
modules `*_files`). Beside them stands the answer key. The same seed gives the same bytes. Rates and windows
stand in `constants`.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from leitstand.company.ad_files import write_ads
from leitstand.company.answer_key import write_answer_key
from leitstand.company.automation_files import write_automation
from leitstand.company.costs import credits, daily_spend, invoices, other_costs, sales_costs
from leitstand.company.crm_files import write_crm
from leitstand.company.finance_files import write_finance
from leitstand.company.forecasts import forecast
from leitstand.company.legacy_files import write_legacy
from leitstand.company.life import Life
from leitstand.company.machines import Machines
from leitstand.company.noise import Noise
from leitstand.company.permissions import permissions
from leitstand.company.rates import daily_rates
from leitstand.company.records import AUTOMATION
from leitstand.company.web_files import write_web

__all__ = ["generate"]


def generate(folder: Path, seed: int = 20260701) -> None:
    """Write the company's exports and its answer key below `folder`/exports."""
    exports = folder / "exports"
    history = Life(seed).live()
    spending = Random(f"{seed} costs")
    spend = daily_spend(spending, history.campaigns)
    given_back = credits(spending, spend)
    billed = invoices(spending, [*spend, *given_back])

    noise = Noise(Random(f"{seed} noise"))
    machines = Machines(Random(f"{seed} machines"))
    postponements = forecast(Random(f"{seed} forecasts"), history.opportunities)
    write_crm(exports / "crm", history, noise, postponements)
    write_legacy(exports / "crm_legacy", history)
    allowed = permissions(Random(f"{seed} permissions"), history.records(AUTOMATION))
    write_automation(exports / "automation", history, allowed, machines.clicks(history))
    write_web(exports / "web", history, machines.withdrawn(history))
    write_ads(exports, history.campaigns.ads, spend, given_back, noise)
    rates = daily_rates(Random(f"{seed} rates"))
    write_finance(exports / "finance", other_costs(history.campaigns), sales_costs(), billed, rates)
    write_answer_key(exports / "answer_key", history, noise.report(history) | machines.report())
