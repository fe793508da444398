"""What public programs do: look things up, pass numbers for strings, read outputs of types that ours do not use."""

import json

import pulumi
import pulumi_aws as aws
import pulumi_awsx as awsx

machine = aws.ec2.get_ami(
    most_recent=True, owners=["amazon"], filters=[{"name": "name", "values": ["al2023-ami-*-x86_64"]}]
)
default = aws.ec2.get_vpc(default=True)
subnets = aws.ec2.get_subnets(filters=[{"name": "vpc-id", "values": [default.id]}])
zones = aws.get_availability_zones(state="available")
assume = aws.iam.get_policy_document(
    statements=[
        {"actions": ["sts:AssumeRole"], "principals": [{"type": "Service", "identifiers": ["lambda.amazonaws.com"]}]}
    ]
)

net = aws.ec2.Vpc("net", cidr_block="10.7.0.0/16", tags={"Name": "net"})
inside = aws.ec2.Subnet("inside", vpc_id=net.id, cidr_block="10.7.1.0/24", availability_zone=zones.names[1])
looked_up = aws.ec2.get_vpc_output(id=net.id)
within = inside.vpc_id.apply(lambda vpc: aws.ec2.get_subnets(filters=[{"name": "vpc-id", "values": [vpc]}]).ids)


web = aws.ec2.SecurityGroup(
    "web",
    vpc_id=default.id,
    egress=[aws.ec2.SecurityGroupEgressArgs(protocol=-1, from_port=0, to_port="0", cidr_blocks=["0.0.0.0/0"])],  # type: ignore[arg-type]
)
aws.ec2.Instance(
    "server", ami=machine.id, instance_type="t3.micro", subnet_id=subnets.ids[0], vpc_security_group_ids=[web.id]
)
role = aws.iam.Role("role", assume_role_policy=assume.json)
function = aws.lambda_.Function(
    "function",
    role=role.arn,
    runtime="python3.13",
    handler="main.handle",
    code=pulumi.AssetArchive({"main.py": pulumi.StringAsset("def handle(event, context): pass")}),
)
rule = aws.cloudwatch.EventRule("rule", schedule_expression="rate(5 minutes)")
target = aws.cloudwatch.EventTarget("target", rule=rule.name, arn=function.arn)
api = aws.appsync.GraphQLApi("api", authentication_type="API_KEY", schema="type Query { a: String }")
site = aws.s3.Bucket("site", website={"index_document": "index.html"})

repository = awsx.ecr.Repository("app")
image = awsx.ecr.Image("app", repository_url=repository.url, context="./app")
front = awsx.lb.ApplicationLoadBalancer("front")
awsx.ecs.FargateService(
    "app",
    cluster=aws.ecs.Cluster("app").arn,
    assign_public_ip=True,
    task_definition_args={
        "container": {
            "name": "app",
            "image": image.image_uri,
            "port_mappings": [{"container_port": 80, "target_group": front.default_target_group}],
        },
    },
)

pulumi.export("range", looked_up.cidr_block)
pulumi.export("subnets", within.apply(lambda ids: len(ids)))
pulumi.export("wired", pulumi.Output.all(target.arn, function.arn).apply(lambda pair: pair[0] == pair[1]))
pulumi.export("graphql", api.uris["GRAPHQL"])
pulumi.export("site", site.website_endpoint)
pulumi.export("trusts", json.loads(assume.json)["Statement"][0]["Principal"])
