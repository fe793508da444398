"""What runbooks change outside of Pulumi, beside databases: names, an accelerator, a Kubernetes cluster, a back office.

Settings: ``routing`` (a DNS routing policy), ``promoted`` (keep clients out of the primary Region), ``dial`` (percent).
"""

import pulumi
import pulumi_aws as aws

from components.packaging import backoffice_bundle
from components.tiers.containers import EksCluster, EksClusterArgs
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
ZONES = ("us-east-1a", "us-east-1b")
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
config = pulumi.Config()


def balancer(region: str) -> str:
    return f"arn:aws:elasticloadbalancing:{region}:{ACCOUNT}:loadbalancer/app/shop/50dc6c495c0c9188"


net = aws.ec2.Vpc("net", cidr_block="10.1.0.0/16")
subnets = {
    zone: aws.ec2.Subnet(zone, vpc_id=net.id, cidr_block=f"10.1.{i}.0/24", availability_zone=zone).id
    for i, zone in enumerate(ZONES)
}
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
        vpc_id=net.id,
        instance_subnets=subnets,
        balancer_subnets=subnets,
        kms_key_arn=KEY,
    ),
)
