"""Proof of availability: what each failure does to each entry point, computed on the resource graph."""
