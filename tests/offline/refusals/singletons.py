# ruff: noqa: E501 (a table: one case per line)
"""Cases of `offline.aws.refusals.singletons`."""

from tests.offline.refusals import Taken

HERE, THERE = {"region": "us-west-2"}, {"region": "us-east-1"}

TAKEN: list[Taken] = [
    ("aws:securityhub/account:Account", {**HERE}, THERE),
    ("aws:macie2/account:Account", {**HERE}, THERE),
    ("aws:resourceexplorer/index:Index", {**HERE, "type": "LOCAL"}, THERE),
    ("aws:shield/subscription:Subscription", {"autoRenew": "ENABLED"}, {}),
    ("aws:quicksight/accountSubscription:AccountSubscription", {"accountName": "a", "authenticationMethod": "IAM_AND_QUICKSIGHT", "edition": "STANDARD", "notificationEmail": "a@example.com"}, {}),
    ("aws:ssmincidents/replicationSet:ReplicationSet", {"regions": [{"name": "us-west-2"}]}, {}),
    ("aws:ebs/encryptionByDefault:EncryptionByDefault", {**HERE, "enabled": True}, THERE),
    ("aws:ebs/defaultKmsKey:DefaultKmsKey", {**HERE, "keyArn": "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"}, THERE),
    ("aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess", {**HERE, "state": "block-all-sharing"}, THERE),
    ("aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess", {**HERE, "state": "block-new-sharing"}, THERE),
    ("aws:ec2/serialConsoleAccess:SerialConsoleAccess", {**HERE, "enabled": False}, THERE),
    ("aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults", {**HERE, "httpTokens": "required"}, THERE),
    ("aws:ecr/registryPolicy:RegistryPolicy", {**HERE, "policy": "{}"}, THERE),
    ("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration", {**HERE, "scanType": "BASIC"}, THERE),
    ("aws:ecr/replicationConfiguration:ReplicationConfiguration", {**HERE}, THERE),
    ("aws:ecr/accountSetting:AccountSetting", {**HERE, "name": "BASIC_SCAN_TYPE_VERSION", "value": "AWS_NATIVE"}, THERE),
    ("aws:ses/activeReceiptRuleSet:ActiveReceiptRuleSet", {**HERE, "ruleSetName": "a"}, THERE),
    ("aws:sesv2/accountSuppressionAttributes:AccountSuppressionAttributes", {**HERE, "suppressedReasons": ["BOUNCE"]}, THERE),
    ("aws:sesv2/accountVdmAttributes:AccountVdmAttributes", {**HERE, "vdmEnabled": "ENABLED"}, THERE),
    ("aws:sns/smsPreferences:SmsPreferences", {**HERE, "monthlySpendLimit": 1}, THERE),
    ("aws:xray/encryptionConfig:EncryptionConfig", {**HERE, "type": "NONE"}, THERE),
    ("aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings", {**HERE, "dataCatalogEncryptionSettings": {"connectionPasswordEncryption": {"returnConnectionPasswordEncrypted": False}, "encryptionAtRest": {"catalogEncryptionMode": "DISABLED"}}}, THERE),
    ("aws:backup/regionSettings:RegionSettings", {**HERE, "resourceTypeOptInPreference": {"EFS": True}}, THERE),
    ("aws:backup/globalSettings:GlobalSettings", {"globalSettings": {"isCrossAccountBackupEnabled": "true"}}, {}),
    ("aws:lakeformation/dataLakeSettings:DataLakeSettings", {**HERE}, THERE),
    ("aws:iot/loggingOptions:LoggingOptions", {**HERE, "defaultLogLevel": "WARN", "roleArn": "arn:aws:iam::123456789012:role/r"}, THERE),
    ("aws:iot/eventConfigurations:EventConfigurations", {**HERE, "eventConfigurations": {"THING": True}}, THERE),
    ("aws:iam/accountPasswordPolicy:AccountPasswordPolicy", {"minimumPasswordLength": 14}, {}),
    ("aws:iam/accountAlias:AccountAlias", {"accountAlias": "shop"}, {}),
    ("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", {"blockPublicAcls": True}, {}),
    ("aws:ecs/accountSettingDefault:AccountSettingDefault", {**HERE, "name": "containerInsights", "value": "enabled"}, {"name": "taskLongArnFormat"}),
    ("aws:ssm/serviceSetting:ServiceSetting", {**HERE, "settingId": "/ssm/parameter-store/high-throughput-enabled", "settingValue": "true"}, {"settingId": "/ssm/documents/console/public-sharing-permission"}),
    ("aws:cloudwatch/logAccountPolicy:LogAccountPolicy", {**HERE, "policyName": "p", "policyType": "DATA_PROTECTION_POLICY", "policyDocument": "{}"}, {"policyName": "q"}),
]  # fmt: skip
