"""What runbooks change outside of Pulumi: names, an accelerator, a Kubernetes cluster, a back office, an Aurora Global
Database.

Settings: ``routing`` (a DNS routing policy), ``promoted`` (keep clients out of the primary Region), ``dial`` (percent).
"""

import pulumi
import pulumi_aws as aws

from components.packaging import backoffice_bundle
from components.tiers.containers import EksCluster, EksClusterArgs
from components.tiers.data.aurora import Aurora, AuroraArgs, AuroraSecondaryCluster, AuroraSecondaryClusterArgs
from components.tiers.edge import (
    AcceleratorEndpoint,
    DnsRecords,
    DnsRecordsArgs,
    GlobalAccelerator,
    GlobalAcceleratorArgs,
    HealthCheckTarget,
    RecordTarget,
)
from components.tiers.servers import Beanstalk, BeanstalkArgs

ACCOUNT = "123456789012"
REGIONS = ("us-east-1", "us-west-2")
ZONES, STANDBY_ZONES = ("us-east-1a", "us-east-1b"), ("us-west-2a", "us-west-2b")
KEY, STANDBY_KEY = (f"arn:aws:kms:{region}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555" for region in REGIONS)
CLASS = "db.r7g.large"
config = pulumi.Config()
west = aws.Provider("west", region=REGIONS[1])


def balancer(region: str) -> str:
    return f"arn:aws:elasticloadbalancing:{region}:{ACCOUNT}:loadbalancer/app/shop/50dc6c495c0c9188"


def network(
    name: str, zones: tuple[str, ...], opts: pulumi.ResourceOptions | None = None
) -> tuple[pulumi.Output[str], dict[str, pulumi.Output[str]]]:
    """Ids of a VPC, and of its subnet in each zone."""
    net = aws.ec2.Vpc(name, cidr_block="10.1.0.0/16", opts=opts)
    return net.id, {
        zone: aws.ec2.Subnet(zone, vpc_id=net.id, cidr_block=f"10.1.{i}.0/24", availability_zone=zone, opts=opts).id
        for i, zone in enumerate(zones)
    }


vpc, subnets = network("net", ZONES)
DnsRecords(
    "names",
    DnsRecordsArgs(
        domain="pay.example.com",
        zone_id="Z0123456789EXAMPLE",
        targets={
            region: RecordTarget(
                dns_name=f"shop.{region}.elb.amazonaws.com",
                zone_id="Z1H1FL5HABSF5",
                endpoint=HealthCheckTarget(fqdn=f"shop.{region}.elb.amazonaws.com"),
                kept_out=region == REGIONS[0] and config.get_bool("promoted") is True,
            )
            for region in REGIONS
        },
        policy="latency" if config.get("routing") == "latency" else "failover",
    ),
)
GlobalAccelerator(
    "live",
    GlobalAcceleratorArgs(
        endpoints={
            region: AcceleratorEndpoint(
                load_balancer_arn=balancer(region),
                traffic_dial=(config.get_int("dial") or 0) if region == REGIONS[0] else 100,
            )
            for region in REGIONS
        },
        log_bucket="logs",
        retain_data=True,
    ),
)
EksCluster("pods", EksClusterArgs(subnet_ids=subnets, kms_key_arn=KEY))
Beanstalk(
    "office",
    BeanstalkArgs(
        bundle=backoffice_bundle(),
        bucket="bundles",
        vpc_id=vpc,
        instance_subnets=subnets,
        balancer_subnets=subnets,
        kms_key_arn=KEY,
    ),
)

ledger = Aurora(
    "ledger",
    AuroraArgs(
        database_name="ledger",
        instance_class=CLASS,
        vpc_id=vpc,
        subnet_ids=subnets,
        kms_key_arn=KEY,
        retain_data=True,
        global_database=True,
        secret_replicas={REGIONS[1]: STANDBY_KEY},
    ),
)
assert ledger.global_cluster_id is not None
there = pulumi.ResourceOptions(providers={"aws": west})
vpc, subnets = network("standby-net", STANDBY_ZONES, pulumi.ResourceOptions(provider=west))
AuroraSecondaryCluster(
    "standby-ledger",
    AuroraSecondaryClusterArgs(
        global_cluster_id=ledger.global_cluster_id,
        source_region=REGIONS[0],
        version=ledger.engine_version,
        instance_class=CLASS,
        vpc_id=vpc,
        subnet_ids=subnets,
        kms_key_arn=STANDBY_KEY,
        retain_data=True,
        secret_arn=ledger.secret_arn_in(REGIONS[1]),
    ),
    there,
)
