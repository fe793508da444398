"""Availability in figures: the SLA floor, the structural estimate, and what they assume."""
