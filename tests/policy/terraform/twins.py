"""A shop in two Regions, with the same mistakes as `plans/twins`, its twin for Terraform.

`plans/twins/preview.json` is its preview; README.md says how it is made.
"""

import pulumi
import pulumi_aws as aws


class Cell:
    """The shop in one Region. nat_zones: one entry for each NAT gateway."""

    def __init__(
        self,
        name: str,
        region: str,
        block: str,
        *,
        zones: list[str],
        nat_zones: list[str],
        servers: int,
        multi_az: bool,
    ) -> None:
        opts = pulumi.ResourceOptions(provider=aws.Provider(name, region=region))

        # --- Network -------------------------------------------------------------------------------------------------
        vpc = aws.ec2.Vpc(f"{name}-main", cidr_block=f"{block}.0.0/16", opts=opts)
        gateway = aws.ec2.InternetGateway(f"{name}-main", vpc_id=vpc.id, opts=opts)
        public, private = (
            [
                aws.ec2.Subnet(
                    f"{name}-{role}-{i}",
                    vpc_id=vpc.id,
                    cidr_block=f"{block}.{i + first}.0/24",
                    availability_zone=zones[i],
                    opts=opts,
                )
                for i in range(2)
            ]
            for role, first in (("public", 0), ("private", 10))
        )
        public_table = aws.ec2.RouteTable(
            f"{name}-public",
            vpc_id=vpc.id,
            routes=[{"cidr_block": "0.0.0.0/0", "gateway_id": gateway.id}],
            opts=opts,
        )
        nats: list[aws.ec2.NatGateway] = []
        for i in range(len(nat_zones)):
            address = aws.ec2.Eip(f"{name}-nat-{i}", domain="vpc", opts=opts)
            nats.append(
                aws.ec2.NatGateway(f"{name}-nat-{i}", subnet_id=public[i].id, allocation_id=address.id, opts=opts)
            )
        for i in range(2):
            aws.ec2.RouteTableAssociation(
                f"{name}-public-{i}", subnet_id=public[i].id, route_table_id=public_table.id, opts=opts
            )
            table = aws.ec2.RouteTable(f"{name}-private-{i}", vpc_id=vpc.id, opts=opts)
            aws.ec2.Route(
                f"{name}-private-{i}",
                route_table_id=table.id,
                destination_cidr_block="0.0.0.0/0",
                nat_gateway_id=nats[min(i, len(nats) - 1)].id,
                opts=opts,
            )
            aws.ec2.RouteTableAssociation(
                f"{name}-private-{i}", subnet_id=private[i].id, route_table_id=table.id, opts=opts
            )

        # --- Servers -------------------------------------------------------------------------------------------------
        lb_group = aws.ec2.SecurityGroup(
            f"{name}-lb",
            vpc_id=vpc.id,
            ingress=[{"protocol": "tcp", "from_port": 80, "to_port": 80, "cidr_blocks": ["0.0.0.0/0"]}],
            opts=opts,
        )
        web_group = aws.ec2.SecurityGroup(f"{name}-web", vpc_id=vpc.id, opts=opts)
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-web",
            security_group_id=web_group.id,
            referenced_security_group_id=lb_group.id,
            ip_protocol="tcp",
            from_port=8080,
            to_port=8080,
            opts=opts,
        )
        self.balancer = aws.lb.LoadBalancer(
            f"{name}-web", subnets=[s.id for s in public], security_groups=[lb_group.id], opts=opts
        )
        targets = aws.lb.TargetGroup(
            f"{name}-web", vpc_id=vpc.id, port=8080, protocol="HTTP", health_check={"path": "/health"}, opts=opts
        )
        aws.lb.Listener(
            f"{name}-web",
            load_balancer_arn=self.balancer.arn,
            port=80,
            protocol="HTTP",
            default_actions=[{"type": "forward", "target_group_arn": targets.arn}],
            opts=opts,
        )
        template = aws.ec2.LaunchTemplate(
            f"{name}-web",
            image_id="ami-0123456789abcdef0",
            instance_type="m6i.large",
            vpc_security_group_ids=[web_group.id],
            opts=opts,
        )
        aws.autoscaling.Group(
            f"{name}-web",
            min_size=servers,
            max_size=4,
            vpc_zone_identifiers=[s.id for s in private],
            health_check_type="EC2",  # mistake: not the load balancer's
            target_group_arns=[targets.arn],
            launch_template={"id": template.id, "version": "$Latest"},
            opts=opts,
        )

        # --- Data ----------------------------------------------------------------------------------------------------
        db_group = aws.ec2.SecurityGroup(f"{name}-db", vpc_id=vpc.id, opts=opts)
        aws.ec2.SecurityGroupRule(
            f"{name}-db",
            type="ingress",
            security_group_id=db_group.id,
            source_security_group_id=web_group.id,
            protocol="tcp",
            from_port=3306,
            to_port=3306,
            opts=opts,
        )
        subnets = aws.rds.SubnetGroup(f"{name}-db", subnet_ids=[s.id for s in private], opts=opts)
        aws.rds.Instance(
            f"{name}-db",
            engine="mysql",
            instance_class="db.m6g.large",
            allocated_storage=100,
            username="shop",
            password="change-me-please",
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[db_group.id],
            multi_az=multi_az,
            backup_retention_period=1,  # mistake
            skip_final_snapshot=False,
            final_snapshot_identifier="shop-last",
            opts=opts,
        )
        aws.dynamodb.Table(
            f"{name}-carts",
            name="carts",
            billing_mode="PAY_PER_REQUEST",
            hash_key="id",
            attributes=[{"name": "id", "type": "S"}],
            point_in_time_recovery={"enabled": multi_az},  # mistake in us-east-1
            opts=opts,
        )
        images = aws.s3.Bucket(f"{name}-images", opts=opts)
        aws.s3.BucketVersioning(
            f"{name}-images", bucket=images.id, versioning_configuration={"status": "Enabled"}, opts=opts
        )
        aws.sqs.Queue(f"{name}-orders", opts=opts)
        topic = aws.sns.Topic(f"{name}-alarms", opts=opts)
        aws.cloudwatch.MetricAlarm(
            f"{name}-targets",
            name="targets",
            namespace="AWS/ApplicationELB",
            metric_name="UnHealthyHostCount",
            comparison_operator="GreaterThanThreshold",
            statistic="Maximum",
            threshold=0,
            period=60,
            evaluation_periods=2,
            treat_missing_data="breaching",
            alarm_actions=[topic.arn],
            dimensions={"LoadBalancer": self.balancer.arn_suffix, "TargetGroup": targets.arn_suffix},
            opts=opts,
        )


east = Cell(
    "east",
    "us-east-1",
    "10.0",
    zones=["us-east-1a", "us-east-1b"],
    nat_zones=["us-east-1a"],  # mistake: one NAT gateway for both zones
    servers=2,
    multi_az=False,  # mistake
)
west = Cell(
    "west",
    "us-west-2",
    "10.1",
    zones=["us-west-2a", "us-west-2a"],  # mistake: both subnets in one zone
    nat_zones=["us-west-2a", "us-west-2a"],
    servers=1,  # mistake
    multi_az=True,
)

zone = aws.route53.Zone("shop", name="shop.example")
check = aws.route53.HealthCheck(
    "east",
    fqdn=east.balancer.dns_name,
    type="HTTPS",
    port=443,
    resource_path="/health",
    failure_threshold=3,
    request_interval=10,
)
for where, cell, policy in (("east", east, "PRIMARY"), ("west", west, "SECONDARY")):
    aws.route53.Record(
        where,
        zone_id=zone.zone_id,
        name="www.shop.example",
        type="A",
        set_identifier=where,
        health_check_id=check.id if where == "east" else None,
        failover_routing_policies=[{"type": policy}],
        aliases=[{"name": cell.balancer.dns_name, "zone_id": cell.balancer.zone_id, "evaluate_target_health": True}],
    )
