"""A database's replica in another Region, before and after its promotion (setting ``promoted``)."""

import pulumi
import pulumi_aws as aws

from components.tiers.data.rds import RdsCrossRegionReplica, RdsCrossRegionReplicaArgs

ZONES = ("us-east-1a", "us-east-1b")
east = aws.Provider("east", region="us-east-1")
there = pulumi.ResourceOptions(provider=east)
net = aws.ec2.Vpc("net", cidr_block="10.1.0.0/16", opts=there)
subnets = {
    zone: aws.ec2.Subnet(zone, vpc_id=net.id, cidr_block=f"10.1.{i}.0/24", availability_zone=zone, opts=there).id
    for i, zone in enumerate(ZONES)
}
RdsCrossRegionReplica(
    "shop-db",
    RdsCrossRegionReplicaArgs(
        source_arn="arn:aws:rds:us-west-2:123456789012:db:shop-db",
        promoted=pulumi.Config().get_bool("promoted") or False,
        engine="mysql",
        instance_class="db.r7g.large",
        vpc_id=net.id,
        subnet_ids=subnets,
        kms_key_arn="arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555",
        retain_data=True,
    ),
    pulumi.ResourceOptions(providers={"aws": east}),
)
