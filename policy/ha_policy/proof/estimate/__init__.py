"""Availability figures: the SLA floor, the structural estimate and their assumptions."""
