"""The agreement between marketing and sales: what is wrong with it, what it says, what changed in it."""

from leitstand.definitions.check import Fault, check_definitions, find_faults, refuse
from leitstand.definitions.schema import PATTERN

__all__ = ["PATTERN", "Fault", "check_definitions", "find_faults", "refuse"]
