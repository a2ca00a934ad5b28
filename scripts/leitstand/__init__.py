"""Leitstand: the control room of B2B marketing."""
