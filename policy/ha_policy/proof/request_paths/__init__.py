"""Request paths: from a resource to everything that it needs to serve."""
