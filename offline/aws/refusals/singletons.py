# ruff: noqa: E501 (what AWS says is as long as it is)
"""Settings and services of which an account has one, or one per Region. A second resource for one of them is refused
by AWS, or overwrites the first; those of AWS Config, API Gateway and GuardDuty are with their services.
"""

from offline.aws.unique import one_in_a_region, unique

# AWS refuses a second one.
unique("aws:securityhub/account:Account", "region", call="securityhub EnableSecurityHub", says="ResourceConflictException: Account is already subscribed to Security Hub", keys=one_in_a_region)  # fmt: skip
unique("aws:macie2/account:Account", "region", call="macie2 EnableMacie", says="ConflictException: Macie has already been enabled", keys=one_in_a_region)  # fmt: skip
unique("aws:resourceexplorer/index:Index", "region", call="resource-explorer-2 CreateIndex", says="ConflictException: the Region has an index", keys=one_in_a_region)  # fmt: skip
unique("aws:shield/subscription:Subscription", "autoRenew", call="shield CreateSubscription", says="ResourceAlreadyExistsException: the account is subscribed to Shield Advanced", regional=False, keys=one_in_a_region)  # fmt: skip
unique("aws:quicksight/accountSubscription:AccountSubscription", "accountName", call="quicksight CreateAccountSubscription", says="ResourceExistsException: the account is subscribed to QuickSight", regional=False, keys=one_in_a_region)  # fmt: skip
unique("aws:ssmincidents/replicationSet:ReplicationSet", "regions", call="ssm-incidents CreateReplicationSet", says="ConflictException: the account has a replication set", regional=False, keys=one_in_a_region)  # fmt: skip

# AWS takes the second one's values.
for token, call in {
    "aws:ebs/encryptionByDefault:EncryptionByDefault": "ec2 EnableEbsEncryptionByDefault",
    "aws:ebs/defaultKmsKey:DefaultKmsKey": "ec2 ModifyEbsDefaultKmsKeyId",
    "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess": "ec2 EnableSnapshotBlockPublicAccess",
    "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess": "ec2 EnableImageBlockPublicAccess",
    "aws:ec2/serialConsoleAccess:SerialConsoleAccess": "ec2 EnableSerialConsoleAccess",
    "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults": "ec2 ModifyInstanceMetadataDefaults",
    "aws:ecr/registryPolicy:RegistryPolicy": "ecr PutRegistryPolicy",
    "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration": "ecr PutRegistryScanningConfiguration",
    "aws:ecr/replicationConfiguration:ReplicationConfiguration": "ecr PutReplicationConfiguration",
    "aws:ses/activeReceiptRuleSet:ActiveReceiptRuleSet": "ses SetActiveReceiptRuleSet",
    "aws:sesv2/accountSuppressionAttributes:AccountSuppressionAttributes": "sesv2 PutAccountSuppressionAttributes",
    "aws:sesv2/accountVdmAttributes:AccountVdmAttributes": "sesv2 PutAccountVdmAttributes",
    "aws:sns/smsPreferences:SmsPreferences": "sns SetSMSAttributes",
    "aws:xray/encryptionConfig:EncryptionConfig": "xray PutEncryptionConfig",
    "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings": "glue PutDataCatalogEncryptionSettings",
    "aws:backup/regionSettings:RegionSettings": "backup UpdateRegionSettings",
    "aws:lakeformation/dataLakeSettings:DataLakeSettings": "lakeformation PutDataLakeSettings",
    "aws:iot/loggingOptions:LoggingOptions": "iot SetV2LoggingOptions",
    "aws:iot/eventConfigurations:EventConfigurations": "iot UpdateEventConfigurations",
}.items():
    unique(token, "region", call=call, says=f"{call.split()[1]}: one setting of an account and Region:", overwrites=True, keys=one_in_a_region)  # fmt: skip
for token, path, call in (
    ("aws:iam/accountPasswordPolicy:AccountPasswordPolicy", "minimumPasswordLength", "iam UpdateAccountPasswordPolicy"),
    ("aws:iam/accountAlias:AccountAlias", "accountAlias", "iam CreateAccountAlias"),
    ("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "accountId", "s3control PutPublicAccessBlock"),
    ("aws:backup/globalSettings:GlobalSettings", "globalSettings", "backup UpdateGlobalSettings"),
):
    unique(token, path, call=call, says=f"{call.split()[1]}: one setting of an account:", regional=False, overwrites=True, keys=one_in_a_region)  # fmt: skip

unique("aws:ecs/accountSettingDefault:AccountSettingDefault", "name", call="ecs PutAccountSettingDefault", says="PutAccountSettingDefault: one setting {name} of an account and Region:", overwrites=True)  # fmt: skip
unique("aws:ecr/accountSetting:AccountSetting", "name", call="ecr PutAccountSetting", says="PutAccountSetting: one setting {name} of an account and Region:", overwrites=True)  # fmt: skip
unique("aws:ssm/serviceSetting:ServiceSetting", "settingId", call="ssm UpdateServiceSetting", says="UpdateServiceSetting: one setting {settingId} of an account and Region:", overwrites=True)  # fmt: skip
unique("aws:cloudwatch/logAccountPolicy:LogAccountPolicy", "policyType policyName", call="logs PutAccountPolicy", says="PutAccountPolicy: one {policyType} {policyName} of an account and Region:", overwrites=True)  # fmt: skip
