"""What must hold of docker-compose.yml and the Dockerfile; each check returns what is wrong, if anything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from jsonschema.validators import validator_for

ROOT = Path(__file__).parents[2]
VARIABLE = re.compile(r"(?<!\$)\$\{([A-Z_]+)(?::?([-?])([^}]*))?\}")
SETTING = re.compile(r"AIRFLOW__([A-Z_]+?)__([A-Z0-9_]+)")
SECRET = re.compile(r"PASSWORD|SECRET|FERNET|_KEY$|AUTH$")
PINNED = re.compile(r"^[\w./-]+:(?!latest)[\w.-]*\d[\w.-]*$")
ROOT_ALLOWED = {"minio"}
"""Services whose image writes its volume as root; they give up every capability."""


def against_schema(text: str) -> list[str]:
    """Where the file leaves the Compose specification, by the schema that check-jsonschema carries."""
    schema = json.loads(files("check_jsonschema.builtin_schemas.vendor").joinpath("compose-spec.json").read_text())
    return [
        f"{list(error.path)}: {error.message}"
        for error in validator_for(schema)(schema).iter_errors(yaml.safe_load(text))
    ]


def settings(text: str) -> list[str]:
    """Settings that the reference of Airflow and its providers does not know, deprecates or types otherwise."""
    found = {}
    for service in yaml.safe_load(text)["services"].values():
        found |= {name: value for name, value in environment(service).items() if name.startswith("AIRFLOW__")}
    return [problem for name, value in sorted(found.items()) for problem in _setting(name, interpolated(str(value)))]


def _setting(name: str, value: str) -> Iterator[str]:
    parts = SETTING.fullmatch(name)
    section, key = (parts[1].lower(), parts[2].lower()) if parts else ("", "")
    option = reference().get(section, {}).get("options", {}).get(key)
    if option is None:
        yield f"{name} is unknown"
        return
    if option.get("version_deprecated") or (section, key) in _renamed():
        yield f"{name} is deprecated"
    kind = option.get("type")
    if kind == "integer" and not re.fullmatch(r"-?\d+", value):
        yield f"{name} is no integer: {value}"
    if kind == "boolean" and value.lower() not in {"true", "false"}:
        yield f"{name} is neither true nor false: {value}"
    if key == "dag_bundle_config_list":
        yield from _bundles(value)


def _bundles(value: str) -> Iterator[str]:
    from airflow.sdk._shared.module_loading import import_string

    for bundle in json.loads(value):
        try:
            import_string(bundle["classpath"])
        except ImportError as error:
            yield f"bundle {bundle['name']}: {error}"


@cache
def reference() -> dict[str, Any]:
    """Airflow's configuration reference, with that of every installed provider."""
    from airflow.configuration import retrieve_configuration_description

    return dict(retrieve_configuration_description(include_airflow=True, include_providers=True))


def _renamed() -> set[tuple[str, str]]:
    from airflow.configuration import conf

    return {(old[0], old[1]) for old in conf.deprecated_options.values()}


def variables(text: str, example: str) -> list[str]:
    """Variables that .env.example leaves out, or that have another default there than in the file."""
    told = dict(re.findall(r"^(?:# )?([A-Z_]+)=(.*)$", example, re.MULTILINE))
    problems = []
    for name, operator, given in VARIABLE.findall(text):
        default = given if operator == "-" else ""
        if name not in told:
            problems.append(f"{name} is not in .env.example")
        elif told[name] != default:
            problems.append(f"{name} is {told[name]!r} in .env.example and {default!r} here")
    return problems


def secrets(text: str) -> list[str]:
    """Values that look secret and are anything but a required variable; and addresses with a literal password."""
    problems = []
    for service, body in yaml.safe_load(text)["services"].items():
        for name, value in environment(body).items():
            required = re.sub(r"\$\{[A-Z_]+:\?[^}]+\}", "", str(value))
            if SECRET.search(name) and required:
                problems.append(f"{service}: {name} is no required variable")
            if re.search(r"://[^/@\s]*:[^/@\s]+@", required.replace(":@", "@")):
                problems.append(f"{service}: {name} holds a password")
    return problems


def services(text: str) -> list[str]:
    """What a service lacks of health, limits, privileges given up, pinned images and closed ports."""
    document = yaml.safe_load(text)
    problems = []
    for name, service in document["services"].items():
        once = service.get("restart") == "no"
        image = interpolated(service["image"])
        needs = {
            "a health check": once or "healthcheck" in service,
            "a restart policy": once or service.get("restart") == "unless-stopped",
            "a memory limit": "memory" in service.get("deploy", {}).get("resources", {}).get("limits", {}),
            "a pinned image": PINNED.match(image) is not None,
            "a read-only root": service.get("read_only") is True,
            "no capabilities": service.get("cap_drop") == ["ALL"],
            "no new privileges": "no-new-privileges:true" in service.get("security_opt", []),
            "a user that is not root": name in ROOT_ALLOWED or not str(service.get("user", "0")).startswith("0"),
            "ports on loopback only": all(str(port).startswith("127.0.0.1:") for port in service.get("ports", [])),
        }
        problems += [f"{name} lacks {what}" for what, held in needs.items() if not held]
    open_to_all = [name for name, service in document["services"].items() if service.get("ports")]
    if open_to_all != ["api-server", "grpc"]:
        problems.append(f"only api-server and grpc publish a port, not {open_to_all}")
    closed = {name for name, network in document["networks"].items() if (network or {}).get("internal")}
    problems += [f"the network {name} is open" for name in ("store", "tasks") if name not in closed]
    return [*problems, *_of_workers(document["services"])]


def _of_workers(services: dict[str, Any]) -> Iterator[str]:
    """What people's code could use to reach the store or to pass for somebody: a worker must hold none of it."""
    kept = ("FERNET", "JWT", "SECRET_KEY", "POSTGRES", "ADMIN", "postgresql")
    told = json.dumps(environment(services["worker"]))
    yield from (f"worker knows {word}" for word in kept if word in told)
    if set(services["worker"]["networks"]) & set(services["postgres"]["networks"]):
        yield "worker reaches the store"


def dockerfile(text: str, constraints: str) -> list[str]:
    """Bases that are not pinned, sources that are not there, a root user, requirements without a pin."""
    problems = [
        f"{base} is not pinned" for base in re.findall(r"^FROM (\S+)", text, re.MULTILINE) if not PINNED.match(base)
    ]
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE):
        problems += [f"{source} is not there" for source in line.split()[:-1] if not (ROOT / source).exists()]
    for path in re.findall(r"/source/((?:deploy/)?[\w-]+\.txt)", text):
        problems += [] if (ROOT / path).exists() else [f"{path} is not there"]
    users = re.findall(r"^USER (\S+)", text, re.MULTILINE)
    if not users or users[-1].split(":")[0] in {"root", "0"}:
        problems.append("the image runs as root")
    pinned = {line.partition("==")[0] for line in constraints.splitlines()}
    wanted = re.findall(r"^(apache-[\w-]+)", (ROOT / "deploy/requirements.txt").read_text(), re.MULTILINE)
    return problems + [f"{name} has no pin" for name in wanted if name not in pinned]


def environment(service: dict[str, Any]) -> dict[str, Any]:
    """A service's variables; the file writes them as a mapping."""
    return dict(service.get("environment") or {})


def interpolated(value: str) -> str:
    """A value with each variable's default, or a placeholder where it has none."""
    return VARIABLE.sub(lambda match: match[3] if match[2] == "-" else "x", value)
