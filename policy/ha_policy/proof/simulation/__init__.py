"""The failure simulation: what is left of each entry point after each failure."""
