"""Set up the real Pulumi engine, and run it with a stand-in AWS provider that needs no account."""
