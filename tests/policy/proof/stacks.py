"""Stacks made by hand, as the engine shows them at preview: ids unknown, dependencies per property."""

from dataclasses import dataclass, field
from typing import Any

from ha_policy.graph import Graph, from_state
from ha_policy.proof.proof import Proof
from ha_policy.proof.simulation.failures import Failure
from ha_policy.proof.simulation.simulation import Outcome

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


@dataclass(frozen=True)
class Ref:
    """A value that comes from another resource and is not known yet."""

    urn: str


@dataclass
class Stack:
    """Collects resources; `graph` is what the policy pack sees."""

    resources: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    region: str = "us-west-2"

    def add(self, token: str, called: str, /, *, outputs: dict[str, Any] | None = None, **props: Any) -> Ref:
        urn = f"urn:pulumi:dev::shop::{token}::{called}"
        found: dict[str, list[str]] = {}
        inputs = {key: self._plain(value, found.setdefault(key, [])) for key, value in props.items()}
        if token.startswith("aws:") and token.split(":")[1].split("/")[0] not in (
            "iam",
            "route53",
            "cloudfront",
            "globalaccelerator",
        ):
            inputs.setdefault("region", self.region)
            found.setdefault("region", [])
        self.resources.append(
            {
                "urn": urn,
                "type": token,
                "custom": True,
                "inputs": inputs,
                "outputs": outputs or {},
                "propertyDependencies": found,
            }
        )
        return Ref(urn)

    def _plain(self, value: Any, found: list[str]) -> Any:
        if isinstance(value, Ref):
            found.append(value.urn)
            return UNKNOWN
        if isinstance(value, list | tuple):
            return [self._plain(v, found) for v in value]
        if isinstance(value, dict):
            return {k: self._plain(v, found) for k, v in value.items()}
        return value

    def find(self, name: str) -> dict[str, Any]:
        """The only resource of a name."""
        (found,) = [r for r in self.resources if r["urn"].endswith(f"::{name}")]
        return found

    def drop(self, *names: str) -> None:
        """Take resources out."""
        for name in names:
            self.resources.remove(self.find(name))

    @property
    def graph(self) -> Graph:
        return from_state({"resources": self.resources})


@dataclass
class Cell:
    """One Region's worth of a shop: network, load balancer, servers, database, cache, and who may call whom."""

    stack: Stack
    region: str
    prefix: str
    zones: str = "abc"
    shared_nat: bool = False
    servers: int = 6
    server_zones: str = ""
    multi_az: bool = True
    failover: bool = True

    def __post_init__(self) -> None:
        s, p = self.stack, self.prefix
        s.region = self.region
        self.vpc = s.add("aws:ec2/vpc:Vpc", f"{p}-vpc", cidrBlock="10.0.0.0/16")
        gateway = s.add("aws:ec2/internetGateway:InternetGateway", f"{p}-igw", vpcId=self.vpc)
        self.public = {z: self._subnet(f"public-{z}", z) for z in self.zones}
        self.private = {z: self._subnet(f"private-{z}", z) for z in self.zones}
        table = s.add("aws:ec2/routeTable:RouteTable", f"{p}-public", vpcId=self.vpc)
        s.add(
            "aws:ec2/route:Route",
            f"{p}-public",
            routeTableId=table,
            destinationCidrBlock="0.0.0.0/0",
            gatewayId=gateway,
        )
        for z, subnet in self.public.items():
            s.add(
                "aws:ec2/routeTableAssociation:RouteTableAssociation",
                f"{p}-public-{z}",
                routeTableId=table,
                subnetId=subnet,
            )
        nat_zones = self.zones[0] if self.shared_nat else self.zones
        self.nats = {
            z: s.add("aws:ec2/natGateway:NatGateway", f"{p}-nat-{z}", subnetId=self.public[z]) for z in nat_zones
        }
        for z, subnet in self.private.items():
            own = s.add("aws:ec2/routeTable:RouteTable", f"{p}-private-{z}", vpcId=self.vpc)
            nat = self.nats.get(z, self.nats[nat_zones[0]])
            s.add(
                "aws:ec2/route:Route",
                f"{p}-private-{z}",
                routeTableId=own,
                destinationCidrBlock="0.0.0.0/0",
                natGatewayId=nat,
            )
            s.add(
                "aws:ec2/routeTableAssociation:RouteTableAssociation",
                f"{p}-private-{z}",
                routeTableId=own,
                subnetId=subnet,
            )
        self._tiers()

    def _subnet(self, name: str, zone: str) -> Ref:
        return self.stack.add(
            "aws:ec2/subnet:Subnet", f"{self.prefix}-{name}", vpcId=self.vpc, availabilityZone=f"{self.region}{zone}"
        )

    def _group(self, name: str) -> Ref:
        return self.stack.add("aws:ec2/securityGroup:SecurityGroup", f"{self.prefix}-{name}-group", vpcId=self.vpc)

    def allow(self, caller: Ref, called: Ref, name: str) -> None:
        """Let one security group call another."""
        self.stack.add(
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", f"{self.prefix}-{name}",
            securityGroupId=called, referencedSecurityGroupId=caller, ipProtocol="tcp", fromPort=443, toPort=443,
        )  # fmt: skip

    def _tiers(self) -> None:
        s, p = self.stack, self.prefix
        lb_group, web_group, data_group = self._group("lb"), self._group("web"), self._group("data")
        self.web_group, self.data_group = web_group, data_group
        self.allow(lb_group, web_group, "lb-web")
        self.allow(web_group, data_group, "web-data")
        self.lb = s.add(
            "aws:lb/loadBalancer:LoadBalancer", f"{p}-lb", subnets=list(self.public.values()), securityGroups=[lb_group]
        )
        target = s.add("aws:lb/targetGroup:TargetGroup", f"{p}-target", vpcId=self.vpc)
        s.add(
            "aws:lb/listener:Listener",
            f"{p}-http",
            loadBalancerArn=self.lb,
            defaultActions=[{"type": "forward", "targetGroupArn": target}],
        )
        role = s.add("aws:iam/role:Role", f"{p}-role")
        self.role = role
        profile = s.add("aws:iam/instanceProfile:InstanceProfile", f"{p}-profile", role=role)
        template = s.add(
            "aws:ec2/launchTemplate:LaunchTemplate",
            f"{p}-template",
            vpcSecurityGroupIds=[web_group],
            iamInstanceProfile={"arn": profile},
        )
        self.asg = s.add(
            "aws:autoscaling/group:Group", f"{p}-web", minSize=self.servers, targetGroupArns=[target],
            vpcZoneIdentifiers=[self.private[z] for z in self.server_zones or self.zones],
            launchTemplate={"id": template}, maxSize=12,
        )  # fmt: skip
        subnets = list(self.private.values())
        db_subnets = s.add("aws:rds/subnetGroup:SubnetGroup", f"{p}-db-subnets", subnetIds=subnets)
        self.db = s.add(
            "aws:rds/instance:Instance",
            f"{p}-db",
            multiAz=self.multi_az,
            dbSubnetGroupName=db_subnets,
            vpcSecurityGroupIds=[data_group],
        )
        cache_subnets = s.add("aws:elasticache/subnetGroup:SubnetGroup", f"{p}-cache-subnets", subnetIds=subnets)
        self.cache = s.add(
            "aws:elasticache/replicationGroup:ReplicationGroup", f"{p}-cache", subnetGroupName=cache_subnets,
            automaticFailoverEnabled=self.failover, numCacheClusters=2, securityGroupIds=[data_group],
        )  # fmt: skip

    def table(self, name: str, replica: str | None = None) -> Ref:
        """A table that the servers' role may use."""
        replicas = [{"regionName": replica}] if replica else []
        table = self.stack.add("aws:dynamodb/table:Table", f"{self.prefix}-{name}", hashKey="id", replicas=replicas)
        self.use(table, name)
        return table

    def use(self, what: Ref, name: str) -> None:
        """Let the servers' role use something."""
        self.stack.add("aws:iam/rolePolicy:RolePolicy", f"{self.prefix}-{name}", role=self.role, policy=what)


def many(resources: int) -> Stack:
    """Shops in pairs of Regions, each pair behind one name, until there are that many resources."""
    stack, count = Stack(), 0
    while len(stack.resources) < resources:
        region = ("us-west-2", "us-east-1")[count % 2]
        cell = Cell(stack, region, f"c{count}")
        cell.table("carts", "us-east-1")
        stack.add(
            "aws:route53/record:Record", f"n{count}", name=f"s{count // 2}.example.com", type="A", zoneId="Z",
            setIdentifier=region, latencyRoutingPolicies=[{"region": region}],
            aliases=[{"name": cell.lb, "zoneId": cell.lb, "evaluateTargetHealth": True}],
        )  # fmt: skip
        count += 1
    return stack


@dataclass(frozen=True)
class Row:
    """One failure and its outcome for each entry point."""

    failure: Failure
    outcomes: tuple[Outcome, ...]


def rows(proof: Proof) -> list[Row]:
    """Every single failure and its outcomes."""
    return [
        Row(f, tuple(proof.matrix.outcome(e, i) for e in proof.entry_points))
        for i, f in enumerate(proof.single_failures)
    ]
