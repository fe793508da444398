#!/bin/bash
# Brings the server into service, at its first boot and whenever it comes out of the warm pool: installs what it needs,
# mounts the streams, starts the origin, and tells EC2 Auto Scaling that it is ready. Every step may be repeated.
set -euo pipefail
# shellcheck source=/dev/null
source /opt/streaming/settings

until rpm --query --quiet nginx amazon-efs-utils; do
  dnf install --assumeyes --quiet nginx amazon-efs-utils || sleep 5
done

# soft: a read that takes longer than a player waits fails, and the CDN asks elsewhere. actimeo: a playlist is replaced
# every few seconds by whichever server its encoder is connected to.
until mountpoint --quiet "$ROOT"; do
  mkdir -p "$ROOT"
  mount -t efs -o "tls,iam,accesspoint=$ACCESS_POINT,noresvport,soft,timeo=50,retrans=2,actimeo=1" \
    "$FILE_SYSTEM:/" "$ROOT" || sleep 5
done
mkdir -p "$ROOT/live" "$ROOT/incoming"

systemctl start origin.service sweep.timer
until curl --fail --silent --max-time 2 --output /dev/null "http://127.0.0.1:$PORT/health"; do
  sleep 1
done

token=$(curl --fail --silent --retry 5 --request PUT --header "X-aws-ec2-metadata-token-ttl-seconds: 300" \
  http://169.254.169.254/latest/api/token)
instance=$(curl --fail --silent --retry 5 --header "X-aws-ec2-metadata-token: $token" \
  http://169.254.169.254/latest/meta-data/instance-id)
while true; do
  answer=$(aws autoscaling describe-auto-scaling-instances --region "$REGION" --instance-ids "$instance" \
    --output text --query 'AutoScalingInstances[0].[AutoScalingGroupName,LifecycleState]')
  read -r group state <<<"$answer"
  case ${state:-} in
    *:Wait)
      aws autoscaling complete-lifecycle-action --region "$REGION" --auto-scaling-group-name "$group" \
        --lifecycle-hook-name "$HOOK" --lifecycle-action-result CONTINUE --instance-id "$instance" || true
      ;;
    *Pending*) ;; # not waiting yet, or on its way
    *) break ;;
  esac
  sleep 3
done
