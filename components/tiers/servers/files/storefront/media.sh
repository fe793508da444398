#!/bin/bash
# The shop's shared files, over TLS. Its own unit, so that a lack of them never keeps the instance from serving.
set -euo pipefail

if [[ ! -x /sbin/mount.efs ]]; then
  dnf install --assumeyes --quiet amazon-efs-utils
fi
mkdir -p /srv/media
mountpoint --quiet /srv/media || mount -t efs -o $options $file_system:/ /srv/media
