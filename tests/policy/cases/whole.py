"""A whole stack in two Regions that no mandatory rule finds fault with: every tier, its alarms, backups and copies."""
# ruff: noqa: E501 (one row per resource)

from typing import Any

from ha_policy.testing import Json, Resource, Stack

REGIONS = {"us-west-2": "w", "us-east-1": "e"}
KEPT = {"deletionProtection": True, "backupRetentionPeriod": 35, "copyTagsToSnapshot": True}
TAGS = {"Backup": "daily"}


class Whole:
    """Builds the stack; `stack` is it."""

    def __init__(self, *, deployed: bool) -> None:
        self.stack = Stack(region="us-west-2", deployed=deployed)
        self.providers = {r: self.stack.region_provider(r) for r in REGIONS}
        self.vaults = {r: self.add(r, "backup/vault", "vault", protect=True) for r in REGIONS}
        self.topics: dict[str, Resource] = {}
        self.whole_database = self.stack.add("rds/globalCluster", "global", protect=True, deletionProtection=True)
        self.buckets = {r: self.add(r, "s3/bucket", "data", protect=True) for r in REGIONS}
        self.balancers = {r: self.region(r) for r in REGIONS}
        self.copies()
        self.entry()

    def add(self, region: str, kind: str, role: str, **props: Any) -> Resource:
        """A resource of a Region, by its provider."""
        return self.stack.add(kind, f"{REGIONS[region]}-{role}", provider=self.providers[region], **props)

    def alarm(self, region: str, role: str, metric: str = "Errors", **dimensions: Any) -> None:
        """An alarm that reaches somebody."""
        self.add(region, "cloudwatch/metricAlarm", f"{role}-alarm", dimensions=dimensions, metricName=metric,
                 treatMissingData="breaching", alarmActions=[self.topics[region]["arn"]])  # fmt: skip

    def region(self, region: str) -> Resource:
        """What serves in a Region."""
        self.topics[region] = self.add(region, "sns/topic", "topic")
        self.add(region, "sns/topicSubscription", "mail", topic=self.topics[region]["arn"], protocol="email")
        vpc = self.add(region, "ec2/vpc", "vpc", cidrBlock="10.0.0.0/16")
        private: list[Resource] = []
        for letter in "ab":
            zone = f"{region}{letter}"
            place = {"vpcId": vpc, "availabilityZone": zone}
            outer = self.add(region, "ec2/subnet", f"public-{zone}", **place)
            inner = self.add(region, "ec2/subnet", f"private-{zone}", **place)
            nat = self.add(region, "ec2/natGateway", f"nat-{zone}", subnetId=outer)
            self.alarm(region, f"nat-{zone}", NatGatewayId=nat)
            table = self.add(region, "ec2/routeTable", f"table-{zone}", vpcId=vpc)
            self.add(
                region,
                "ec2/route",
                f"out-{zone}",
                routeTableId=table,
                destinationCidrBlock="0.0.0.0/0",
                natGatewayId=nat,
            )
            self.add(region, "ec2/routeTableAssociation", f"link-{zone}", routeTableId=table, subnetId=inner)
            private.append(inner)
        self.data(region, private)
        self.queues(region, private)
        return self.servers(region, private)

    def servers(self, region: str, private: list[Resource]) -> Resource:
        """A load balancer, a group of instances and a service."""
        balancer = self.add(
            region, "lb/loadBalancer", "lb", subnets=private, enableDeletionProtection=True, enableZonalShift=True
        )
        self.alarm(region, "lb", LoadBalancer=balancer["arnSuffix"])
        groups = {
            role: self.add(region, "lb/targetGroup", role, protocol="HTTP", healthCheck={"path": "/health"})
            for role in ("old", "new")
        }
        for role, group in groups.items():
            self.add(region, "lb/listener", f"{role}-listener", loadBalancerArn=balancer["arn"],
                     defaultActions=[{"targetGroupArn": group["arn"]}])  # fmt: skip
        types = [{"instanceType": t} for t in ("m7g.large", "m6g.large")]
        servers = self.add(
            region, "autoscaling/group", "servers", minSize=2, healthCheckType="ELB", vpcZoneIdentifiers=private,
            targetGroupArns=[groups["old"]["arn"]], mixedInstancesPolicy={"launchTemplate": {"overrides": types}},
        )  # fmt: skip
        self.alarm(region, "servers", AutoScalingGroupName=servers["name"])
        task = self.add(region, "ecs/taskDefinition", "app", cpu="256")
        service = self.add(
            region, "ecs/service", "app", taskDefinition=task["arn"], desiredCount=2, launchType="FARGATE", networkConfiguration={"subnets": private},
            loadBalancers=[{"targetGroupArn": groups["new"]["arn"]}], healthCheckGracePeriodSeconds=60,
            deploymentCircuitBreaker={"enable": True, "rollback": True}, deploymentMinimumHealthyPercent=100,
        )  # fmt: skip
        self.alarm(region, "app", ServiceName=service["name"])
        return balancer

    def data(self, region: str, private: list[Resource]) -> None:
        """A member of the global database and its instances, and a cache."""
        places = self.add(region, "rds/subnetGroup", "places", subnetIds=private)
        cluster = self.add(
            region, "rds/cluster", "db", protect=True, dbSubnetGroupName=places["name"], tags=TAGS, databaseName="shop",
            finalSnapshotIdentifier="last", globalClusterIdentifier=self.whole_database["globalClusterIdentifier"], **KEPT,
        )  # fmt: skip
        for letter in "ab":
            self.add(region, "rds/clusterInstance", f"db-{letter}", clusterIdentifier=cluster["clusterIdentifier"],
                     availabilityZone=f"{region}{letter}", instanceClass="db.r7g.large", promotionTier=0)  # fmt: skip
        self.alarm(region, "db", DBClusterIdentifier=cluster["clusterIdentifier"])
        near = self.add(region, "elasticache/subnetGroup", "near", subnetIds=private)
        cache = self.add(
            region, "elasticache/replicationGroup", "cache", subnetGroupName=near["name"], replicasPerNodeGroup=1,
            automaticFailoverEnabled=True, multiAzEnabled=True, snapshotRetentionLimit=7,
        )  # fmt: skip
        self.alarm(region, "cache", ReplicationGroupId=cache["replicationGroupId"])
        key = self.add(region, "kms/key", "key", protect=True, deletionWindowInDays=30)
        self.add(region, "secretsmanager/secret", "secret", kmsKeyId=key["arn"])
        plan = self.add(
            region, "backup/plan", "plan",
            rules=[{"ruleName": "daily", "schedule": "cron(0 3 * * ? *)", "lifecycle": {"deleteAfter": 35},
                    "targetVaultName": self.vaults[region]["name"],
                    "copyActions": [{"destinationVaultArn": self.vaults[other]["arn"]} for other in REGIONS if other != region]}],
        )  # fmt: skip
        self.add(
            region, "backup/selection", "selection", planId=plan, selectionTags=[{"key": "Backup", "value": "daily"}]
        )
        self.add(
            region,
            "backup/vaultLockConfiguration",
            "lock",
            backupVaultName=self.vaults[region]["name"],
            minRetentionDays=7,
        )

        self.add(region, "backup/restoreTestingPlan", "restores")

    def queues(self, region: str, private: list[Resource]) -> None:
        """A queue, its dead letters and the function that reads it."""
        dead = self.add(region, "sqs/queue", "dead", messageRetentionSeconds=1_209_600)
        self.alarm(region, "dead", "ApproximateNumberOfMessagesVisible", QueueName=dead["name"])
        queue = self.add(
            region,
            "sqs/queue",
            "queue",
            redrivePolicy=Json({"deadLetterTargetArn": dead["arn"], "maxReceiveCount": 5}),
            visibilityTimeoutSeconds=120,
        )
        self.alarm(region, "queue", QueueName=queue["name"])
        function = self.add(region, "lambda/function", "reader", timeout=20, vpcConfig={"subnetIds": private})
        self.alarm(region, "reader", FunctionName=function["name"])
        self.add(region, "lambda/eventSourceMapping", "reads", eventSourceArn=queue["arn"], functionName=function["arn"],
                 functionResponseTypes=["ReportBatchItemFailures"])  # fmt: skip

    def copies(self) -> None:
        """What the standby Region has of the first one's data."""
        first, second = REGIONS
        for region in REGIONS:
            self.add(region, "s3/bucketVersioning", "versions", bucket=self.buckets[region],
                     versioningConfiguration={"status": "Enabled"})  # fmt: skip
        rules = [{"id": "all", "status": "Enabled", "destination": {"bucket": self.buckets[second]["arn"]},
                  "deleteMarkerReplication": {"status": "Enabled"}}]  # fmt: skip
        self.add(first, "s3/bucketReplicationConfig", "replication", bucket=self.buckets[first], rules=rules)
        guards = {"pointInTimeRecovery": True, "deletionProtectionEnabled": True}
        table = self.add(
            first, "dynamodb/table", "orders", protect=True, billingMode="PAY_PER_REQUEST", tags=TAGS,
            deletionProtectionEnabled=True, pointInTimeRecovery={"enabled": True},
            replicas=[{"regionName": second, **guards}],
        )  # fmt: skip
        self.alarm(first, "orders", TableName=table["name"])
        instance = self.add(
            first, "rds/instance", "ledger", protect=True, engine="postgres", multiAz=True, allocatedStorage=20, tags=TAGS,
            maxAllocatedStorage=100, finalSnapshotIdentifier="last", deleteAutomatedBackups=False, **KEPT,
        )  # fmt: skip
        self.alarm(first, "ledger", DBInstanceIdentifier=instance["identifier"])
        copy = self.add(
            second, "rds/instance", "ledger", protect=True, replicateSourceDb=instance["arn"], allocatedStorage=20,
            maxAllocatedStorage=100, copyTagsToSnapshot=True, deletionProtection=True,
        )  # fmt: skip
        self.alarm(second, "ledger", DBInstanceIdentifier=copy["identifier"])
        files = self.add(first, "efs/fileSystem", "files", protect=True, tags=TAGS)
        self.add(first, "efs/backupPolicy", "files", fileSystemId=files, backupPolicy={"status": "ENABLED"})
        self.add(
            first, "efs/replicationConfiguration", "files", sourceFileSystemId=files, destination={"region": second}
        )
        self.add(first, "cognito/userPool", "users", protect=True, deletionProtection="ACTIVE")

    def entry(self) -> None:
        """The name that fails over, and a distribution in front of both Regions."""
        health = self.stack.add("route53/healthCheck", "health", type="HTTPS", requestInterval=10, failureThreshold=3)
        for region, role in zip(REGIONS, ("PRIMARY", "SECONDARY"), strict=True):
            target = {"name": self.balancers[region]["dnsName"], "zoneId": "Z2", "evaluateTargetHealth": True}
            own = {"healthCheckId": health} if role == "PRIMARY" else {}
            self.add(region, "route53/record", "record", zoneId="Z1", name="shop.example.com", type="A", aliases=[target],
                     failoverRoutingPolicies=[{"type": role}], setIdentifier=role, **own)  # fmt: skip
        self.stack.add(
            "cloudfront/distribution", "front",
            origins=[{"originId": r, "domainName": b["dnsName"]} for r, b in self.balancers.items()],
            originGroups=[{"originId": "both", "members": [{"originId": r} for r in REGIONS],
                           "failoverCriteria": {"statusCodes": [500, 502, 503, 504]}}],
            defaultCacheBehavior={"targetOriginId": "both"},
        )  # fmt: skip
