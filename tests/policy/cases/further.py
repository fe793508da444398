"""Further cases of rules whose verdict was once wrong: what the stack is like, and the right verdict.

Each is tried at preview (ids unknown) and after deployment (ids known).
"""
# ruff: noqa: E501 (one row per case)

import json
from typing import Any

from ha_policy.testing import Json, Verdict

from tests.policy.cases.backup import backup
from tests.policy.cases.containers import image
from tests.policy.cases.kind import Case, Extra, U, Variation, v
from tests.policy.cases.load_balancing import BALANCER, LISTENER
from tests.policy.cases.network import acl_entry
from tests.policy.cases.paths import instances_behind
from tests.policy.cases.rds import READER, WRITER, member
from tests.policy.cases.s3 import ELSEWHERE, NEAR, replicate

BAD, OK, NA, UNKNOWN = Verdict.VIOLATION, Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.CANNOT_TELL
DENY, ALLOW = (json.dumps({"redrivePermission": p}) for p in ("denyAll", "allowAll"))
LAX: Extra = ("ec2/subnet", "lax", {"vpcId": "@vpc", "availabilityZone": "us-west-2-lax-1a"})
WAVE: Extra = ("ec2/subnet", "wave", {"vpcId": "@vpc", "availabilityZone": "us-west-2-wl1-las-wlz-1"})
LAX_BY_ID: Extra = ("ec2/subnet", "lax-by-id", {"vpcId": "@vpc", "availabilityZoneId": "usw2-lax1-az1"})
FREE: Extra = ("ec2/subnet", "free", {"vpcId": "@own"})
OWN: Extra = ("ec2/vpc", "own", {"cidrBlock": "10.9.0.0/16"})
FORWARD: dict[str, Any] = {"loadBalancerArn": "@lb.arn", "defaultActions": [{"type": "fixed-response"}]}
SERVERS: Extra = ("autoscaling/group", "servers", {"vpcZoneIdentifiers": ["@a", "@b"], "minSize": 2})
TASKS: Extra = ("ecs/service", "tasks", {"networkConfiguration": {"subnets": ["@a", "@b"]}, "desiredCount": 2})


OPEN: Extra = (
    "ec2/securityGroup",
    "open",
    {"vpcId": "@vpc", "ingress": [{"protocol": "tcp", "fromPort": 80, "toPort": 80, "cidrBlocks": ["0.0.0.0/0"]}]},
)
CLOSED: Extra = ("ec2/securityGroup", "closed", {"vpcId": "@vpc"})
BASTION: Extra = (
    "ec2/securityGroup",
    "ssh",
    {"vpcId": "@vpc", "ingress": [{"protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": ["0.0.0.0/0"]}]},
)


def copied(**more: Any) -> list[dict[str, Any]]:
    """A rule that replicates to a bucket elsewhere."""
    return [{**rule, **more} for rule in replicate("@far.arn")]


def server(name: str, **source: Any) -> Extra:
    """A security group that lets a source in on the port of RabbitMQ."""
    return (
        "ec2/securityGroup",
        name,
        {"vpcId": "@vpc", "ingress": [{"protocol": "tcp", "fromPort": 5672, "toPort": 5672, **source}]},
    )


def client(*addresses: str) -> Extra:
    """A task definition whose environment has these addresses."""
    environment = [{"name": f"SERVER_{i}", "value": address} for i, address in enumerate(addresses)]
    return ("ecs/taskDefinition", "client", {"containerDefinitions": [{"name": "app", "environment": environment}]})


ALLOWED = [acl_entry(100, "allow")]


def repository(name: str, **props: Any) -> Extra:
    """An ECR repository."""
    return ("ecr/repository", name, props)


def uses(*repositories: str) -> Json:
    """Container definitions with one container per repository."""
    return Json([{"name": name, "image": f"@{name}.repositoryUrl"} for name in repositories])


def associated(subnet: str) -> Extra:
    """A subnet that is associated with the endpoint x by a resource of its own."""
    return ("ec2/vpcEndpointSubnetAssociation", f"in-{subnet}", {"vpcEndpointId": "@x", "subnetId": f"@{subnet}"})


def scaled(resource: str, dimension: str, minimum: int) -> Extra:
    """A target of Application Auto Scaling."""
    names = {"resourceId": resource, "scalableDimension": dimension, "serviceNamespace": dimension.split(":")[0]}
    return ("appautoscaling/target", "scaled", {**names, "minCapacity": minimum, "maxCapacity": 9})


def answer(name: str, identifier: str, **more: Any) -> Extra:
    """One of the answers for www.example.com, the address x."""
    props = {"name": "www.example.com", "type": "A", "ttl": 60, "records": ["@x.publicIp"], "setIdentifier": identifier}
    return ("route53/record", name, {**props, "healthCheckId": "check", "multivalueAnswerRoutingPolicy": True, **more})


def device(name: str, address: str) -> tuple[Extra, Extra]:
    """A customer gateway with a VPN connection."""
    gateway = {"bgpAsn": "65000", "ipAddress": address, "type": "ipsec.1"}
    return ("ec2/customerGateway", name, gateway), (
        "ec2/vpnConnection",
        f"to-{name}",
        {"customerGatewayId": f"@{name}"},
    )


def out_of_main(target: str, value: str) -> tuple[Extra]:
    """A default route in the main route table of the VPC, which no resource stands for."""
    route = {"routeTableId": "@vpc.mainRouteTableId", "destinationCidrBlock": "0.0.0.0/0", target: value}
    return (("ec2/route", "main", route),)


CACHE_PLACES: Extra = ("elasticache/subnetGroup", "places", {"subnetIds": ["@a", "@b"]})
DB_PLACES: Extra = ("rds/subnetGroup", "places", {"subnetIds": ["@a", "@b"]})
WRITER_ALONE: Extra = ("rds/clusterInstance", "writer", {"clusterIdentifier": "@x", "instanceClass": "db.r7g.large"})
CLUSTER: Extra = ("ecs/cluster", "cluster", {})


def providers(**weights: int) -> Extra:
    """The default capacity providers of the cluster, by weight."""
    chosen = [{"capacityProvider": name, "weight": weight} for name, weight in weights.items()]
    return (
        "ecs/clusterCapacityProviders",
        "providers",
        {"clusterName": "@cluster.name", "defaultCapacityProviderStrategies": chosen},
    )


def profile(name: str, *subnets: str) -> Extra:
    """A Fargate profile of the cluster x."""
    return ("eks/fargateProfile", name, {"clusterName": "@x.name", "subnetIds": [f"@{s}" for s in subnets]})


def beanstalk(subnets: Any) -> Variation:
    """A load-balanced environment with two instances in some subnets."""
    chosen = {"EnvironmentType": ("aws:elasticbeanstalk:environment", "LoadBalanced"), "MinSize": ("aws:autoscaling:asg", "2"),
              "Subnets": ("aws:ec2:vpc", subnets)}  # fmt: skip
    return v(settings=[{"namespace": s, "name": n, "value": w} for n, (s, w) in chosen.items()])


def weighted(*weights: int) -> Extra:
    """A listener that forwards to x and to another target group by weight."""
    groups = [{"arn": f"@{n}.arn", "weight": w} for n, w in zip(("x", "live"), weights, strict=True)]
    return (
        "lb/listener",
        "listener",
        {"loadBalancerArn": "@lb.arn", "defaultActions": [{"type": "forward", "forward": {"targetGroups": groups}}]},
    )


# rule, kind of x, x with what stands around it, the verdict (or the one at preview and the one after deployment)
FURTHER: dict[str, tuple[str, str, Variation, Verdict | tuple[Verdict, Verdict]]] = {
    # --- grace periods
    "a service whose failing tasks are kept for two hours": ("ecs-grace-period", "ecs/service", v(loadBalancers=[{"containerPort": 80}], healthCheckGracePeriodSeconds=7200), BAD),
    # --- the same said by another resource, another name or another type
    "an endpoint whose subnets are associated with it": ("vpce-multi-az", "ec2/vpcEndpoint", v(associated("a"), associated("b"), vpcEndpointType="Interface"), OK),
    "an endpoint with one subnet of its own and one associated": ("vpce-multi-az", "ec2/vpcEndpoint", v(associated("b"), vpcEndpointType="Interface", subnetIds=["@a"]), OK),
    "an endpoint with subnets of one zone associated": ("vpce-multi-az", "ec2/vpcEndpoint", v(associated("a"), associated("a2"), vpcEndpointType="Interface"), BAD),
    "a zone by its name and one by its id may be the same": ("vpc-subnets-multi-az", "ec2/vpc", v(("ec2/subnet", "name", {"vpcId": "@x", "availabilityZone": "us-west-2a"}), ("ec2/subnet", "id", {"vpcId": "@x", "availabilityZoneId": "usw2-az1"})), UNKNOWN),
    "two zones by name and one by id": ("vpc-subnets-multi-az", "ec2/vpc", v(*(("ec2/subnet", f"s{z}", {"vpcId": "@x", "availabilityZone": f"us-west-2{z}"}) for z in "ab"), ("ec2/subnet", "id", {"vpcId": "@x", "availabilityZoneId": "usw2-az1"})), OK),
    "a cache whose replica is a resource of its own": ("cache-topology", "elasticache/replicationGroup", v(("elasticache/cluster", "replica", {"replicationGroupId": "@x"}), CACHE_PLACES, numCacheClusters=1, subnetGroupName="@places.name"), OK),
    "a service whose number of tasks is left to scaling": ("ecs-min-tasks", "ecs/service", v(scaled("service/cluster/x", "ecs:service:DesiredCount", 2), name="x"), OK),
    "a service that scales from one task": ("ecs-min-tasks", "ecs/service", v(scaled("service/cluster/x", "ecs:service:DesiredCount", 1), name="x"), BAD),
    "a service of the same name in another cluster": ("ecs-min-tasks", "ecs/service", v(scaled("service/other/x", "ecs:service:DesiredCount", 2), name="x", cluster="arn:aws:ecs:us-west-2:123456789012:cluster/mine"), BAD),
    "a service with fewer tasks than the minimum of its scaling": ("ecs-min-tasks", "ecs/service", v(scaled("service/cluster/x", "ecs:service:DesiredCount", 2), name="x", desiredCount=1), BAD),
    "a service that starts with fewer tasks than that, and is left alone later": ("ecs-min-tasks", "ecs/service", v(scaled("service/cluster/x", "ecs:service:DesiredCount", 2), name="x", desiredCount=1, options={"ignore_changes": ["desiredCount"]}), BAD),
    "a cluster whose reader Aurora adds by itself": ("cluster-two-members", "rds/cluster", v(WRITER_ALONE, DB_PLACES, scaled("cluster:x", "rds:cluster:ReadReplicaCount", 1), clusterIdentifier="x", dbSubnetGroupName="@places.name"), OK),
    "a cluster that scales from no reader": ("cluster-two-members", "rds/cluster", v(WRITER_ALONE, DB_PLACES, scaled("cluster:x", "rds:cluster:ReadReplicaCount", 0), clusterIdentifier="x", dbSubnetGroupName="@places.name"), BAD),
    "a service on the Spot capacity of a cluster of older providers": ("ecs-not-spot-only", "ecs/service", v(("ecs/cluster", "cluster", {"defaultCapacityProviderStrategies": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]}), cluster="@cluster.arn"), BAD),
    "a receive count that Java writes as 5.0": ("sqs-receive-count", "sqs/queue", v(redrivePolicy='{"deadLetterTargetArn": "arn:q", "maxReceiveCount": 5.0}'), OK),
    "a receive count of 1.0": ("sqs-receive-count", "sqs/queue", v(redrivePolicy='{"deadLetterTargetArn": "arn:q", "maxReceiveCount": 1.0}'), BAD),
    "a tag that the provider gives to everything": ("backup-coverage", "dynamodb/table", v(("backup/selection", "s", {"planId": "p", "selectionTags": [{"type": "STRINGEQUALS", "key": "backup", "value": "yes"}]}), tagsAll={"backup": "yes"}), OK),
    "a queue of Amazon MQ is no stream": ("esm-failure-destination", "lambda/eventSourceMapping", v(("mq/broker", "mq", {}), eventSourceArn="@mq.arn"), NA),
    "a Kafka cluster of the stack has no bounds of retries": ("stream-consumer-bounded", "lambda/eventSourceMapping", v(("msk/cluster", "kafka", {}), eventSourceArn="@kafka.arn"), NA),
    "nor has a Kafka cluster elsewhere": ("stream-consumer-bounded", "lambda/eventSourceMapping", v(eventSourceArn="arn:aws:kafka:us-west-2:123456789012:cluster/k/1"), NA),
    "nor have the changes of DocumentDB": ("stream-consumer-bounded", "lambda/eventSourceMapping", v(("docdb/cluster", "documents", {}), eventSourceArn="@documents.arn"), NA),
    "a Kafka cluster whose failures go nowhere": ("esm-failure-destination", "lambda/eventSourceMapping", v(("msk/cluster", "kafka", {}), eventSourceArn="@kafka.arn"), BAD),
    "an address that is one of several healthy answers": ("no-single-instance-tier", "ec2/eip", v(("ec2/instance", "i", {"subnetId": "@a"}), *(answer(n, n) for n in ("one", "two")), instance="@i"), NA),
    "an address that is the only answer": ("no-single-instance-tier", "ec2/eip", v(("ec2/instance", "i", {"subnetId": "@a"}), answer("one", "one"), instance="@i"), BAD),
    "an address that is answered without a health check": ("no-single-instance-tier", "ec2/eip", v(("ec2/instance", "i", {"subnetId": "@a"}), *(answer(n, n, healthCheckId=None) for n in ("one", "two")), instance="@i"), BAD),
    # --- what is elsewhere is neither one zone nor one device
    "a cache in a subnet group of another stack": ("cache-topology", "elasticache/replicationGroup", v(numCacheClusters=2, subnetGroupName="shared"), UNKNOWN),
    "a MemoryDB cluster in a subnet group of another stack": ("memorydb-multi-az", "memorydb/cluster", v(subnetGroupName="shared"), UNKNOWN),
    "two customer gateways with one address": ("vpn-two-devices", "ec2/vpnConnection", v(*device("near", "198.51.100.1"), *device("far", "198.51.100.1"), customerGatewayId="@near"), BAD),
    "two customer gateways": ("vpn-two-devices", "ec2/vpnConnection", v(*device("near", "198.51.100.1"), *device("far", "198.51.100.2"), customerGatewayId="@near"), OK),
    "an origin group of one bucket under two names": ("cloudfront-failover-real", "cloudfront/distribution", v(("s3/bucket", "site", {}), origins=[{"domainName": "@site.bucketRegionalDomainName", "originId": n} for n in "ab"], originGroups=[{"originId": "g", "failoverCriteria": {"statusCodes": [500, 502, 503, 504]}, "members": [{"originId": n} for n in "ab"]}]), (UNKNOWN, BAD)),
    "a way out in the VPC's main route table": ("egress-every-zone", "ecs/service", v(*out_of_main("gatewayId", "igw"), ("ec2/routeTable", "t", {"vpcId": "@vpc", "routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": "igw"}]}), ("ec2/routeTableAssociation", "as", {"subnetId": "@b", "routeTableId": "@t"}), networkConfiguration={"subnets": ["@a", "@b"]}), OK),
    "the way out of a subnet whose VPC is elsewhere": ("egress-every-zone", "ecs/service", v(("ec2/subnet", "theirs", {"vpcId": "vpc-1", "availabilityZone": "us-west-2c"}), ("ec2/routeTable", "t", {"vpcId": "@vpc", "routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": "igw"}]}), ("ec2/routeTableAssociation", "as", {"subnetId": "@b", "routeTableId": "@t"}), networkConfiguration={"subnets": ["@theirs", "@b"]}), UNKNOWN),
    "one NAT gateway in the VPC's main route table": ("nat-own-az", "ec2/subnet", v(("ec2/natGateway", "nat", {"subnetId": "@a"}), *out_of_main("natGatewayId", "@nat"), vpcId="@vpc", availabilityZone="us-west-2b"), BAD),
    # --- promises of several zones that the subnets do not keep
    "a broker with a standby whose subnets are in one zone": ("mq-multi-az", "mq/broker", v(deploymentMode="ACTIVE_STANDBY_MULTI_AZ", subnetIds=["@a", "@a2"]), BAD),
    "a broker with a standby in two zones": ("mq-multi-az", "mq/broker", v(deploymentMode="ACTIVE_STANDBY_MULTI_AZ", subnetIds=["@a", "@b"]), OK),
    "a broker whose subnets are of another stack": ("mq-multi-az", "mq/broker", v(deploymentMode="ACTIVE_STANDBY_MULTI_AZ", subnetIds=["subnet-1", "subnet-2"]), OK),
    "a Multi-AZ file system whose subnets are in one zone": ("fsx-multi-az", "fsx/ontapFileSystem", v(deploymentType="MULTI_AZ_1", subnetIds=["@a", "@a2"]), BAD),
    "a time series database with a standby in its own zone": ("influxdb-multi-az", "timestreaminfluxdb/dbInstance", v(deploymentType="WITH_MULTIAZ_STANDBY", vpcSubnetIds=["@a", "@a2"]), BAD),
    "cross-az nodes of Memcached in one zone": ("memcached-multi-az", "elasticache/cluster", v(("elasticache/subnetGroup", "places", {"subnetIds": ["@a", "@a2"]}), engine="memcached", numCacheNodes=2, azMode="cross-az", subnetGroupName="@places.name"), BAD),
    "a group whose launch template asks for Spot": ("asg-not-spot-only", "autoscaling/group", v(("ec2/launchTemplate", "spot", {"instanceMarketOptions": {"marketType": "spot"}}), launchTemplate={"id": "@spot"}), BAD),
    "a group whose launch configuration bids for Spot": ("asg-not-spot-only", "autoscaling/group", v(("ec2/launchConfiguration", "spot", {"spotPrice": "0.05"}), launchConfiguration="@spot.name"), BAD),
    "backups every week by rate": ("backup-plan-minimum", "backup/plan", v(rules=backup(schedule="rate(7 days)")), BAD),
    "backups every twelve hours by rate": ("backup-plan-minimum", "backup/plan", v(rules=backup(schedule="rate(12 hours)")), OK),
    "a destination for failures of an alias": ("lambda-dlq", "lambda/function", v(("lambda/alias", "live", {"functionName": "@x.name", "functionVersion": "1"}), ("sns/topicSubscription", "s", {"protocol": "lambda", "endpoint": "@live.arn"}), ("sqs/queue", "dead", {}), ("lambda/functionEventInvokeConfig", "c", {"functionName": "@live.functionName", "qualifier": "live", "destinationConfig": {"onFailure": {"destination": "@dead.arn"}}})), OK),
    "an instance that only CloudFront calls": ("no-single-instance-tier", "ec2/instance", v(("cloudfront/distribution", "cdn", {"origins": [{"originId": "o", "domainName": "@x.publicDns"}]}), subnetId="@a", vpcSecurityGroupIds=["sg-1"], associatePublicIpAddress=False), BAD),
    # --- empty values that states have where nothing is set
    "a redrive policy without anything in it": ("sqs-dlq", "sqs/queue", v(redrivePolicy="{}"), BAD),
    "a function whose state has a dead-letter queue without a name": ("lambda-dlq", "lambda/function", v(("sns/topicSubscription", "s", {"protocol": "lambda", "endpoint": "@x.arn"}), deadLetterConfig={"targetArn": ""}), BAD),
    "a record whose state says that it is not one of several": ("several-answers", "route53/record", v(zoneId="Z1", name="www.example.com", type="A", ttl=60, records=["192.0.2.1"], multivalueAnswerRoutingPolicy=False), NA),
    "a record that asks for no health check of several answers": ("multi-record-health", "route53/record", v(zoneId="Z1", name="www.example.com", type="A", ttl=60, records=["192.0.2.1"], multivalueAnswerRoutingPolicy=False), NA),
    "a function whose state has an empty place in a VPC": ("lambda-vpc-multi-az", "lambda/function", v(vpcConfig={"subnetIds": [], "securityGroupIds": [], "vpcId": ""}), NA),
    # --- network ACLs
    "a network ACL without an entry denies everything": ("nacl-lets-traffic-through", "ec2/networkAcl", v(subnetIds=["@a"]), BAD),
    "a network ACL of an association that denies what goes out": ("nacl-lets-traffic-through", "ec2/networkAcl", v(("ec2/networkAclAssociation", "link", {"networkAclId": "@x", "subnetId": "@a"}), ingress=ALLOWED), BAD),
    "a network ACL that denies a port and the rest of IPv6": ("nacl-lets-traffic-through", "ec2/networkAcl", v(subnetIds=["@a"], ingress=[acl_entry(1, "deny", protocol="tcp", fromPort=22, toPort=22), *ALLOWED, acl_entry(200, "deny", cidrBlock=None, ipv6CidrBlock="::/0")], egress=ALLOWED), OK),
    "entries that are resources of their own": ("nacl-lets-traffic-through", "ec2/networkAcl", v(*(("ec2/networkAclRule", f"{egress}", {"networkAclId": "@x", "egress": egress, "ruleNumber": 100, "ruleAction": "allow", "protocol": "-1", "cidrBlock": "0.0.0.0/0"}) for egress in (False, True)), subnetIds=["@a"]), OK),
    "an entry whose network ACL is not known": ("nacl-lets-traffic-through", "ec2/networkAcl", v(("ec2/networkAclRule", "r", {"networkAclId": U, "ruleNumber": 100, "ruleAction": "allow", "protocol": "-1", "cidrBlock": "0.0.0.0/0"}), subnetIds=["@a"]), UNKNOWN),
    "a default network ACL that denies everything where no subnet uses it": ("nacl-lets-traffic-through", "ec2/defaultNetworkAcl", v(defaultNetworkAclId="acl-1"), NA),
    # --- edge
    "a disabled distribution to which a record leads": ("cloudfront-enabled", "cloudfront/distribution", v(("route53/record", "www", {"name": "www.example.com", "type": "A", "aliases": [{"name": "@x.domainName", "zoneId": "Z2FDTNDATAQYW2"}]}), enabled=False), BAD),
    # --- messaging
    "a queue that refuses to be a dead-letter queue is none": ("sqs-dlq", "sqs/queue", v(redriveAllowPolicy=DENY), BAD),
    "so does one with the policy as a resource of its own": ("sqs-dlq", "sqs/queue", v(("sqs/redriveAllowPolicy", "p", {"queueUrl": "@x", "redriveAllowPolicy": DENY})), BAD),
    "and nobody asks it for an alarm": ("dlq-alarmed", "sqs/queue", v(redriveAllowPolicy=DENY), NA),
    "a queue that allows all to redrive to it is one": ("sqs-dlq", "sqs/queue", v(redriveAllowPolicy=ALLOW), OK),
    "a dead-letter queue that refuses its source": ("sqs-redrive-target", "sqs/queue", v(("sqs/queue", "dlq", {"redriveAllowPolicy": DENY, "messageRetentionSeconds": 1209600}), redrivePolicy="@dlq.arn"), BAD),
    "a queue that gives up after one receive, whoever reads it": ("sqs-receive-count", "sqs/queue", v(redrivePolicy=json.dumps({"deadLetterTargetArn": "arn:q", "maxReceiveCount": 1})), BAD),
    "three receives are enough in production": ("sqs-receive-count", "sqs/queue", v(redrivePolicy=json.dumps({"deadLetterTargetArn": "arn:q", "maxReceiveCount": "3"})), OK),
    # --- zones that are no Availability Zones
    "a Local Zone is no second Availability Zone": ("asg-multi-az", "autoscaling/group", v(LAX, vpcZoneIdentifiers=["@a", "@lax"]), BAD),
    "nor is a Wavelength Zone": ("asg-multi-az", "autoscaling/group", v(WAVE, vpcZoneIdentifiers=["@a", "@wave"]), BAD),
    "nor are two of them": ("lb-distinct-az", "lb/loadBalancer", v(LAX, WAVE, subnets=["@lax", "@wave"]), BAD),
    "two Availability Zones beside a Local Zone": ("asg-multi-az", "autoscaling/group", v(LAX, vpcZoneIdentifiers=["@a", "@b", "@lax"]), OK),
    "the id of a Local Zone beside its name": ("asg-multi-az", "autoscaling/group", v(LAX, LAX_BY_ID, vpcZoneIdentifiers=["@lax", "@lax-by-id"]), UNKNOWN),
    # --- certain although no zone is known
    "a VPC with one subnet, whichever zone AWS picks": ("vpc-subnets-multi-az", "ec2/vpc", v(("ec2/subnet", "s", {"vpcId": "@x"}), cidrBlock="10.9.0.0/16"), BAD),
    "a load balancer in two subnets is in two zones": ("lb-distinct-az", "lb/loadBalancer", v(OWN, FREE, ("ec2/subnet", "free2", {"vpcId": "@own"}), subnets=["@free", "@free2"]), OK),
    "a load balancer in one subnet is in one": ("lb-distinct-az", "lb/loadBalancer", v(OWN, FREE, subnets=["@free"]), BAD),
    "targets in one subnet of unknown zone": ("target-group-spans-az", "lb/targetGroup", v(OWN, FREE, BALANCER, LISTENER, ("autoscaling/group", "g", {"vpcZoneIdentifiers": ["@free"], "targetGroupArns": ["@x.arn"]})), BAD),
    "two services in the same subnet of unknown zone": ("target-group-spans-az", "lb/targetGroup", v(OWN, FREE, BALANCER, LISTENER, *(("ecs/service", n, {"networkConfiguration": {"subnets": ["@free"]}, "loadBalancers": [{"targetGroupArn": "@x.arn"}]}) for n in ("one", "two"))), BAD),
    "one NAT gateway of unknown zone for subnets of three": (
        "nat-count", "ec2/vpc",
        v(*(("ec2/subnet", f"s{z}", {"vpcId": "@x", "availabilityZone": f"us-west-2{z}"}) for z in "abc"), ("ec2/subnet", "out", {"vpcId": "@x"}),
          ("ec2/natGateway", "nat", {"subnetId": "@out"}), ("ec2/routeTable", "t", {"vpcId": "@x", "routes": [{"cidrBlock": "0.0.0.0/0", "natGatewayId": "@nat"}]}),
          *(("ec2/routeTableAssociation", f"as{z}", {"subnetId": f"@s{z}", "routeTableId": "@t"}) for z in "abc")), BAD),
    "two mount targets are in two zones": ("efs-mount-targets", "efs/fileSystem", v(OWN, FREE, ("ec2/subnet", "free2", {"vpcId": "@own"}), *(("efs/mountTarget", n, {"fileSystemId": "@x", "subnetId": f"@{n}"}) for n in ("free", "free2"))), OK),
    # --- compute
    "an EKS cluster whose only compute is a Fargate profile in one zone": ("eks-multi-az", "eks/cluster", v(profile("p", "a"), vpcConfig={"subnetIds": ["@a", "@b", "@c"]}), BAD),
    "Fargate profiles of two zones": ("eks-multi-az", "eks/cluster", v(profile("p", "a"), profile("q", "b"), vpcConfig={"subnetIds": ["@a", "@b"]}), OK),
    "a Fargate profile of another stack's cluster": ("eks-multi-az", "eks/fargateProfile", v(clusterName="other", subnetIds=["@a", "@a2"]), BAD),
    "pods on Fargate need the transit gateway's attachment": ("tgw-attachment-every-az", "ec2transitgateway/vpcAttachment", v(("eks/fargateProfile", "p", {"clusterName": "c", "subnetIds": ["@a", "@b"]}), vpcId="@vpc", subnetIds=["@a"]), BAD),
    "a Beanstalk environment in one subnet": ("beanstalk-load-balanced", "elasticbeanstalk/environment", beanstalk("@a"), BAD),
    "a Beanstalk environment in one subnet of another stack": ("beanstalk-load-balanced", "elasticbeanstalk/environment", beanstalk("subnet-1"), BAD),
    "a Beanstalk environment in two subnets of another stack": ("beanstalk-load-balanced", "elasticbeanstalk/environment", beanstalk("subnet-1, subnet-2"), UNKNOWN),
    "a service runs on the Fargate Spot of its cluster": ("ecs-not-spot-only", "ecs/service", v(CLUSTER, providers(FARGATE_SPOT=1), cluster="@cluster.arn"), BAD),
    "a service runs on the Fargate of its cluster": ("ecs-not-spot-only", "ecs/service", v(CLUSTER, providers(FARGATE=1, FARGATE_SPOT=4), cluster="@cluster.arn"), OK),
    "a service with a launch type does not ask its cluster": ("ecs-not-spot-only", "ecs/service", v(CLUSTER, providers(FARGATE_SPOT=1), cluster="@cluster.arn", launchType="FARGATE"), NA),
    "a service whose only task is most likely on Fargate Spot": ("ecs-not-spot-only", "ecs/service", v(CLUSTER, providers(FARGATE=1, FARGATE_SPOT=10), cluster="@cluster.arn", desiredCount=1), BAD),
    "a task whose image is in the FIPS endpoint of another Region": ("ecs-image-own-region", "ecs/taskDefinition", v(containerDefinitions=image("us-east-1", "{account}.dkr.ecr-fips.{region}.amazonaws.com")), BAD),
    "a task whose image is in the dual-stack endpoint of another Region": ("ecs-image-own-region", "ecs/taskDefinition", v(containerDefinitions=image("us-east-1", "{account}.dkr-ecr.{region}.on.aws")), BAD),
    "a task whose sidecar is pulled from another Region": ("ecs-image-own-region", "ecs/taskDefinition", v(containerDefinitions=json.dumps([*json.loads(image("us-west-2")), *json.loads(image("us-east-1"))])), BAD),
    "a task whose image is public": ("ecs-image-own-region", "ecs/taskDefinition", v(containerDefinitions=json.dumps([{"name": "app", "image": "public.ecr.aws/nginx/nginx:1.29"}])), NA),
    "a task that pulls from a repository of another Region": ("ecs-image-own-region", "ecs/taskDefinition", v(repository("far", region="us-east-1"), containerDefinitions=uses("far")), BAD),
    "a task that pulls from a repository of its Region": ("ecs-image-own-region", "ecs/taskDefinition", v(repository("near"), containerDefinitions=uses("near")), OK),
    "a task that refers to repositories of two Regions": ("ecs-image-own-region", "ecs/taskDefinition", v(repository("far", region="us-east-1"), repository("near"), containerDefinitions=uses("near", "far")), (UNKNOWN, BAD)),
    "a task whose container definitions are a list": ("ecs-image-own-region", "ecs/taskDefinition", v(repository("far", region="us-east-1"), containerDefinitions=[{"name": "app", "image": "@far.repositoryUrl"}]), BAD),
    "a task whose image the program builds for a repository of another Region": ("ecs-image-own-region", "ecs/taskDefinition", v(repository("far", region="us-east-1"), ("docker:index/image:Image", "built", {"imageName": "@far.repositoryUrl"}), containerDefinitions=Json([{"name": "app", "image": "@built.repoDigest"}])), (BAD, NA)),
    "a task whose image is built under a known name of another Region": ("ecs-image-own-region", "ecs/taskDefinition", v(("docker-build:index:Image", "built", {"tags": [json.loads(image("us-east-1"))[0]["image"]]}), containerDefinitions=Json([{"name": "app", "image": "@built.ref"}])), (BAD, NA)),
    "a task that refers to another Region's bucket and to no repository": ("ecs-image-own-region", "ecs/taskDefinition", v(("s3/bucket", "far", {"region": "us-east-1"}), containerDefinitions=Json([{"name": "app", "image": U, "environment": [{"name": "BUCKET", "value": "@far.bucket"}]}])), NA),
    "a service with enough tasks for its weights": ("ecs-not-spot-only", "ecs/service", v(CLUSTER, providers(FARGATE=1, FARGATE_SPOT=1), cluster="@cluster.arn", desiredCount=2), OK),
    "Fargate of the cluster spreads tasks by itself": ("ecs-az-spread", "ecs/service", v(CLUSTER, providers(FARGATE=1, FARGATE_SPOT=4), cluster="@cluster.arn"), NA),
    "a service whose rollout nothing stops": ("ecs-safe-deploy", "ecs/service", v(desiredCount=2), BAD),
    "an alarm does not notice tasks that never start": ("ecs-safe-deploy", "ecs/service", v(alarms={"enable": True, "rollback": True, "alarmNames": ["a"]}), BAD),
    "Managed Flink in one subnet": ("subnets-multi-az", "kinesisanalyticsv2/application", v(applicationConfiguration={"vpcConfiguration": {"subnetIds": ["@a"]}}), BAD),
    "Managed Flink outside a VPC": ("subnets-multi-az", "kinesisanalyticsv2/application", v(runtimeEnvironment="FLINK-1_20"), NA),
    "WorkSpaces in one zone": ("subnets-multi-az", "workspaces/directory", v(subnetIds=["@a", "@a2"]), BAD),
    # --- public instances
    "an instance that the internet reaches directly": ("no-single-instance-tier", "ec2/instance", v(OPEN, subnetId="@a", associatePublicIpAddress=True, vpcSecurityGroupIds=["@open"]), BAD),
    "and it goes down with its zone": ("survives-az-loss", "ec2/instance", v(OPEN, subnetId="@a", associatePublicIpAddress=True, vpcSecurityGroupIds=["@open"]), BAD),
    "one in a subnet that gives public addresses": ("no-single-instance-tier", "ec2/instance", v(OPEN, ("ec2/subnet", "public", {"vpcId": "@vpc", "mapPublicIpOnLaunch": True}), subnetId="@public", vpcSecurityGroupIds=["@open"]), BAD),
    "one whose rule stands alone": ("no-single-instance-tier", "ec2/instance", v(CLOSED, ("vpc/securityGroupIngressRule", "r", {"securityGroupId": "@closed", "cidrIpv6": "::/0", "fromPort": 80, "toPort": 80, "ipProtocol": "tcp"}), subnetId="@a", associatePublicIpAddress=True, vpcSecurityGroupIds=["@closed"]), BAD),
    "a bastion host": ("no-single-instance-tier", "ec2/instance", v(BASTION, subnetId="@a", associatePublicIpAddress=True, vpcSecurityGroupIds=["@ssh"]), NA),
    "an instance in the default VPC": ("no-single-instance-tier", "ec2/instance", v(OPEN, vpcSecurityGroupIds=["@open"]), BAD),
    "a closed instance in the default VPC": ("no-single-instance-tier", "ec2/instance", v(CLOSED, vpcSecurityGroupIds=["@closed"]), NA),
    "an instance in the default VPC without a public address": ("no-single-instance-tier", "ec2/instance", v(OPEN, vpcSecurityGroupIds=["@open"], associatePublicIpAddress=False), NA),
    "a private instance": ("no-single-instance-tier", "ec2/instance", v(OPEN, subnetId="@a", vpcSecurityGroupIds=["@open"]), NA),
    "a private instance that a server is configured with": ("no-single-instance-tier", "ec2/instance", v(OPEN, client("@x.privateIp"), subnetId="@a", vpcSecurityGroupIds=["@open"]), BAD),
    "a private instance that is one of several alike": ("no-single-instance-tier", "ec2/instance", v(OPEN, ("ec2/instance", "y", {"subnetId": "@b", "vpcSecurityGroupIds": ["@open"]}), client("@x.privateIp", "@y.privateIp"), subnetId="@a", vpcSecurityGroupIds=["@open"]), NA),
    "a private instance beside one of another kind": ("no-single-instance-tier", "ec2/instance", v(OPEN, CLOSED, ("ec2/instance", "y", {"subnetId": "@b", "vpcSecurityGroupIds": ["@closed"]}), client("@x.privateIp", "@y.privateIp"), subnetId="@a", vpcSecurityGroupIds=["@open"]), BAD),
    "a private instance that another security group calls": ("no-single-instance-tier", "ec2/instance", v(OPEN, server("queue", securityGroups=["@open"]), subnetId="@a", vpcSecurityGroupIds=["@queue"]), BAD),
    "a private instance that its VPC calls": ("no-single-instance-tier", "ec2/instance", v(server("queue", cidrBlocks=["10.0.0.0/16"]), subnetId="@a", vpcSecurityGroupIds=["@queue"]), BAD),
    "two private instances that their VPC calls": ("no-single-instance-tier", "ec2/instance", v(server("queue", cidrBlocks=["10.0.0.0/16"]), ("ec2/instance", "y", {"subnetId": "@b", "vpcSecurityGroupIds": ["@queue"]}), subnetId="@a", vpcSecurityGroupIds=["@queue"]), NA),
    "a public instance whose security group's rules are unknown": ("no-single-instance-tier", "ec2/instance", v(("ec2/securityGroup", "sg", {"vpcId": "@vpc", "ingress": U}), subnetId="@a", associatePublicIpAddress=True, vpcSecurityGroupIds=["@sg"]), UNKNOWN),
    "an instance behind a load balancer": ("no-single-instance-tier", "ec2/instance", v(OPEN, ("lb/targetGroup", "tg", {}), ("lb/targetGroupAttachment", "at", {"targetGroupArn": "@tg.arn", "targetId": "@x"}), subnetId="@a", associatePublicIpAddress=True, vpcSecurityGroupIds=["@open"]), NA),
    "a public instance whose security group is looked up": ("no-single-instance-tier", "ec2/instance", v(subnetId="@a", associatePublicIpAddress=True, vpcSecurityGroupIds=["sg-1"]), UNKNOWN),
    "tasks with public addresses in one zone": ("survives-az-loss", "ecs/service", v(OPEN, desiredCount=2, networkConfiguration={"subnets": ["@a"], "securityGroups": ["@open"], "assignPublicIp": True}), BAD),
    "a group with public addresses in two zones": ("survives-az-loss", "autoscaling/group", v(OPEN, ("ec2/launchTemplate", "lt", {"vpcSecurityGroupIds": ["@open"]}), ("ec2/subnet", "p", {"vpcId": "@vpc", "availabilityZone": "us-west-2a", "mapPublicIpOnLaunch": True}), minSize=2, launchTemplate={"id": "@lt"}, vpcZoneIdentifiers=["@p", "@b"]), OK),
    # --- load balancing
    "targets by IP address are in their subnet's zone": ("target-group-spans-az", "lb/targetGroup", v(BALANCER, LISTENER, *(("ec2/subnet", f"n{z}", {"vpcId": "@vpc", "availabilityZone": f"us-west-2{z}", "cidrBlock": f"10.1.{i}.0/24"}) for i, z in enumerate("ab")), *(("lb/targetGroupAttachment", f"ip{i}", {"targetGroupArn": "@x.arn", "targetId": f"10.1.0.{i}"}) for i in (4, 5)), targetType="ip"), BAD),
    "a health check that takes any status": ("lb-health-check", "lb/targetGroup", v(healthCheck={"path": "/", "matcher": "200-499"}), BAD),
    "a health check of gRPC that takes any code": ("lb-health-check", "lb/targetGroup", v(protocolVersion="GRPC", healthCheck={"matcher": "0-99"}), BAD),
    "a health check whose path asks for a log-in": ("lb-health-check", "lb/targetGroup", v(healthCheck={"path": "/", "matcher": "200,401"}), OK),
    "no health check set means the default one, before and after deployment": ("lb-health-check", "lb/targetGroup", v(port=80), OK),
    "what the provider fills in says no more than nothing": ("lb-health-check-path", "lb/targetGroup", v(port=80, protocol="HTTP", healthCheck={"enabled": True, "path": "/", "matcher": "200"}), BAD),
    "a target group that no listener forwards to": ("target-group-attached", "lb/targetGroup", v(BALANCER, ("lb/listener", "listener", FORWARD), ("autoscaling/group", "g", {"targetGroupArns": ["@x.arn"]})), BAD),
    "an Auto Scaling group detached from its target group": ("target-group-attached", "lb/targetGroup", v(BALANCER, LISTENER, SERVERS), BAD),
    "a service detached from its target group": ("target-group-attached", "lb/targetGroup", v(BALANCER, LISTENER, TASKS), BAD),
    "an instance detached from its target group": ("target-group-attached", "lb/targetGroup", v(BALANCER, LISTENER, ("ec2/instance", "i", {"subnetId": "@a"})), BAD),
    "a target group for pods or another stack": ("target-group-attached", "lb/targetGroup", v(BALANCER, LISTENER), UNKNOWN),
    "the idle side of a weighted pair": ("target-group-attached", "lb/targetGroup", v(BALANCER, SERVERS, ("lb/targetGroup", "live", {}), weighted(0, 100)), (UNKNOWN, NA)),
    "an empty side that gets traffic": ("target-group-attached", "lb/targetGroup", v(BALANCER, SERVERS, ("lb/targetGroup", "live", {}), weighted(10, 90)), BAD),
    # --- data
    "readers that are smaller than the writer": ("aurora-failover-ready", "rds/cluster", v(WRITER, *(member(n, f"us-west-2{z}", instanceClass="db.t4g.medium", promotionTier=1) for n, z in (("r", "b"), ("s", "c")))), BAD),
    "one reader of the writer's size beside a small one": ("aurora-failover-ready", "rds/cluster", v(WRITER, READER, member("s", "us-west-2c", instanceClass="db.r6g.large", promotionTier=15)), OK),
    "a newer generation of the writer's size": ("aurora-failover-ready", "rds/cluster", v(WRITER, member("r", "us-west-2b", instanceClass="db.r7g.large", promotionTier=1)), OK),
    "serverless readers grow to the writer's size": ("aurora-failover-ready", "rds/cluster", v(WRITER, member("r", "us-west-2b", instanceClass="db.serverless", promotionTier=1)), OK),
    "a replica beside a source in several zones": ("replica-other-zone", "rds/instance", v(("rds/instance", "s", {"multiAz": True}), replicateSourceDb="@s.identifier", availabilityZone="us-west-2a"), NA),
    "the shards of a cache, each in one zone": ("cache-topology", "elasticache/replicationGroup", v(nodeGroupConfigurations=[{"primaryAvailabilityZone": f"us-west-2{z}", "replicaAvailabilityZones": [f"us-west-2{z}"], "replicaCount": 1} for z in "ab"]), BAD),
    "the shards of a cache, each in two zones": ("cache-topology", "elasticache/replicationGroup", v(nodeGroupConfigurations=[{"primaryAvailabilityZone": f"us-west-2{y}", "replicaAvailabilityZones": [f"us-west-2{z}"], "replicaCount": 1} for y, z in ("ab", "ba")]), OK),
    "the replicas of a provider before version 6": ("cache-topology", "elasticache/replicationGroup", v(clusterMode={"numNodeGroups": 2, "replicasPerNodeGroup": 1}, availabilityZones=["us-west-2a", "us-west-2b"]), OK),
    "a zone of a file system's servers without mount target": ("efs-mount-in-client-az", "efs/fileSystem", v(("efs/mountTarget", "m", {"fileSystemId": "@x", "subnetId": "@a"}), ("efs/mountTarget", "n", {"fileSystemId": "@x", "subnetId": "@b"}), ("ec2/launchTemplate", "lt", {"userData": "@x"}), ("autoscaling/group", "g", {"launchTemplate": {"id": "@lt"}, "vpcZoneIdentifiers": ["@a", "@b", "@c"]})), BAD),
    "one that the mount targets let in": ("efs-mount-in-client-az", "efs/fileSystem", v(("ec2/securityGroup", "nfs", {"vpcId": "@vpc"}), ("ec2/securityGroup", "app", {"vpcId": "@vpc"}), ("vpc/securityGroupIngressRule", "r", {"securityGroupId": "@nfs", "referencedSecurityGroupId": "@app"}), ("efs/mountTarget", "m", {"fileSystemId": "@x", "subnetId": "@a", "securityGroups": ["@nfs"]}), ("ec2/instance", "i", {"subnetId": "@b", "vpcSecurityGroupIds": ["@app"]})), BAD),
    "two instances of a target group, one in each zone": ("spof-path", "lb/loadBalancer", v(*instances_behind("a", "b"), subnets=["@a", "@b"]), OK),
    "two instances of a target group in one zone": ("spof-path", "lb/loadBalancer", v(*instances_behind("a", "a2"), subnets=["@a", "@b"]), BAD),
    "two instances that they call, one in each zone": ("spof-path", "lb/loadBalancer", v(*instances_behind("a", "b", called=("a", "b")), subnets=["@a", "@b"]), OK),
    "two instances that they call, in one zone": ("spof-path", "lb/loadBalancer", v(*instances_behind("a", "b", called=("b", "b")), subnets=["@a", "@b"]), BAD),
    "a network ACL that leaves its subnets as they are": ("no-ignored-ha-props", "ec2/defaultNetworkAcl", v(options={"ignore_changes": ["subnetIds"]}), OK),
    "a NAT gateway given as gatewayId": ("nat-count", "ec2/vpc", v(*(("ec2/subnet", n, {"vpcId": "@x", "availabilityZone": f"us-west-2{n}"}) for n in "de"), ("ec2/natGateway", "n1", {"subnetId": "@a"}), ("ec2/routeTable", "t", {"vpcId": "@x", "routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": "@n1"}]}), *(("ec2/routeTableAssociation", f"r{n}", {"routeTableId": "@t", "subnetId": f"@{n}"}) for n in "de")), BAD),
    "an internet gateway given as gatewayId": ("nat-count", "ec2/vpc", v(*(("ec2/subnet", n, {"vpcId": "@x", "availabilityZone": f"us-west-2{n}"}) for n in "de"), ("ec2/internetGateway", "n1", {"vpcId": "@x"}), ("ec2/routeTable", "t", {"vpcId": "@x", "routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": "@n1"}]}), *(("ec2/routeTableAssociation", f"r{n}", {"routeTableId": "@t", "subnetId": f"@{n}"}) for n in "de")), NA),
    "a queue whose redrive policy is a resource of its own": ("sqs-dlq", "sqs/queue", v(("sqs/queue", "dead", {}), ("sqs/redrivePolicy", "p", {"queueUrl": "@x", "redrivePolicy": Json({"deadLetterTargetArn": "@dead.arn", "maxReceiveCount": 3})})), OK),
    "an instance that an attachment puts behind a classic load balancer": ("no-single-instance-tier", "ec2/instance", v(OPEN, ("elb/loadBalancer", "lb", {}), ("elb/attachment", "at", {"elb": "@lb", "instance": "@x"}), subnetId="@a", associatePublicIpAddress=True, vpcSecurityGroupIds=["@open"]), NA),
    "the main route table leads to one NAT gateway": ("nat-count", "ec2/vpc", v(*(("ec2/subnet", n, {"vpcId": "@x", "availabilityZone": f"us-west-2{n}"}) for n in "de"), ("ec2/natGateway", "n1", {"subnetId": "@d"}), ("ec2/routeTable", "t", {"vpcId": "@x"}), ("ec2/route", "r", {"routeTableId": "@t", "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "@n1"}), ("ec2/mainRouteTableAssociation", "m", {"vpcId": "@x", "routeTableId": "@t"})), BAD),
    # --- rollouts, health checks and copies that can never work
    "a deployment that may neither stop nor start a task": ("ecs-min-healthy", "ecs/service", v(desiredCount=2, deploymentMinimumHealthyPercent=100, deploymentMaximumPercent=100), BAD),
    "nor may one whose room for a task is rounded away": ("ecs-min-healthy", "ecs/service", v(desiredCount=2, deploymentMinimumHealthyPercent=100, deploymentMaximumPercent=140), BAD),
    "room for one more task": ("ecs-min-healthy", "ecs/service", v(desiredCount=2, deploymentMinimumHealthyPercent=100, deploymentMaximumPercent=150), OK),
    "stopping one task before the next starts": ("ecs-min-healthy", "ecs/service", v(desiredCount=2, deploymentMinimumHealthyPercent=50, deploymentMaximumPercent=100), OK),
    "room that is not known": ("ecs-min-healthy", "ecs/service", v(desiredCount=2, deploymentMaximumPercent=U), UNKNOWN),
    "a calculated health check that needs none of the others": ("health-check-active", "route53/healthCheck", v(type="CALCULATED", childHealthThreshold=0), BAD),
    "a calculated health check that needs one of the others": ("health-check-active", "route53/healthCheck", v(type="CALCULATED", childHealthThreshold=1), OK),
    "a calculated health check whose threshold is not known": ("health-check-active", "route53/healthCheck", v(type="CALCULATED", childHealthThreshold=U), UNKNOWN),
    "replication of one prefix": ("s3-replication-complete", "s3/bucketReplicationConfig", v(*NEAR, *ELSEWHERE, bucket="@near", rules=copied(filter={"prefix": "logs/"})), BAD),
    "replication of objects with a tag": ("s3-replication-complete", "s3/bucketReplicationConfig", v(*NEAR, *ELSEWHERE, bucket="@near", rules=copied(filter={"tag": {"key": "copy", "value": "yes"}})), BAD),
    "replication with an empty filter": ("s3-replication-complete", "s3/bucketReplicationConfig", v(*NEAR, *ELSEWHERE, bucket="@near", rules=copied(filter={"prefix": ""})), OK),
    "replication of one prefix, and of all at a lower priority": ("s3-replication-complete", "s3/bucketReplicationConfig", v(*NEAR, *ELSEWHERE, bucket="@near", rules=[*copied(filter={"prefix": "logs/"}), *copied()]), (UNKNOWN, OK)),
    "replication by a prefix that is not known": ("s3-replication-complete", "s3/bucketReplicationConfig", v(*NEAR, *ELSEWHERE, bucket="@near", rules=copied(filter={"prefix": U})), UNKNOWN),
    "backups once a year": ("backup-plan-minimum", "backup/plan", v(rules=backup(schedule="cron(0 3 1 1 ? *)")), BAD),
    "backups on Sundays": ("backup-plan-minimum", "backup/plan", v(rules=backup(schedule="cron(0 3 ? * SUN *)")), BAD),
    "backups on Sundays beside hourly ones": ("backup-plan-minimum", "backup/plan", v(rules=[*backup(schedule="cron(0 3 ? * SUN *)"), *backup(schedule="cron(0 * ? * * *)")]), OK),
    "continuous backups": ("backup-plan-minimum", "backup/plan", v(rules=backup(schedule="cron(0 3 ? * SUN *)", enableContinuousBackup=True)), OK),
    "a schedule that is not known": ("backup-plan-minimum", "backup/plan", v(rules=backup(schedule=U)), UNKNOWN),
    "backups that the vault's lock refuses": ("backup-plan-minimum", "backup/plan", v(("backup/vault", "vault", {}), ("backup/vaultLockConfiguration", "lock", {"backupVaultName": "@vault.name", "minRetentionDays": 90}), rules=backup(targetVaultName="@vault.name")), BAD),
    "backups kept longer than the vault's lock allows": ("backup-plan-minimum", "backup/plan", v(("backup/vault", "vault", {}), ("backup/vaultLockConfiguration", "lock", {"backupVaultName": "@vault.name", "maxRetentionDays": 30}), rules=backup(targetVaultName="@vault.name")), BAD),
    "backups that the vault's lock allows": ("backup-plan-minimum", "backup/plan", v(("backup/vault", "vault", {}), ("backup/vaultLockConfiguration", "lock", {"backupVaultName": "@vault.name", "minRetentionDays": 7, "maxRetentionDays": 40}), rules=backup(targetVaultName="@vault.name")), OK),
    # --- alarms
    "an alarm that stops an experiment": ("alarm-actions", "cloudwatch/compositeAlarm", v(("fis/experimentTemplate", "e", {"stopConditions": [{"source": "aws:cloudwatch:alarm", "value": "@x.arn"}]}), alarmName="pain", alarmRule="TRUE"), OK),
    "an alarm that nothing acts on": ("alarm-actions", "cloudwatch/compositeAlarm", v(("fis/experimentTemplate", "e", {"stopConditions": [{"source": "none"}]}), alarmName="pain", alarmRule="TRUE"), BAD),
    "an alarm that takes the silence of a failed resource for health": ("alarm-missing-data", "cloudwatch/metricAlarm", v(metricName="HealthyHostCount", comparisonOperator="LessThanThreshold", treatMissingData="notBreaching"), BAD),
    "no data about errors means that there are none": ("alarm-missing-data", "cloudwatch/metricAlarm", v(metricName="HTTPCode_ELB_5XX_Count", comparisonOperator="GreaterThanThreshold", treatMissingData="notBreaching"), OK),
}  # fmt: skip


def case_of(name: str) -> tuple[str, Case]:
    """The rule, and the case that has only this variation."""
    rule, kind, variation, _ = FURTHER[name]
    return rule, Case(kind, variation, variation, None)
