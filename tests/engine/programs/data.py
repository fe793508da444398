"""The primary data resources of each architecture, in one component."""

import pulumi
import pulumi_aws as aws

SUBNETS = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
region = aws.Provider("region", region="us-west-2")


class Data(pulumi.ComponentResource):
    """The shop's database, its replica and cache, the bank's Global Database and ledger, the video platform's bucket
    and files, and what they all have: KMS keys, secrets, queues, backup vaults.
    """

    def __init__(self, name: str, opts: pulumi.ResourceOptions) -> None:
        super().__init__("test:data:Data", name, None, opts)
        mine = pulumi.ResourceOptions(parent=self)
        key = aws.kms.Key(f"{name}-key", multi_region=True, opts=mine)
        aws.kms.ReplicaKey(f"{name}-key-copy", primary_key_arn=key.arn, region="us-east-1", opts=mine)
        aws.backup.Vault(f"{name}-vault", name=f"{name}-vault", kms_key_arn=key.arn, opts=mine)
        aws.secretsmanager.Secret(f"{name}-secret", name=f"{name}-secret", kms_key_id=key.arn, opts=mine)
        aws.sqs.Queue(f"{name}-orders", name=f"{name}-orders", kms_master_key_id=key.id, opts=mine)
        shop = aws.rds.Instance(
            f"{name}-shop",
            identifier=f"{name}-shop",
            engine="mysql",
            instance_class="db.t4g.medium",
            allocated_storage=20,
            username="app",
            password_wo="used-by-this-test-only",
            password_wo_version=1,
            storage_encrypted=True,
            kms_key_id=key.arn,
            backup_retention_period=1,
            skip_final_snapshot=True,
            opts=mine,
        )
        aws.rds.Instance(
            f"{name}-shop-replica",
            identifier=f"{name}-shop-replica",
            replicate_source_db=shop.identifier,
            instance_class="db.t4g.medium",
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
        world = aws.rds.GlobalCluster(
            f"{name}-world",
            global_cluster_identifier=f"{name}-world",
            engine=aws.rds.EngineType.AURORA_POSTGRESQL,
            opts=mine,
        )
        cluster = aws.rds.Cluster(
            f"{name}-bank",
            cluster_identifier=f"{name}-bank",
            global_cluster_identifier=world.id,
            engine=aws.rds.EngineType.AURORA_POSTGRESQL,
            master_username="app",
            master_password_wo="used-by-this-test-only",
            master_password_wo_version=1,
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
