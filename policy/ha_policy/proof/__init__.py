"""The failure simulation and the availability report: what each failure does to each entry point, from the resource
graph."""
