"""Kubernetes objects of one service, spread over zones, which scale between a minimum and a maximum."""

from collections.abc import Mapping
from typing import Any

import pulumi

from components.tiers.containers import application_bundle as bundles
from components.tiers.containers.ecs_task import PORT, STOP_TIMEOUT, Workload

CPU_TARGET = 50
"""Percent of the requested CPU above which pods are added."""


def millicores(workload: Workload) -> int:
    """CPU that a pod requests, 1/1000 vCPU. It has no CPU limit, so it may use more while its node has some left."""
    return workload.cpu * 1000 // 1024


def namespace(name: str) -> dict[str, Any]:
    """The namespace of the services. Pods in it are ready only when their load balancer target is healthy too."""
    labels = {
        "eks.amazonaws.com/pod-readiness-gate-inject": "enabled",
        "pod-security.kubernetes.io/enforce": "restricted",
    }
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def service_objects(
    service: str,
    workload: Workload,
    *,
    space: str,
    region: pulumi.Input[str],
    capacity: int,
    floor: int,
    ceiling: int,
    target_group_arn: pulumi.Input[str] | None,
) -> list[dict[str, Any]]:
    """Service account, deployment, disruption budget, autoscaler, service and target group binding, in this order."""
    metadata = {"name": service, "namespace": space, "labels": {"app.kubernetes.io/name": service}}
    chosen = {"app.kubernetes.io/name": service}
    objects: list[dict[str, Any]] = [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata},
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": metadata,
            # No replicas: the autoscaler sets them.
            "spec": {
                "selector": {"matchLabels": chosen},
                "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": "100%"}},
                "template": {"metadata": {"labels": chosen}, "spec": _pod(service, workload, region, chosen)},
            },
        },
        {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": metadata,
            "spec": {"minAvailable": capacity, "selector": {"matchLabels": chosen}},
        },
        {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": metadata,
            "spec": {
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": service},
                "minReplicas": floor,
                "maxReplicas": ceiling,
                "metrics": [
                    {
                        "type": "Resource",
                        "resource": {
                            "name": "cpu",
                            "target": {"type": "Utilization", "averageUtilization": CPU_TARGET},
                        },
                    }
                ],
            },
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": metadata,
            "spec": {
                "selector": chosen,
                "ports": [{"name": "http", "port": PORT, "targetPort": "http", "protocol": "TCP"}],
            },
        },
    ]
    if target_group_arn is not None:
        objects.append(
            {
                "apiVersion": "eks.amazonaws.com/v1",
                "kind": "TargetGroupBinding",
                "metadata": metadata,
                "spec": {
                    "serviceRef": {"name": service, "port": PORT},
                    "targetGroupARN": target_group_arn,
                    "targetType": "ip",
                },
            }
        )
    return objects


def _pod(service: str, workload: Workload, region: pulumi.Input[str], chosen: Mapping[str, str]) -> dict[str, Any]:
    environment = {"SERVICE": service, "PORT": str(PORT), "AWS_REGION": region, **workload.environment}
    check = {"httpGet": {"path": workload.health_path, "port": "http"}}
    bundle = workload.bundle
    security = {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    sizes = {"cpu": f"{millicores(workload)}m", "memory": f"{workload.memory}Mi"}

    def spread(key: str, otherwise: str) -> dict[str, Any]:
        return {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": otherwise,
            "labelSelector": {"matchLabels": chosen},
            # Count each version separately; otherwise old pods are counted, and the pods after a rollout are not spread
            # evenly.
            "matchLabelKeys": ["pod-template-hash"],
        }

    return {
        "serviceAccountName": service,
        "terminationGracePeriodSeconds": STOP_TIMEOUT,
        "nodeSelector": {"kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux"},
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 65534,
            "runAsGroup": 65534,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        # A zone without nodes does not count as a topology domain: if a zone is lost, its pods may run in the others.
        "topologySpreadConstraints": [
            spread("topology.kubernetes.io/zone", "DoNotSchedule"),
            spread("kubernetes.io/hostname", "ScheduleAnyway"),
        ],
        **(
            {
                "initContainers": bundles.init_containers(bundle, workload.image, region, security),
                "volumes": bundles.POD_VOLUMES,
            }
            if bundle
            else {}
        ),
        "containers": [
            {
                "name": service,
                "image": workload.image,
                **({"command": list(workload.command)} if workload.command else {}),
                **(bundles.POD_MOUNTED if bundle else {}),
                "ports": [{"name": "http", "containerPort": PORT, "protocol": "TCP"}],
                "env": [{"name": key, "value": environment[key]} for key in sorted(environment)],
                "resources": {"requests": sizes, "limits": {"memory": sizes["memory"]}},
                "securityContext": security,
                "startupProbe": {**check, "periodSeconds": 2, "failureThreshold": 30},
                "readinessProbe": {**check, "periodSeconds": 5, "failureThreshold": 2},
                # Liveness by TCP without a path of its own: a draining service answers 503 on its health path and must
                # not be killed for that.
                "livenessProbe": {
                    **(
                        {"tcpSocket": {"port": "http"}}
                        if workload.live_path is None
                        else {"httpGet": {"path": workload.live_path, "port": "http"}}
                    ),
                    "periodSeconds": 10,
                    "failureThreshold": 3,
                },
            }
        ],
    }
