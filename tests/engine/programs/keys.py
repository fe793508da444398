"""Resources with keys that must be unique in AWS.

The setting ``holder`` begins their logical names; without it there are none.
"""

import pulumi
import pulumi_aws as aws

holder = pulumi.Config().get("holder")
here = pulumi.ResourceOptions(provider=aws.Provider("region", region="us-west-2"))
LISTENER = "arn:aws:elasticloadbalancing:us-west-2:123456789012:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2"
GROUP = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/73e2d6bc24d8a067"

if holder:
    aws.lb.TargetGroup(
        f"{holder}-group", name="web", port=80, protocol="HTTP", vpc_id="vpc-0123456789abcdef0", opts=here
    )
    aws.lb.ListenerRule(
        f"{holder}-rule",
        listener_arn=LISTENER,
        priority=10,
        actions=[{"type": "forward", "target_group_arn": GROUP}],
        conditions=[{"path_pattern": {"values": ["/api/*"]}}],
        opts=here,
    )
    aws.ec2.Route(
        f"{holder}-route",
        route_table_id="rtb-0123456789abcdef0",
        destination_cidr_block="10.9.0.0/16",
        gateway_id="igw-0123456789abcdef0",
        opts=here,
    )
    aws.vpc.SecurityGroupIngressRule(
        f"{holder}-ingress",
        security_group_id="sg-0123456789abcdef0",
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
        cidr_ipv4="10.0.0.0/8",
        opts=here,
    )
    aws.route53.Record(
        f"{holder}-record",
        zone_id="Z0123456789ABCDEFGHIJ",
        name="shop.example.com",
        type="A",
        ttl=60,
        records=["192.0.2.1"],
        opts=here,
    )
    aws.cloudwatch.LogGroup(f"{holder}-logs", name="/shop/web", opts=here)
