"""High-availability rules for AWS stacks, checked on the resource graph: a self-contained Pulumi policy pack."""
