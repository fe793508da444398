"""The gate for pipelines: one verdict on one or several stacks, in the formats that pipelines read."""
