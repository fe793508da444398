"""One package per area of AWS, for use in any Pulumi program: `from components.tiers.network import Vpc, VpcArgs`."""
