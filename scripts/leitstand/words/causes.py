"""Words that claim a cause. Only an experiment could prove it, and a release holds none."""

from __future__ import annotations

import re
from collections.abc import Iterator

CAUSES = {
    "en": [
        r"(?:led|leads|leading) to",
        r"caus(?:ed|es|ing)(?: by)?",
        r"(?:drove|drives|driven|driving)(?: by)?",
        r"result(?:ed|s|ing) (?:in|from)",
        r"as a result",
        r"because(?: of)?",
        r"due to",
        r"owing to",
        r"thanks to",
        r"attributable to",
        r"(?:trigger|boost|propell|spark)(?:ed|s|ing)(?: by)?",
        r"brought about",
        r"contributed to",
        r"responsible for",
        r"explain(?:s|ed)(?: by)?",
        r"therefore",
        r"thereby",
        r"the reason (?:is|was|for)",
    ],
    "de": [
        r"führ(?:t|te|ten|en)\b[^.!?;\n]{0,80}?\bzu(?:m|r)?",
        r"geführt",
        r"(?:ver|be)?ursach(?:t|te|ten|en)",
        r"bewirk(?:t|te|ten|en)",
        r"(?:auslös(?:t|te|ten|en)|ausgelöst|lös(?:t|te|ten|en)\b[^.!?;\n]{0,80}?\baus)",
        r"sorg(?:t|te|ten|en) für",
        r"(?:trieb|trieben|getrieben|angetrieben)",
        r"(?:weil|wegen|aufgrund|auf grund|infolge|dank|deshalb|daher|dadurch|somit)",
        r"zurückzuführen",
        r"zurückgeführt",
        r"(?:liegt|lag|liegen|lagen) an(?: der| dem| den)?",
        r"verdank(?:t|te|en|ten)",
        r"zu verdanken",
        r"der grund (?:ist|war|für)",
        r"erklär(?:t|te|en|ten) sich",
        r"beigetragen",
    ],
}
_PATTERNS = {
    language: re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE) for language, words in CAUSES.items()
}


def find_causes(text: str, language: str) -> Iterator[tuple[int, str]]:
    """Where a text claims a cause: the position, and the words."""
    for found in _PATTERNS[language].finditer(text):
        yield found.start(), found[0]
