"""Measurements. `python -m bench` runs all, `python -m bench preview rules` those two; figures: build/bench.json."""
