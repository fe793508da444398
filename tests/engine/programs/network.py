"""A small stack: a VPC with a subnet per zone, a load balancer over them, a database that may be single-AZ."""

# ruff: noqa: E402 (the collector is off before the classes are loaded)
import atexit
import gc

gc.disable()
atexit.register(gc.freeze)

import pulumi
import pulumi_aws as aws

config = pulumi.Config()
region = "us-west-2"
zones: list[str] = config.get_object("zones") or [f"{region}a", f"{region}b"]
provider = aws.Provider("region", region=region)
here = pulumi.ResourceOptions(provider=provider)

vpc = aws.ec2.Vpc("net", cidr_block="10.0.0.0/16", tags={"Name": config.get("label") or "net"}, opts=here)
gateway = aws.ec2.InternetGateway("gateway", vpc_id=vpc.id, opts=here)
subnets = {
    zone: aws.ec2.Subnet(
        f"public-{zone}", vpc_id=vpc.id, availability_zone=zone, cidr_block=f"10.0.{ord(zone[-1])}.0/24", opts=here
    )
    for zone in zones
}
ids = [subnet.id for subnet in subnets.values()]
group = aws.ec2.SecurityGroup("edge", vpc_id=vpc.id, description="Load balancer", opts=here)
balancer = aws.lb.LoadBalancer(
    "web", load_balancer_type="application", security_groups=[group.id], subnets=ids, opts=here
)
if config.get_bool("database"):
    aws.rds.Instance(
        "orders",
        engine="postgres",
        instance_class="db.t4g.medium",
        allocated_storage=20,
        username="master",
        manage_master_user_password=True,
        storage_encrypted=True,
        multi_az=config.get_bool("multiAz"),
        db_subnet_group_name=aws.rds.SubnetGroup("orders", subnet_ids=ids, opts=here).name,
        skip_final_snapshot=True,
        opts=here,
    )

pulumi.export("url", pulumi.Output.concat("http://", balancer.dns_name))
pulumi.export("zones", list(subnets))
