"""The keys of the published contract that the page names."""

MARKETING = "marketing"
"""Origin path of what marketing brought in."""

UNKNOWN = "unknown"
"""Origin path of what cannot be told."""

ABBREVIATED_STAGES = frozenset({"mql", "sal", "sql"})
"""Stages that everyone calls by their abbreviation."""

HANDOVER_STAGE = "sal"
"""The stage at which sales takes over; later stages are shown in grey."""

CHANNEL_SCOPE = "program"
"""Cost scope in which channels are compared: media and programs."""

FULL_SCOPE = "fully_loaded"
"""Cost scope of the headline: with tools and people."""

NOT_ALLOCATED = "not_allocated"
"""Channel of cost that no channel carries."""
