# ruff: noqa: E501 (a table)
"""Look-ups of versions, instance classes and platforms of RDS, DocumentDB, Neptune, EKS and Elastic Beanstalk."""

import re
from typing import Final

from offline.aws import regions
from offline.aws.lookups.asked import Asked, NoAnswer, Values, answers

_VERSIONS: Final = {
    "aurora-mysql": ("8.0.mysql_aurora.3.08.2", "8.0.mysql_aurora.3.10.1"),
    "aurora-postgresql": ("13.21", "14.18", "15.13", "16.9", "17.5"),
    "docdb": ("4.0.0", "5.0.0"),
    "mariadb": ("10.6.22", "10.11.13", "11.4.7", "11.8.3"),
    "mysql": ("8.0.42", "8.4.5"),
    "neptune": ("1.3.4.0", "1.4.5.1"),
    "oracle-ee": ("19.0.0.0.ru-2025-07.rur-2025-07.r1",),
    "oracle-se2": ("19.0.0.0.ru-2025-07.rur-2025-07.r1",),
    "postgres": ("13.21", "14.18", "15.13", "16.9", "17.5"),
    "sqlserver-ee": ("15.00.4430.1.v1", "16.00.4185.3.v1"),
    "sqlserver-ex": ("15.00.4430.1.v1", "16.00.4185.3.v1"),
    "sqlserver-se": ("15.00.4430.1.v1", "16.00.4185.3.v1"),
    "sqlserver-web": ("15.00.4430.1.v1", "16.00.4185.3.v1"),
}
"""Engine versions of RDS, DocumentDB and Neptune, oldest first (their release notes); the last is the default."""
_KUBERNETES: Final = ("1.31", "1.32", "1.33", "1.34")
"""Kubernetes versions in standard support, oldest first (EKS User Guide, "Kubernetes versions")."""
SOLUTION_STACKS: Final = tuple(
    f"64bit Amazon Linux 2023 v4.{minor} running {language}"
    for minor in ("6.0", "6.1")
    for language in ("Python 3.11", "Python 3.12", "Python 3.13", "Docker", "Corretto 21")
)
"""Some of Elastic Beanstalk's platform versions, oldest first."""


def _major(engine: str, version: str) -> str:
    """The part of a version that a parameter group's family is named after."""
    if engine == "aurora-mysql":
        return version.split(".mysql_aurora")[0]
    parts = 1 if ("postgres" in engine and not version.startswith("9.")) or engine.startswith("oracle") else 2
    return ".".join(version.split(".")[:parts])


def family(engine: str, version: str) -> str:
    """The parameter group family of a version: ``postgres16``, ``mysql8.0``."""
    name = "docdb" if engine == "docdb" else engine
    separator = "-" if engine.startswith(("oracle", "sqlserver")) else ""
    major = _major(engine, version)
    if engine.startswith("sqlserver"):
        major = major.replace(".00", ".0")
    return f"{name}{separator}{major}"


def _version(asked: Asked, engine: str) -> str:
    """The requested version or its newest minor version, else the first preferred one, else the default."""
    known = _VERSIONS[engine]
    wanted, preferred = asked.text("version") or asked.text("engineVersion"), asked.texts("preferredVersions")
    if wanted:
        newest = [v for v in known if v == wanted or v.startswith(f"{wanted}.")]
        return newest[-1] if newest else wanted
    wanted_family = asked.text("parameterGroupFamily")
    of_family = [v for v in known if wanted_family in (None, family(engine, v))]
    return next((v for v in preferred if wanted_family in (None, family(engine, v))), (of_family or known)[-1])


def _engine(asked: Asked) -> str:
    module = asked.token.split(":")[1].split("/")[0]
    engine = asked.text("engine") or ("docdb" if module == "docdb" else "neptune" if module == "neptune" else "")
    if engine not in _VERSIONS:
        raise NoAnswer(f"no RDS engine versions match: engine={engine!r} is none of {', '.join(_VERSIONS)}")
    return engine


@answers(
    "aws:rds/getEngineVersion:getEngineVersion", "aws:docdb/getEngineVersion:getEngineVersion",
    "aws:neptune/getEngineVersion:getEngineVersion",
)  # fmt: skip
def _engine_version(asked: Asked) -> Values:
    engine = _engine(asked)
    version = _version(asked, engine)
    later = [v for v in _VERSIONS[engine] if v > version]
    return {
        "id": version, "engine": engine, "version": version, "versionActual": version,
        "parameterGroupFamily": family(engine, version), "engineDescription": engine, "status": "available",
        "versionDescription": f"{engine} {version}", "validUpgradeTargets": later, "validMinorTargets": [],
        "validMajorTargets": later, "defaultCharacterSet": "", "exportableLogTypes": ["postgresql", "upgrade"]
        if "postgres" in engine else ["audit", "error", "general", "slowquery"], "supportedFeatureNames": [],
        "supportedCharacterSets": [], "supportedTimezones": [], "supportedModes": [], "supportsReadReplica": True,
        "supportsGlobalDatabases": "aurora" in engine, "supportsLogExportsToCloudwatch": True,
        "supportsParallelQuery": False, "supportsLimitlessDatabase": False, "supportsLocalWriteForwarding": True,
        "supportsCertificateRotationWithoutRestart": True, "supportsIntegrations": True,
    }  # fmt: skip


@answers(
    "aws:rds/getOrderableDbInstance:getOrderableDbInstance", "aws:docdb/getOrderableDbInstance:getOrderableDbInstance",
    "aws:neptune/getOrderableDbInstance:getOrderableDbInstance",
)  # fmt: skip
def _orderable(asked: Asked) -> Values:
    engine = _engine(asked)
    classes = asked.texts("preferredInstanceClasses") or ["db.r6g.large"]
    chosen = asked.text("instanceClass") or classes[0]
    version = (
        asked.text("engineVersion") or next(iter(asked.texts("preferredEngineVersions")), "") or _version(asked, engine)
    )
    aurora = engine not in ("postgres", "mysql", "mariadb") and not engine.startswith(("oracle", "sqlserver"))
    return {
        "id": chosen, "instanceClass": chosen, "engine": engine, "engineVersion": version, "vpc": True,
        "storageType": asked.text("storageType") or ("aurora" if aurora else "gp3"), "licenseModel": "general-public-license",
        "availabilityZones": regions.zones(asked.region), "availabilityZoneGroup": asked.region,
        "maxStorageSize": 65536, "minStorageSize": 20, "maxIopsPerDbInstance": 64000, "minIopsPerDbInstance": 3000,
        "maxIopsPerGib": 500.0, "minIopsPerGib": 0.5, "multiAzCapable": True, "supportsStorageEncryption": True,
        "supportsEnhancedMonitoring": True, "supportsIamDatabaseAuthentication": True, "supportsPerformanceInsights": True,
        "supportsIops": True, "supportsKerberosAuthentication": True, "readReplicaCapable": True, "supportsClusters": aurora,
        "supportsGlobalDatabases": aurora, "supportsMultiAz": True, "supportsStorageAutoscaling": not aurora,
        "supportedEngineModes": ["provisioned"], "supportedNetworkTypes": ["IPV4", "DUAL"], "outpostCapable": False,
    }  # fmt: skip


@answers("aws:rds/getCertificate:getCertificate")
def _certificate(asked: Asked) -> Values:
    name = asked.text("id") or asked.text("identifier") or "rds-ca-rsa2048-g1"
    arn = f"arn:{regions.partition(asked.region)}:rds:{asked.region}::cert:{name}"
    return {"id": name, "arn": arn, "certificateType": "CA", "customerOverride": False, "customerOverrideValidTill": "",
            "thumbprint": asked.fill("{hex:40}", name), "validFrom": "2021-05-25T00:00:00Z",
            "validTill": "2061-05-25T00:00:00Z"}  # fmt: skip


@answers("aws:eks/getClusterVersions:getClusterVersions")
def _cluster_versions(asked: Asked) -> Values:
    only, newest = asked.texts("clusterVersionsOnly"), _KUBERNETES[-1]
    names = [
        v
        for v in reversed(_KUBERNETES)
        if (not only or v in only) and (asked.args.get("defaultOnly") is not True or v == newest)
    ]
    versions = [
        {"clusterType": "eks", "clusterVersion": v, "defaultPlatformVersion": "eks.1", "defaultVersion": v == newest,
         "endOfExtendedSupportDate": "2028-01-01T00:00:00Z", "endOfStandardSupportDate": "2027-01-01T00:00:00Z",
         "kubernetesPatchVersion": f"{v}.1", "releaseDate": "2025-01-01T00:00:00Z", "versionStatus": "STANDARD_SUPPORT"}
        for v in names
    ]  # fmt: skip
    return {"clusterVersions": versions}


@answers("aws:eks/getAddonVersion:getAddonVersion")
def _addon_version(asked: Asked) -> Values:
    name, kubernetes = asked.needed("addonName"), asked.needed("kubernetesVersion")
    numbers = {
        "vpc-cni": "v1.20.4",
        "coredns": "v1.12.3",
        "kube-proxy": f"v{kubernetes}.1",
        "aws-ebs-csi-driver": "v1.50.1",
    }
    version = f"{numbers.get(name, 'v1.0.0')}-eksbuild.1"
    return {"id": name, "addonName": name, "kubernetesVersion": kubernetes, "version": version}


@answers("aws:elasticbeanstalk/getSolutionStack:getSolutionStack")
def _solution_stack(asked: Asked) -> Values:
    """The newest platform version of a pattern; the provider requires exactly one match unless most_recent is set."""
    pattern = asked.needed("nameRegex")
    found = [stack for stack in SOLUTION_STACKS if re.search(pattern, stack)]
    if not found:
        raise NoAnswer(
            f"no Elastic Beanstalk solution stack matches {pattern!r}; some are {', '.join(SOLUTION_STACKS[-3:])}"
        )
    if len(found) > 1 and not asked.args.get("mostRecent"):
        raise NoAnswer(
            "your query returned more than one result; please try a more specific search criteria, or set mostRecent"
        )
    return {"id": found[-1], "name": found[-1]}
