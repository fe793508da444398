"""The real Pulumi engine on any machine, and an AWS that needs no account."""
