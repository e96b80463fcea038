"""The examples of deploy/ are well-formed; their settings, commands and routes exist."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from typer.main import get_command

from api.app import create_app
from matcher.cli import app as cli
from matcher.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
KUBERNETES = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
CONTAINERFILE = (DEPLOY / "Containerfile").read_text("utf-8")
UNIT = (DEPLOY / "matcher.service").read_text("utf-8")
GUIDE = (ROOT / "docs" / "deploy.md").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
OURS = "matcher:0.1.0"
KUBERNETES_VERSION = "1.34"
"""Version whose schemas the example is checked with."""
SAMPLE = "a-sample-of-a-secret"
NAMES = frozenset(f"MATCHER_{name.upper()}" for name in Settings.model_fields)
COMMANDS = frozenset(getattr(get_command(cli), "commands"))  # noqa: B009 - a group of commands


def objects() -> Iterator[tuple[str, dict[str, Any]]]:
    for file in KUBERNETES:
        for document in yaml.safe_load_all(file.read_text("utf-8")):
            yield file.name, document


def pod_specs() -> Iterator[tuple[str, dict[str, Any]]]:
    """Specifications of pods, by the name of their file."""
    for name, document in objects():
        spec = document.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if "template" in spec:
            yield name, spec["template"]["spec"]


PODS = dict(pod_specs())


def our_services() -> dict[str, dict[str, Any]]:
    return {name: each for name, each in COMPOSE["services"].items() if each["image"] == OURS}


def interpolated(value: str) -> str:
    return re.sub(r"\$\{\w+:\?[^}]*\}", SAMPLE, value)


def environments() -> dict[str, dict[str, str]]:
    """Settings of each example."""
    found = {f"compose {name}": dict(each["environment"]) for name, each in our_services().items()}
    config = next(each for _, each in objects() if each["kind"] == "ConfigMap")
    found["kubernetes"] = config["data"]
    pairs = re.findall(
        r"(?:^|\s)(\w+)=(\S+)", "\n".join(re.findall(r"^Environment=(.*)", UNIT, re.M))
    )
    found["systemd"] = dict(pairs)
    block = CONTAINERFILE[CONTAINERFILE.rindex("ENV PATH") :]
    found["container"] = dict(re.findall(r"(MATCHER_\w+)=(\S+)", block))
    return {
        name: {key: interpolated(str(value)) for key, value in values.items()}
        for name, values in found.items()
    }


def test_the_containerfile_follows_the_rules_of_hadolint() -> None:
    checked = subprocess.run(
        [Path(sys.executable).with_name("hadolint"), "--format", "json", DEPLOY / "Containerfile"],
        capture_output=True,
        check=False,
    )
    assert json.loads(checked.stdout) == [] and checked.returncode == 0


def test_the_image_runs_as_somebody_without_rights_and_holds_no_build_tools() -> None:
    build, last = CONTAINERFILE.split("\nFROM ")[1:]
    assert "pip install" in build and "pip install" not in last
    assert re.search(r"^USER 10001:10001$", last, re.M) and "HEALTHCHECK" in last
    assert re.search(r"^ARG PYTHON=\d+\.\d+\.\d+-slim-\w+$", CONTAINERFILE, re.M)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = re.search(r"^ARG EXTRAS=(\S+)$", CONTAINERFILE, re.M)
    assert (
        extras and set(extras[1].split(",")) <= project["project"]["optional-dependencies"].keys()
    )


def test_everything_of_the_program_and_nothing_else_goes_into_the_image() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    rooms = {
        each.rstrip("*") for each in project["tool"]["setuptools"]["packages"]["find"]["include"]
    }
    copied = set(re.findall(r"^COPY (\w+) \w+$", CONTAINERFILE, re.M))
    allowed = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.M)
    files = {"pyproject.toml", "constraints.txt", "README.md", "LICENSE"}
    assert copied == rooms and set(allowed) == rooms | files
    assert all(name in CONTAINERFILE and (ROOT / name).exists() for name in allowed)


def test_the_compose_file_has_the_form_of_the_compose_specification() -> None:
    checked = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema"),
            *("--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml"),
        ],
        capture_output=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_what_the_compose_file_refers_to_is_in_it() -> None:
    services = COMPOSE["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", ())) <= services.keys(), name
        assert set(service["networks"]) <= COMPOSE["networks"].keys(), name
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source in COMPOSE["volumes"] or (DEPLOY / source).exists(), volume
        assert re.search(r":v?\d+\.\d+|:RELEASE\.\d", service["image"]), "an unpinned image"
        if "build" not in service:
            assert f"`{service['image']}`" in GUIDE, "a version that the guide does not name"


def test_every_secret_of_the_compose_file_is_asked_for_and_none_has_a_value() -> None:
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    asked = set(re.findall(r"\$\{(\w+):\?", text))
    example = (DEPLOY / "env.example").read_text("utf-8")
    lines = [line for line in example.splitlines() if line and not line.startswith("#")]
    assert {line.removesuffix("=") for line in lines} == asked
    assert re.findall(r"\$\{\w+\}", text) == []


@pytest.mark.parametrize("name", sorted(environments()))
def test_settings_of_the_examples_exist_and_are_accepted(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {key: value for key, value in environments()[name].items() if "MATCHER" in key}
    assert values and values.keys() <= NAMES
    for key, value in values.items():
        monkeypatch.setenv(key, value)
    settings = Settings()
    assert settings.model_fields_set >= {key.removeprefix("MATCHER_").lower() for key in values}


def test_every_setting_that_is_named_anywhere_exists() -> None:
    for file in (*DEPLOY.rglob("*"), ROOT / "docs/deploy.md", ROOT / "docs/servers.md"):
        if file.is_file():
            named = set(re.findall(r"\bMATCHER_[A-Z_]+\b", file.read_text("utf-8")))
            assert named <= NAMES, file


def test_every_command_of_the_examples_exists() -> None:
    run = {each["command"][0] for each in our_services().values()}
    run |= {each["containers"][0]["args"][0] for each in PODS.values()}
    run |= set(re.findall(r"^ExecStart=\S+/matcher (\w+)$", UNIT, re.M))
    run |= set(re.findall(r'^CMD \["(\w+)"\]$', CONTAINERFILE, re.M))
    run |= set(re.findall(r"^(?:.* )?matcher ([a-z]+)\b", "\n".join(shell_lines()), re.M))
    assert {"serve", "index", "migrate", "users"} <= run <= COMMANDS


def shell_lines() -> list[str]:
    """Lines of the guide's shell blocks that run the command itself."""
    blocks = re.findall(r"```bash\n(.*?)```", GUIDE, re.S)
    return [
        line.replace("run --rm matcher ", "run --rm matcher matcher ")
        for line in "\n".join(blocks).splitlines()
        if re.match(r"(/opt/matcher/bin/)?matcher |docker compose run --rm matcher ", line)
    ]


def test_every_health_route_of_the_examples_exists(tmp_path: Path) -> None:
    routes = create_app(Settings(home=tmp_path)).openapi()["paths"].keys()
    container = PODS["deployment.yaml"]["containers"][0]
    probes = {name: probe["httpGet"] for name, probe in container.items() if name.endswith("Probe")}
    assert probes.keys() == {"startupProbe", "livenessProbe", "readinessProbe"}
    paths = {probe["path"] for probe in probes.values()}
    paths |= set(re.findall(r"http://127\.0\.0\.1:8000(/\w+)", CONTAINERFILE))
    assert paths == {"/healthz", "/readyz"} and paths <= routes
    assert {probe["port"] for probe in probes.values()} == {container["ports"][0]["name"]}


@pytest.mark.parametrize("file", KUBERNETES, ids=lambda file: str(file.name))
def test_each_object_has_the_form_that_kubernetes_takes(file: Path) -> None:
    for document in yaml.safe_load_all(file.read_text("utf-8")):
        kubernetes_validate.validate(document, KUBERNETES_VERSION, strict=True)
        assert document["metadata"]["namespace"] == "matcher"


def test_a_wrong_field_is_noticed() -> None:
    document = yaml.safe_load((DEPLOY / "kubernetes/service.yaml").read_text("utf-8"))
    document["spec"]["selectors"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(document, KUBERNETES_VERSION, strict=True)


@pytest.mark.parametrize("name", sorted(PODS))
def test_pods_run_without_rights_on_a_read_only_root(name: str) -> None:
    spec = PODS[name]
    (container,) = spec["containers"]
    assert spec["securityContext"]["runAsNonRoot"] and not spec["automountServiceAccountToken"]
    assert f"USER {spec['securityContext']['runAsUser']}:" in CONTAINERFILE
    assert container["image"] == OURS
    rights = container["securityContext"]
    assert rights["readOnlyRootFilesystem"] and not rights["allowPrivilegeEscalation"]
    assert rights["capabilities"]["drop"] == ["ALL"]
    mounted = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert mounted == {"home": environments()["container"]["MATCHER_HOME"], "tmp": "/tmp"}
    assert {volume["name"] for volume in spec["volumes"]} == mounted.keys()


def test_the_objects_select_and_name_one_another() -> None:
    by_kind: Mapping[str, dict[str, Any]] = {each["kind"]: each for _, each in objects()}
    labels = by_kind["Deployment"]["spec"]["template"]["metadata"]["labels"]
    for selector in (
        by_kind["Deployment"]["spec"]["selector"]["matchLabels"],
        by_kind["Service"]["spec"]["selector"],
        by_kind["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        by_kind["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
    ):
        assert selector.items() <= labels.items()
    for spec in PODS.values():
        assert spec["volumes"][0]["persistentVolumeClaim"] == {"claimName": "matcher-home"}
        assert spec["containers"][0]["envFrom"] == [
            {"configMapRef": {"name": by_kind["ConfigMap"]["metadata"]["name"]}},
            {"secretRef": {"name": by_kind["Secret"]["metadata"]["name"]}},
        ]
    assert by_kind["PersistentVolumeClaim"]["spec"]["accessModes"] == ["ReadWriteMany"]
    assert set(by_kind["Secret"]["stringData"].values()) == {""}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "matcher.service"
    unit.write_text(UNIT.replace("/opt/matcher/bin/matcher", "/bin/true"), "utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False
    )
    assert "matcher.service" not in checked.stderr, checked.stderr
