"""High-availability rules for AWS stacks, checked on the resource graph: a self-contained Pulumi policy pack."""

__version__ = "0.2.0"
"""The version of the policy pack, of its Python package and of the `resilience` command."""
