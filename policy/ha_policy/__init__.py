"""High-availability rules for AWS stacks on the resource graph: a self-contained CrossGuard pack."""
