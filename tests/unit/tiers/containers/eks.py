"""Programs that the tests of EKS run."""

import pulumi

KEY = "arn:aws:kms:us-west-2:123456789012:key/k"


SUBNETS: dict[str, pulumi.Input[str]] = {f"us-west-2{z}": f"subnet-{z}" for z in "abc"}


CLUSTER, INVOCATION = "aws:eks/cluster:Cluster", "aws:lambda/invocation:Invocation"
