"""Web servers in two Availability Zones behind an Application Load Balancer, with one NAT gateway or one per zone."""

import pulumi
import pulumi_aws as aws

ZONES = ("us-west-2a", "us-west-2b")
NAT_ZONES = ZONES if pulumi.Config().require_bool("natPerZone") else ZONES[:1]
IMAGE = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"


def subnet(kind: str, zone: str, number: int) -> aws.ec2.Subnet:
    """A /24 subnet in a zone."""
    cidr = f"10.0.{number}.0/24"
    return aws.ec2.Subnet(f"{kind}-{zone}", vpc_id=vpc.id, cidr_block=cidr, availability_zone=zone)


def default_route(name: str, subnets: list[aws.ec2.Subnet], target: aws.ec2.RouteTableRouteArgsDict) -> None:
    """A route table with a default route, for these subnets."""
    table = aws.ec2.RouteTable(name, vpc_id=vpc.id, routes=[{**target, "cidr_block": "0.0.0.0/0"}])
    for index, member in enumerate(subnets):
        aws.ec2.RouteTableAssociation(f"{name}-{index}", subnet_id=member.id, route_table_id=table.id)


vpc = aws.ec2.Vpc("web", cidr_block="10.0.0.0/16")
internet = aws.ec2.InternetGateway("web", vpc_id=vpc.id)
public = {zone: subnet("public", zone, number) for number, zone in enumerate(ZONES)}
private = {zone: subnet("private", zone, number) for number, zone in enumerate(ZONES, start=10)}
default_route("public", list(public.values()), {"gateway_id": internet.id})
for zone in NAT_ZONES:
    address = aws.ec2.Eip(f"nat-{zone}", domain="vpc")
    nat = aws.ec2.NatGateway(f"nat-{zone}", subnet_id=public[zone].id, allocation_id=address.id)
    served = [private[zone]] if NAT_ZONES == ZONES else list(private.values())
    default_route(f"private-{zone}", served, {"nat_gateway_id": nat.id})

balancer = aws.lb.LoadBalancer("web", subnets=[s.id for s in public.values()])
group = aws.lb.TargetGroup("web", vpc_id=vpc.id, port=80, protocol="HTTP", health_check={"path": "/", "interval": 10})
aws.lb.Listener(
    "web",
    load_balancer_arn=balancer.arn,
    port=80,
    default_actions=[{"type": "forward", "target_group_arn": group.arn}],
)
template = aws.ec2.LaunchTemplate("web", image_id=IMAGE, instance_type="t4g.small")
aws.autoscaling.Group(
    "web",
    vpc_zone_identifiers=[s.id for s in private.values()],
    min_size=4,
    max_size=8,
    health_check_type="ELB",
    target_group_arns=[group.arn],
    launch_template={"id": template.id, "version": "$Latest"},
)
pulumi.export("url", pulumi.Output.concat("http://", balancer.dns_name))
