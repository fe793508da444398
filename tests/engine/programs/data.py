"""The primary data resources of each architecture, in one component."""

import pulumi
import pulumi_aws as aws

SUBNETS = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
region = aws.Provider("region", region="us-west-2")


class Data(pulumi.ComponentResource):
    """The shop's database and cache, the bank's cluster and ledger, the video platform's bucket and files."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions) -> None:
        super().__init__("test:data:Data", name, None, opts)
        mine = pulumi.ResourceOptions(parent=self)
        aws.rds.Instance(
            f"{name}-shop",
            identifier=f"{name}-shop",
            engine="mysql",
            instance_class="db.t4g.medium",
            allocated_storage=20,
            username="app",
            manage_master_user_password=True,
            skip_final_snapshot=True,
            opts=mine,
        )
        aws.elasticache.ReplicationGroup(
            f"{name}-cache",
            replication_group_id=f"{name}-cache",
            description="Baskets",
            node_type="cache.t4g.micro",
            num_cache_clusters=2,
            automatic_failover_enabled=True,
            opts=mine,
        )
        cluster = aws.rds.Cluster(
            f"{name}-bank",
            cluster_identifier=f"{name}-bank",
            engine=aws.rds.EngineType.AURORA_POSTGRESQL,
            master_username="app",
            manage_master_user_password=True,
            skip_final_snapshot=True,
            opts=mine,
        )
        aws.rds.ClusterInstance(
            f"{name}-bank-a",
            identifier=f"{name}-bank-a",
            cluster_identifier=cluster.id,
            engine=aws.rds.EngineType.AURORA_POSTGRESQL,
            instance_class="db.r6g.large",
            opts=mine,
        )
        aws.dynamodb.Table(
            f"{name}-ledger",
            hash_key="id",
            attributes=[{"name": "id", "type": "S"}],
            billing_mode="PAY_PER_REQUEST",
            opts=mine,
        )
        aws.s3.Bucket(f"{name}-videos", opts=mine)
        aws.efs.FileSystem(f"{name}-files", encrypted=True, opts=mine)
        self.register_outputs({})


Data("data", pulumi.ResourceOptions(providers=[region]))
