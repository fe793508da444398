#!/bin/bash
# Metrics and logs of the instance. Its own unit, so that a lack of them never keeps the instance from serving.
set -euo pipefail

agent=/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl
if [[ ! -x $agent ]]; then
  dnf install --assumeyes --quiet amazon-cloudwatch-agent
fi
"$agent" -a fetch-config -m ec2 -s -c file:/opt/storefront/agent.json
