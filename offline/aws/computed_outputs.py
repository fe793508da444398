"""Outputs that a template cannot express: lists of objects, values that depend on the inputs."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from offline.aws import regions
from offline.aws.templates import canonical, digest
from offline.aws.wire import UNKNOWN

if TYPE_CHECKING:
    from offline.aws.resource_outputs import ResourceOutputs

_Compute = Callable[["ResourceOutputs"], dict[str, Any]]
_FUNCTIONS: dict[str, _Compute] = {}


def _for(*tokens: str) -> Callable[[_Compute], _Compute]:
    def register(function: _Compute) -> _Compute:
        _FUNCTIONS.update(dict.fromkeys(tokens, function))
        return function

    return register


def of(token: str, answer: "ResourceOutputs") -> dict[str, Any]:
    """The computed outputs of a type; {} for most types."""
    function = _FUNCTIONS.get(token)
    return {k: v for k, v in function(answer).items() if k in answer.resource.outputs} if function else {}


@_for("aws:ec2/subnet:Subnet")
def _subnet(a: "ResourceOutputs") -> dict[str, Any]:
    zone = a.inputs.get("availabilityZone")
    if not isinstance(zone, str):
        given = a.inputs.get("availabilityZoneId")
        zone = next((z for z in regions.zones(a.region) if regions.zone_id(z) == given), a.region + "a")
    ipv6 = {} if a.inputs.get("ipv6CidrBlock") else {"ipv6CidrBlock": "", "ipv6CidrBlockAssociationId": ""}
    return {"availabilityZone": zone, "availabilityZoneId": regions.zone_id(zone), **ipv6}


@_for("aws:ec2/vpc:Vpc")
def _vpc(a: "ResourceOutputs") -> dict[str, Any]:
    if a.inputs.get("assignGeneratedIpv6CidrBlock") is not True:
        return {} if a.inputs.get("ipv6CidrBlock") else {"ipv6CidrBlock": "", "ipv6AssociationId": ""}
    block = a.values.fill("2600:1f14:{hex:4}:{hex:2.b}00::/56")
    return {"ipv6CidrBlock": block, "ipv6AssociationId": a.values.fill("vpc-cidr-assoc-0{hex:16.six}")}


@_for("aws:lb/targetGroup:TargetGroup")
def _target_group(a: "ResourceOutputs") -> dict[str, Any]:
    return {"arnSuffix": a.arn.rsplit(":", 1)[-1]}


@_for("aws:lb/loadBalancer:LoadBalancer")
def _load_balancer(a: "ResourceOutputs") -> dict[str, Any]:
    network = a.inputs.get("loadBalancerType") == "network"
    zones = regions.NETWORK_LOAD_BALANCER_ZONES if network else regions.LOAD_BALANCER_ZONES
    name, suffix = str(a.inputs.get("name", "")), a.arn.split("loadbalancer/", 1)[-1]
    digits = suffix.rsplit("/", 1)[-1] if network else str(a.values.fill("{digits:10}"))
    host = (
        f"{name}-{digits}.elb.{a.region}.amazonaws.com" if network else f"{name}-{digits}.{a.region}.elb.amazonaws.com"
    )
    prefix = "internal-" if a.inputs.get("internal") is True and not network else ""
    return {"arnSuffix": suffix, "dnsName": prefix + host, "zoneId": zones.get(a.region, "Z35SXDOTRQ7X7K")}


@_for(
    "aws:rds/cluster:Cluster", "aws:rds/instance:Instance", "aws:docdb/cluster:Cluster", "aws:redshift/cluster:Cluster"
)
def _database(a: "ResourceOutputs") -> dict[str, Any]:
    out: dict[str, Any] = {"masterUserSecrets": []}
    if a.inputs.get("manageMasterUserPassword") is True:
        kind = "cluster" if a.kind == "Cluster" else "db"
        arn = a.values.fill("arn:{p}:secretsmanager:{r}:{a}:secret:rds!" + kind + "-{uuid:36.secret}-{up:6.secret}")
        key = a.inputs.get("masterUserSecretKmsKeyId") or a.values.fill(
            "arn:{p}:kms:{r}:{a}:key/{uuid:36.secretsmanager}"
        )
        out["masterUserSecrets"] = [{"kmsKeyId": key, "secretArn": arn, "secretStatus": "active"}]
    engine = str(a.inputs.get("engine", ""))
    if "port" not in a.inputs:
        out["port"] = (
            5432 if "postgres" in engine else 1433 if "sqlserver" in engine else 1521 if "oracle" in engine else 3306
        )
    version = a.inputs.get("engineVersion")
    out["engineVersionActual"] = version if isinstance(version, str) else "16.6" if "postgres" in engine else "8.0.40"
    if not isinstance(version, str):
        out["engineVersion"] = out["engineVersionActual"]
    if a.kind == "Cluster" and "availabilityZones" not in a.inputs:
        out["availabilityZones"] = regions.zones(a.region)[:3]
    if a.kind == "Instance" and "availabilityZone" not in a.inputs and a.service == "rds":
        out["availabilityZone"] = a.region + "a"
    return out


@_for("aws:dynamodb/table:Table")
def _table(a: "ResourceOutputs") -> dict[str, Any]:
    replicas = cast(list[Any], a.inputs.get("replicas") or [])
    if a.inputs.get("streamEnabled") is not True and not replicas:
        return {"streamArn": "", "streamLabel": ""}
    label = "2025-01-01T00:00:00.000"
    out: dict[str, Any] = {"streamLabel": label, "streamArn": f"{a.arn}/stream/{label}"}
    if replicas and all(isinstance(one, dict) for one in replicas):
        out["replicas"] = [_replica(a.arn, one, label) for one in replicas]
    return out


def _replica(table: str, replica: dict[str, Any], label: str) -> dict[str, Any]:
    """A replica has the table's name and its own stream."""
    parts = table.split(":")
    arn = ":".join([*parts[:3], str(replica.get("regionName", "")), *parts[4:]])
    return {**replica, "arn": arn, "streamLabel": label, "streamArn": f"{arn}/stream/{label}"}


@_for("aws:acm/certificate:Certificate")
def _certificate(a: "ResourceOutputs") -> dict[str, Any]:
    names = [a.inputs.get("domainName", ""), *cast(list[Any], a.inputs.get("subjectAlternativeNames") or [])]
    options: list[dict[str, Any]] = []
    for name in dict.fromkeys(n for n in names if isinstance(n, str) and n):
        bare = name.removeprefix("*.")
        option = {
            "domainName": name,
            "resourceRecordName": a.values.fill(f"_{{hex:32.{bare}}}.{bare}."),
            "resourceRecordType": "CNAME",
            "resourceRecordValue": a.values.fill(f"_{{hex:32.v{bare}}}.{{low:10.{bare}}}.acm-validations.aws."),
        }
        options.append(option)
    return {"domainValidationOptions": options, "status": "ISSUED", "validationEmails": []}


@_for("aws:ec2/vpcEndpoint:VpcEndpoint")
def _endpoint(a: "ResourceOutputs") -> dict[str, Any]:
    if a.inputs.get("vpcEndpointType", "Gateway") == "Gateway":
        return {"dnsEntries": [], "networkInterfaceIds": [], "subnetIds": [], "securityGroupIds": []}
    service = str(a.inputs.get("serviceName", "")).rsplit(".", 1)[-1]
    host = a.values.fill(f"{a.id}-{{low:8}}.{service}.{{r}}.vpce.amazonaws.com")
    count = len(cast(list[Any], a.inputs.get("subnetIds") or []))
    return {
        "dnsEntries": [{"dnsName": host, "hostedZoneId": a.values.fill("Z{up:13.vpce}")}],
        "networkInterfaceIds": [a.values.fill(f"eni-0{{hex:16.{i}}}") for i in range(count)],
        "prefixListId": "",
    }


@_for("aws:elasticache/replicationGroup:ReplicationGroup")
def _replication_group(a: "ResourceOutputs") -> dict[str, Any]:
    identifier = str(a.inputs.get("replicationGroupId", ""))
    sharded = (
        bool(a.inputs.get("numNodeGroups") or a.inputs.get("replicasPerNodeGroup"))
        or a.inputs.get("clusterMode") == "enabled"
    )
    shards = int(a.inputs.get("numNodeGroups") or 1)
    nodes = int(a.inputs.get("numCacheClusters") or 0)
    if sharded:
        per = int(a.inputs.get("replicasPerNodeGroup") or 0) + 1
        members = [f"{identifier}-{s:04d}-{n:03d}" for s in range(1, shards + 1) for n in range(1, per + 1)]
        only = {"primaryEndpointAddress": "", "readerEndpointAddress": "", "numCacheClusters": len(members)}
    else:
        members = [f"{identifier}-{n:03d}" for n in range(1, max(nodes, 1) + 1)]
        only = {"configurationEndpointAddress": "", "numNodeGroups": 1, "replicasPerNodeGroup": len(members) - 1}
    return {
        "memberClusters": members,
        "clusterEnabled": sharded,
        "engineVersionActual": str(a.inputs.get("engineVersion", "7.2")),
        **only,
    }


@_for("aws:route53/zone:Zone")
def _zone(a: "ResourceOutputs") -> dict[str, Any]:
    servers = a.items("nameServers", a.resource.outputs["nameServers"], "", 0)
    return {"nameServers": servers, "primaryNameServer": servers[0] if servers else ""}


@_for("aws:route53/record:Record")
def _record(a: "ResourceOutputs") -> dict[str, Any]:
    return {"fqdn": str(a.inputs.get("name", "")).rstrip(".")}


@_for("aws:s3/bucket:Bucket")
def _bucket(a: "ResourceOutputs") -> dict[str, Any]:
    """The website endpoint of a bucket with website arguments."""
    domain = regions.website_domain(a.region)
    if not (a.inputs.get("website") or a.inputs.get("websites")):
        return {"websiteDomain": "", "websiteEndpoint": ""}
    return {"websiteDomain": domain, "websiteEndpoint": f"{a.id}.{domain}"}


@_for("aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration")
def _website(a: "ResourceOutputs") -> dict[str, Any]:
    domain = regions.website_domain(a.region)
    return {"websiteDomain": domain, "websiteEndpoint": f"{a.inputs.get('bucket', '')}.{domain}"}


@_for("aws:s3/accessPoint:AccessPoint")
def _access_point(a: "ResourceOutputs") -> dict[str, Any]:
    """S3 User Guide, "Using Amazon S3 access points": a host per address family, with and without FIPS."""
    dual, suffix = f"dualstack.{a.region}", a.values["dns"]
    hosts = {"ipv4": f"s3-accesspoint.{a.region}", "dualstack": f"s3-accesspoint.{dual}"}
    hosts |= {"fips": f"s3-accesspoint-fips.{a.region}", "fips_dualstack": f"s3-accesspoint-fips.{dual}"}
    return {"endpoints": {name: f"{host}.{suffix}" for name, host in hosts.items()}}


@_for("aws:appsync/graphQLApi:GraphQLApi")
def _graphql_api(a: "ResourceOutputs") -> dict[str, Any]:
    """AppSync Developer Guide, "WebSockets and AppSync": two hosts of one API."""
    host = a.values.fill("{low:26.host}")
    api, realtime = (
        f"{host}.{kind}.{a.region}.{a.values['dns']}/graphql" for kind in ("appsync-api", "appsync-realtime-api")
    )
    return {"uris": {"GRAPHQL": f"https://{api}", "REALTIME": f"wss://{realtime}"}}


@_for("aws:appsync/api:Api")
def _event_api(a: "ResourceOutputs") -> dict[str, Any]:
    """AppSync Events, "Event API endpoints": two hosts of one API."""
    host = a.values.fill("{low:26.host}")
    return {
        "dns": {
            "HTTP": f"{host}.appsync-api.{a.region}.{a.values['dns']}",
            "REALTIME": f"{host}.appsync-realtime-api.{a.region}.{a.values['dns']}",
        }
    }


@_for("aws:servicecatalog/appregistryApplication:AppregistryApplication")
def _application_tag(a: "ResourceOutputs") -> dict[str, Any]:
    """The tag that makes a resource part of the application; AppRegistry defines its key and value."""
    return {
        "applicationTag": {"awsApplication": a.values.fill("arn:{p}:resource-groups:{r}:{a}:group/{name}/{low:26}")}
    }


@_for("aws:elasticbeanstalk/environment:Environment")
def _environment(a: "ResourceOutputs") -> dict[str, Any]:
    """DescribeEnvironmentResources of a ready environment: one Auto Scaling group, one load balancer (ARN, or name of a
    Classic Load Balancer).
    """
    settings = {
        (s.get("namespace"), s.get("name")): s.get("value") for s in cast(list[Any], a.inputs.get("settings") or [])
    }
    of = "aws:elasticbeanstalk:environment"
    group = a.values.fill(f"awseb-{a.id}-stack-AWSEBAutoScalingGroup-{{up:12.group}}")
    worker = a.inputs.get("tier") == "Worker"
    out: dict[str, Any] = {"autoscalingGroups": [group], "loadBalancers": [], "queues": []}
    if worker:
        out["queues"] = [
            a.values.fill(f"https://sqs.{{r}}.{{dns}}/{{a}}/awseb-{a.id}-stack-AWSEBWorkerQueue-{{up:12}}")
        ]
    elif settings.get((of, "EnvironmentType"), "LoadBalanced") != "SingleInstance":
        kind = settings.get((of, "LoadBalancerType"), "classic")
        path = {"application": "app", "network": "net"}.get(str(kind))
        shared = settings.get(("aws:elbv2:loadbalancer", "SharedLoadBalancer"))
        template = (
            f"arn:{{p}}:elasticloadbalancing:{{r}}:{{a}}:loadbalancer/{path}/awseb--AWSEB-{{up:12}}/{{hex:16.lb}}"
        )
        found = a.values.fill(template if path else f"awseb-{a.id[:3]}-{a.id[2:5]}-AWSEBLoa-{{up:12}}")
        out["loadBalancers"] = [shared or found]
    return out


@_for("aws:globalaccelerator/accelerator:Accelerator")
def _accelerator(a: "ResourceOutputs") -> dict[str, Any]:
    addresses = a.inputs.get("ipAddresses") or ["75.2.60.5", "99.83.190.102"]
    return {"ipSets": [{"ipAddresses": addresses, "ipFamily": "IPv4"}]}


@_for("aws:autoscaling/group:Group")
def _group(a: "ResourceOutputs") -> dict[str, Any]:
    """Properties with a default that the real provider sets itself."""
    return {} if a.inputs.get("desiredCapacity") is not None else {"desiredCapacity": a.inputs.get("minSize", 0)}


_OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2"
_CONTENT = frozenset({"source", "content", "contentBase64"})


@_for(_OBJECT)
def _object_version(a: "ResourceOutputs") -> dict[str, Any]:
    """In a versioned bucket, which the offline AWS takes every bucket to be."""
    return {"versionId": a.values.fill("{low:32}")}


def after_update(token: str, olds: Mapping[str, Any], news: dict[str, Any], changed: frozenset[str]) -> dict[str, Any]:
    """Outputs that an update increases (versions); empty if this update increases none."""
    if token == _OBJECT and changed & _CONTENT:
        before = str(olds.get("versionId", ""))
        return {"versionId": digest(before, canonical([news.get(key) for key in sorted(_CONTENT)]), length=32)}
    if token == "aws:ec2/launchTemplate:LaunchTemplate" and changed - {"tags", "tagsAll", "description"}:  # noqa: S105
        latest = int(olds.get("latestVersion") or 1) + 1
        return {
            "latestVersion": latest,
            "defaultVersion": latest if news.get("updateDefaultVersion") is True else olds.get("defaultVersion", 1),
        }
    if token == "aws:lambda/function:Function" and news.get("publish") is True and changed - {"tags", "tagsAll"}:  # noqa: S105
        old = str(olds.get("version", "0"))
        version = str(int(old) + 1 if old.isdigit() else 1)
        arn = str(news.get("arn", ""))
        invoke = str(news.get("invokeArn", ""))
        return {
            "version": version,
            "qualifiedArn": f"{arn}:{version}",
            "qualifiedInvokeArn": invoke.replace("/invocations", f":{version}/invocations"),
        }
    return {}


def updated(
    token: str, olds: Mapping[str, Any], news: dict[str, Any], changed: frozenset[str], preview: bool
) -> dict[str, Any]:
    """The outputs after an update, with increased versions; those are unknown in a preview."""
    raised = after_update(token, olds, news, changed)
    kept = {k: olds[k] for k in _VERSIONS.get(token, ()) if k in olds}
    return {**news, **kept, **(dict.fromkeys(raised, UNKNOWN) if preview else raised)}


_VERSIONS = {
    _OBJECT: ("versionId",),
    "aws:ec2/launchTemplate:LaunchTemplate": ("latestVersion", "defaultVersion"),
    "aws:lambda/function:Function": ("version", "qualifiedArn", "qualifiedInvokeArn"),
}
