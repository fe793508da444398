"""AWS's service quotas: the default value of each, its code in Service Quotas and its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

REGION: Final = "Region"
ACCOUNT: Final = "account"
"""What a quota is counted in, if it is not counted for each resource of a kind, such as each VPC."""


@dataclass(frozen=True, slots=True)
class Quota:
    """A quota. service: the service code in Service Quotas. code: empty if the quota is not in Service Quotas, or its
    code is not published. default: AWS's value for an account that asked for nothing. per: `REGION`, `ACCOUNT`, or
    the thing whose own count is limited. adjustable: whether AWS raises it. elastic: it limits running capacity, of
    which a Region needs more when it carries the load of another. less: what some new accounts have instead.
    """

    name: str
    service: str
    code: str
    default: float
    source: str
    per: str = REGION
    adjustable: bool = True
    elastic: bool = False
    less: str = ""


_GENERAL: Final = "AWS General Reference, {} endpoints and quotas"
_EC2: Final = "Amazon EC2 User Guide, On-Demand Instance quotas, Spot Instance quotas (the links in the tables)"
_VPC: Final = "Amazon VPC User Guide, Amazon VPC quotas"
_ELB: Final = _GENERAL.format("Elastic Load Balancing")
_RDS: Final = "Amazon RDS User Guide, Quotas and constraints for Amazon RDS"
_IAM: Final = "IAM User Guide, IAM and AWS STS quotas"
_CLOUDFRONT: Final = "Amazon CloudFront Developer Guide, Quotas"
_NEW: Final = "a new account may start with less; AWS raises it as the account is used ({})"
_NEW_EC2: Final = _NEW.format("EC2 User Guide, On-Demand Instance quotas")
_NEW_FARGATE: Final = _NEW.format("Amazon ECS Developer Guide, AWS Fargate service quotas")


def _vcpus(name: str, code: str, default: float, less: str = _NEW_EC2) -> Quota:
    return Quota(name, "ec2", code, default, _EC2, elastic=True, less=less)


# Instance families by quota: EC2 User Guide, "On-Demand Instance quotas" and "Spot Instance quotas".
QUOTAS: Final[dict[str, Quota]] = {
    "on-demand standard": _vcpus(
        "vCPUs of On-Demand instances, standard families (A, C, D, H, I, M, R, T, Z)", "L-1216C47A", 5
    ),
    "on-demand f": _vcpus("vCPUs of On-Demand instances, F family", "L-74FC7D96", 0),
    "on-demand g": _vcpus("vCPUs of On-Demand instances, G and VT families", "L-DB2E81BA", 0),
    "on-demand p": _vcpus("vCPUs of On-Demand instances, P family", "L-417A185B", 0),
    "on-demand x": _vcpus("vCPUs of On-Demand instances, X family", "L-7295265B", 0),
    "on-demand inf": _vcpus("vCPUs of On-Demand instances, Inf family", "L-1945791B", 0),
    "on-demand trn": _vcpus("vCPUs of On-Demand instances, Trn family", "L-2C3B7624", 0),
    "on-demand dl": _vcpus("vCPUs of On-Demand instances, DL family", "L-6E869C2A", 0),
    "on-demand u": _vcpus("vCPUs of On-Demand instances, High Memory families", "L-43DA4232", 0),
    "on-demand hpc": _vcpus("vCPUs of On-Demand instances, HPC families", "L-F7808C92", 0),
    "spot standard": _vcpus("vCPUs of Spot instances, standard families (A, C, D, H, I, M, R, T, Z)", "L-34B43A08", 5),
    "spot f": _vcpus("vCPUs of Spot instances, F family", "L-88CF9481", 0),
    "spot g": _vcpus("vCPUs of Spot instances, G and VT families", "L-3819A6DF", 0),
    "spot p": _vcpus("vCPUs of Spot instances, P family", "L-7212CCBC", 0),
    "spot x": _vcpus("vCPUs of Spot instances, X family", "L-E3A00192", 0),
    "spot inf": _vcpus("vCPUs of Spot instances, Inf family", "L-B5D1601B", 0),
    "spot trn": _vcpus("vCPUs of Spot instances, Trn family", "L-6B0D517C", 0),
    "spot dl": _vcpus("vCPUs of Spot instances, DL family", "L-85EED4F7", 0),
    "fargate": Quota(
        "vCPUs of Fargate tasks and pods",
        "fargate",
        "L-3032A538",
        6,
        _GENERAL.format("Amazon ECS"),
        elastic=True,
        less=_NEW_FARGATE,
    ),
    "fargate spot": Quota(
        "vCPUs of Fargate Spot tasks",
        "fargate",
        "L-36FBB829",
        6,
        _GENERAL.format("Amazon ECS"),
        elastic=True,
        less=_NEW_FARGATE,
    ),
    "lambda concurrency": Quota(
        "concurrent executions that functions reserve, with the 100 that stay unreserved",
        "lambda",
        "L-B99A9384",
        1000,
        "AWS Lambda Developer Guide, Lambda quotas, and Configuring reserved concurrency",
        less="some new accounts start with 10; AWS raises it as the account is used (Lambda quotas)",
    ),
    "elastic ips": Quota("Elastic IP addresses", "ec2", "L-0263D0A3", 5, _VPC),
    "vpcs": Quota("VPCs, the default VPC included", "vpc", "L-F678F1CE", 5, _VPC),
    "internet gateways": Quota("internet gateways, that of the default VPC included", "vpc", "L-A4707A72", 5, _VPC),
    "nat gateways": Quota("NAT gateways", "vpc", "L-FE5A380F", 5, _VPC, per="Availability Zone"),
    "subnets": Quota("subnets", "vpc", "L-407747CB", 200, _VPC, per="VPC"),
    "route tables": Quota("route tables", "vpc", "L-589F43AA", 200, _VPC, per="VPC"),
    "interface endpoints": Quota(
        "interface and Gateway Load Balancer endpoints", "vpc", "L-29B6F2EB", 50, _VPC, per="VPC"
    ),
    "gateway endpoints": Quota("gateway endpoints", "vpc", "L-1B52E74A", 20, _VPC),
    "security groups": Quota("security groups", "vpc", "L-E79EC296", 2500, _VPC),
    "security group rules": Quota(
        "rules in one direction, each entry of a prefix list counted",
        "vpc",
        "L-0EA8095F",
        60,
        _VPC,
        per="security group",
    ),
    "groups per interface": Quota("security groups", "vpc", "L-2AFB9258", 5, _VPC, per="network interface"),
    "transit gateways": Quota("transit gateways", "ec2", "L-A2478D36", 5, "Amazon VPC Transit Gateways, Quotas"),
    "application load balancers": Quota("Application Load Balancers", "elasticloadbalancing", "L-53DA6B97", 50, _ELB),
    "network load balancers": Quota("Network Load Balancers", "elasticloadbalancing", "L-69A177A2", 50, _ELB),
    "classic load balancers": Quota("Classic Load Balancers", "elasticloadbalancing", "L-E9E9831D", 20, _ELB),
    "target groups": Quota("target groups", "elasticloadbalancing", "L-B22855CB", 3000, _ELB),
    "listeners": Quota("listeners", "elasticloadbalancing", "L-B6DF7632", 50, _ELB, per="load balancer"),
    "listener rules": Quota("listener rules", "elasticloadbalancing", "L-7EED9B64", 100, _ELB, per="load balancer"),
    "auto scaling groups": Quota(
        "Auto Scaling groups", "autoscaling", "L-CDE20ADC", 500, _GENERAL.format("Amazon EC2 Auto Scaling")
    ),
    "eks clusters": Quota("EKS clusters", "eks", "L-1194D53C", 100, _GENERAL.format("Amazon EKS")),
    "db instances": Quota(
        "DB instances, those of Aurora, DocumentDB and Neptune included", "rds", "L-7B6409FD", 40, _RDS
    ),
    "db clusters": Quota("DB clusters", "rds", "L-952B80B8", 40, _RDS),
    "db storage": Quota("GiB of storage of DB instances, Aurora not included", "rds", "L-7ADDB58A", 100_000, _RDS),
    "db proxies": Quota("RDS proxies", "rds", "L-D94C7EA3", 20, _RDS),
    "db subnet groups": Quota("DB subnet groups", "rds", "L-48C6BF61", 50, _RDS),
    "db parameter groups": Quota("DB parameter groups", "rds", "L-DE55804A", 50, _RDS),
    "db cluster parameter groups": Quota("DB cluster parameter groups", "rds", "L-E4C808A8", 50, _RDS),
    "db event subscriptions": Quota("RDS event subscriptions", "rds", "L-A59F4C87", 20, _RDS),
    "cache nodes": Quota("cache nodes", "elasticache", "L-DFE45DF3", 300, "Amazon ElastiCache User Guide, Quotas"),
    "file systems": Quota("EFS file systems", "elasticfilesystem", "L-848C634D", 1000, _GENERAL.format("Amazon EFS")),
    "tables": Quota("DynamoDB tables", "dynamodb", "L-F98FE922", 2500, "Amazon DynamoDB Developer Guide, Quotas"),
    "event rules": Quota(
        "EventBridge rules",
        "events",
        "L-244521F2",
        300,
        _GENERAL.format("Amazon EventBridge"),
        per="event bus",
        less="100 in some Regions (EventBridge endpoints and quotas)",
    ),
    "alarms": Quota(
        "CloudWatch alarms", "cloudwatch", "", 5000, "Amazon CloudWatch User Guide, CloudWatch service quotas"
    ),
    "log resource policies": Quota(
        "resource policies of CloudWatch Logs",
        "logs",
        "",
        10,
        "CloudWatch Logs API, PutResourcePolicy",
        adjustable=False,
    ),
    "trails": Quota("trails", "cloudtrail", "", 5, "AWS CloudTrail User Guide, Quotas", adjustable=False),
    "vpc links": Quota("VPC links of REST APIs", "apigateway", "L-A4C7274F", 20, "API Gateway Developer Guide, Quotas"),
    "http vpc links": Quota(
        "VPC links of HTTP APIs", "apigateway", "", 10, "API Gateway Developer Guide, Quotas for HTTP APIs"
    ),
    "web acls": Quota("web ACLs", "wafv2", "", 100, "AWS WAF Developer Guide, AWS WAF quotas"),
    "health checks": Quota(
        "Route 53 health checks", "route53", "L-ACB674F3", 200, "Route 53 Developer Guide, Quotas", per=ACCOUNT
    ),
    "hosted zones": Quota(
        "hosted zones", "route53", "L-4EA4796A", 500, "Route 53 Developer Guide, Quotas", per=ACCOUNT
    ),
    "distributions": Quota("CloudFront distributions", "cloudfront", "L-24B04930", 200, _CLOUDFRONT, per=ACCOUNT),
    "cache policies": Quota("CloudFront cache policies of your own", "cloudfront", "", 20, _CLOUDFRONT, per=ACCOUNT),
    "origin request policies": Quota(
        "CloudFront origin request policies of your own", "cloudfront", "", 20, _CLOUDFRONT, per=ACCOUNT
    ),
    "response headers policies": Quota(
        "CloudFront response headers policies of your own", "cloudfront", "", 20, _CLOUDFRONT, per=ACCOUNT
    ),
    "accelerators": Quota(
        "accelerators", "globalaccelerator", "", 20, "AWS Global Accelerator Developer Guide, Quotas", per=ACCOUNT
    ),
    "buckets": Quota("S3 buckets", "s3", "L-DC2B2D3D", 10_000, "Amazon S3 User Guide, Bucket quotas", per=ACCOUNT),
    "roles": Quota("IAM roles", "iam", "L-FE177D64", 1000, _IAM, per=ACCOUNT),
    "policies": Quota("customer managed policies", "iam", "L-E95E4862", 1500, _IAM, per=ACCOUNT),
}

ONE_EACH: Final[dict[str, str]] = {
    "ec2/vpc": "vpcs",
    "ec2/eip": "elastic ips",
    "ec2/internetGateway": "internet gateways",
    "ec2/securityGroup": "security groups",
    "ec2transitgateway/transitGateway": "transit gateways",
    "elb/loadBalancer": "classic load balancers",
    "lb/targetGroup": "target groups",
    "autoscaling/group": "auto scaling groups",
    "eks/cluster": "eks clusters",
    "rds/instance": "db instances",
    "rds/clusterInstance": "db instances",
    "docdb/clusterInstance": "db instances",
    "neptune/clusterInstance": "db instances",
    "rds/cluster": "db clusters",
    "docdb/cluster": "db clusters",
    "neptune/cluster": "db clusters",
    "rds/proxy": "db proxies",
    "rds/subnetGroup": "db subnet groups",
    "rds/parameterGroup": "db parameter groups",
    "rds/clusterParameterGroup": "db cluster parameter groups",
    "rds/eventSubscription": "db event subscriptions",
    "efs/fileSystem": "file systems",
    "dynamodb/table": "tables",
    "cloudwatch/metricAlarm": "alarms",
    "cloudwatch/compositeAlarm": "alarms",
    "cloudwatch/logResourcePolicy": "log resource policies",
    "cloudtrail/trail": "trails",
    "apigateway/vpcLink": "vpc links",
    "apigatewayv2/vpcLink": "http vpc links",
    "wafv2/webAcl": "web acls",
    "route53/healthCheck": "health checks",
    "route53/zone": "hosted zones",
    "cloudfront/distribution": "distributions",
    "cloudfront/cachePolicy": "cache policies",
    "cloudfront/originRequestPolicy": "origin request policies",
    "cloudfront/responseHeadersPolicy": "response headers policies",
    "globalaccelerator/accelerator": "accelerators",
    "s3/bucket": "buckets",
    "iam/role": "roles",
    "iam/policy": "policies",
}
"""Kinds of which each resource counts one, always."""
