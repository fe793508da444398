"""A stack with each flaw that the first rules are about, beside what they exempt. `mend` true: without the flaws."""

# ruff: noqa: E402 (the collector is off before the classes are loaded)
import atexit
import gc

gc.disable()
atexit.register(gc.freeze)

import pulumi
import pulumi_aws as aws

mend = pulumi.Config().get_bool("mend") or False
region = "us-west-2"
a, b = f"{region}a", f"{region}b"
here = pulumi.ResourceOptions(provider=aws.Provider("region", region=region))


def subnet(vpc: aws.ec2.Vpc, name: str, zone: str, block: str) -> aws.ec2.Subnet:
    return aws.ec2.Subnet(name, vpc_id=vpc.id, availability_zone=zone, cidr_block=block, opts=here)


vpc = aws.ec2.Vpc("net", cidr_block="10.0.0.0/16", opts=here)
gateway = aws.ec2.InternetGateway("gateway", vpc_id=vpc.id, opts=here)
ready = pulumi.ResourceOptions.merge(here, pulumi.ResourceOptions(depends_on=[gateway]))
first = subnet(vpc, "first", a, "10.0.0.0/24")
second = subnet(vpc, "second", b if mend else a, "10.0.1.0/24")
inner = {zone: subnet(vpc, f"inner-{zone}", zone, f"10.0.{10 + i}.0/24") for i, zone in enumerate((a, b))}
public = {zone: subnet(vpc, f"public-{zone}", zone, f"10.0.{20 + i}.0/24") for i, zone in enumerate((a, b))}

alone = aws.ec2.Vpc("alone", cidr_block="10.1.0.0/16", opts=here)
subnet(alone, "alone-first", a, "10.1.0.0/24")
subnet(alone, "alone-second", b if mend else a, "10.1.1.0/24")

nats: dict[str, aws.ec2.NatGateway] = {}
for zone, where in public.items():
    address = aws.ec2.Eip(f"nat-{zone}", domain="vpc", opts=ready)
    nats[zone] = aws.ec2.NatGateway(f"nat-{zone}", subnet_id=where.id, allocation_id=address.id, opts=ready)
for zone, where in inner.items():
    table = aws.ec2.RouteTable(f"inner-{zone}", vpc_id=vpc.id, opts=here)
    aws.ec2.RouteTableAssociation(f"inner-{zone}", subnet_id=where.id, route_table_id=table.id, opts=here)
    aws.ec2.Route(
        f"inner-{zone}",
        route_table_id=table.id,
        destination_cidr_block="0.0.0.0/0",
        nat_gateway_id=nats[zone if mend else a].id,
        opts=here,
    )

# Exempt: one gateway that AWS itself spreads over the zones.
apart = aws.ec2.Vpc("apart", cidr_block="10.2.0.0/16", opts=here)
regional = aws.ec2.NatGateway("regional", availability_mode="regional", vpc_id=apart.id, opts=here)
for i, zone in enumerate((a, b)):
    place = subnet(apart, f"apart-{zone}", zone, f"10.2.{i}.0/24")
    table = aws.ec2.RouteTable(f"apart-{zone}", vpc_id=apart.id, opts=here)
    aws.ec2.RouteTableAssociation(f"apart-{zone}", subnet_id=place.id, route_table_id=table.id, opts=here)
    aws.ec2.Route(
        f"apart-{zone}",
        route_table_id=table.id,
        destination_cidr_block="0.0.0.0/0",
        nat_gateway_id=regional.id,
        opts=here,
    )

group = aws.ec2.SecurityGroup("edge", vpc_id=vpc.id, description="Load balancer", opts=here)
# Two subnets and still one zone: AWS tells so only when it is asked to create it, the pack at preview.
balancer = aws.lb.LoadBalancer(
    "web", load_balancer_type="application", security_groups=[group.id], subnets=[first.id, second.id], opts=ready
)
targets = aws.lb.TargetGroup(
    "web",
    port=80,
    protocol="HTTP",
    vpc_id=vpc.id,
    health_check=aws.lb.TargetGroupHealthCheckArgs(path="/health", matcher="200" if mend else "200-499"),
    opts=here,
)
aws.lb.Listener(
    "web",
    load_balancer_arn=balancer.arn,
    port=80,
    protocol="HTTP",
    default_actions=[aws.lb.ListenerDefaultActionArgs(type="forward", target_group_arn=targets.arn)],
    opts=here,
)
template = aws.ec2.LaunchTemplate(
    "servers", image_id="ami-0123456789abcdef0", instance_type="t4g.small", vpc_security_group_ids=[group.id], opts=here
)


def servers(name: str, subnets: list[aws.ec2.Subnet], check: str | None) -> None:
    aws.autoscaling.Group(
        name,
        min_size=2,
        max_size=4,
        vpc_zone_identifiers=[s.id for s in subnets],
        target_group_arns=[targets.arn],
        health_check_type=check,
        launch_template=aws.autoscaling.GroupLaunchTemplateArgs(id=template.id, version="$Latest"),
        opts=here,
    )


servers("unchecked", list(inner.values()), "ELB" if mend else None)
servers("huddled", list(inner.values()) if mend else [first], "ELB")

databases = aws.rds.SubnetGroup("data", subnet_ids=[s.id for s in inner.values()], opts=here)
orders = aws.rds.Instance(
    "orders",
    engine="postgres",
    allocated_storage=20,
    username="master",
    # RDS makes no read replica of a source whose password it manages.
    password_wo=pulumi.Output.secret("not-for-any-real-use"),
    password_wo_version=1,
    multi_az=mend,
    backup_retention_period=7,
    db_subnet_group_name=databases.name,
    instance_class="db.t4g.medium",
    storage_encrypted=True,
    skip_final_snapshot=True,
    opts=here,
)
# Exempt: a replica, and a member of an Aurora cluster, whose copies of the data lie in three zones anyway.
aws.rds.Instance(
    "replica",
    replicate_source_db=orders.identifier,
    instance_class="db.t4g.medium",
    storage_encrypted=True,
    skip_final_snapshot=True,
    opts=here,
)
cluster = aws.rds.Cluster(
    "ledger",
    engine=aws.rds.EngineType.AURORA_POSTGRESQL,
    master_username="master",
    manage_master_user_password=True,
    db_subnet_group_name=databases.name,
    skip_final_snapshot=True,
    storage_encrypted=True,
    opts=here,
)
for zone in (a, b):
    aws.rds.ClusterInstance(
        f"member-{zone}",
        cluster_identifier=cluster.id,
        engine=aws.rds.EngineType.AURORA_POSTGRESQL,
        instance_class="db.r6g.large",
        availability_zone=zone,
        db_subnet_group_name=databases.name,
        opts=here,
    )
