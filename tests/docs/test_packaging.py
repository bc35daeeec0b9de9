"""The image and the compose file, checked without a container engine: schema, paths, settings, secrets."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.settings import Settings, refusals

TOP = Path(__file__).parent.parent.parent
COMPOSE = yaml.safe_load((TOP / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("image") == "hotline"}
SETTINGS = {f"HOTLINE_{name.upper()}" for name in Settings.model_fields}
VARIABLE = re.compile(r"\$\{([A-Z_]+)(:[?-])?([^}]*)\}")
SECRET = re.compile(r"PASSWORD|TOKEN|SECRET|KEY")


def interpolated() -> list[tuple[str, str, str]]:
    """(variable, how, rest) of all `${…}`."""
    return VARIABLE.findall((TOP / "docker-compose.yml").read_text("utf-8"))


def environment(service: dict[str, Any], given: dict[str, str]) -> dict[str, str]:
    """What the service would see with these variables set."""

    def fill(found: re.Match[str]) -> str:
        return given.get(found[1], found[3] if found[2] == ":-" else "")

    return {name: VARIABLE.sub(fill, str(value)) for name, value in service["environment"].items()}


def test_the_compose_file_follows_its_schema() -> None:
    command = [str(Path(sys.executable).with_name("check-jsonschema")), "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*command, str(TOP / "docker-compose.yml")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_variable_that_our_services_get_is_a_setting() -> None:
    for name, service in OURS.items():
        assert set(service["environment"]) <= SETTINGS, name


def test_every_variable_that_is_asked_for_is_a_setting_or_told_of_in_operations() -> None:
    told = (TOP / "docs" / "operations.md").read_text("utf-8")
    assert {name for name, _, _ in interpolated()} - SETTINGS == {"HOTLINE_DB_PASSWORD"}
    assert "`HOTLINE_DB_PASSWORD`" in told


def test_no_secret_has_a_default() -> None:
    for name, how, rest in interpolated():
        if SECRET.search(name):
            assert how == ":?" or rest == "", name
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if SECRET.search(name):
                assert VARIABLE.fullmatch(str(value)), f"{name} is written down"


@pytest.mark.parametrize("name", sorted(OURS))
def test_production_takes_the_settings_once_the_asked_for_ones_are_given(name: str) -> None:
    given = {
        "HOTLINE_PUBLIC_BASE_URL": "https://hotline.example.org",
        "HOTLINE_TWILIO_ACCOUNT_SID": "AC" + "9" * 32,
        "HOTLINE_TWILIO_AUTH_TOKEN": "t" * 32,
        "HOTLINE_NUMBER": "+15550100001",
        "HOTLINE_SECRET_KEY": "s" * 32,
    }
    assert {variable for variable, how, _ in interpolated() if how == ":?"} == set(given)
    seen = environment(OURS[name], given)
    settings = Settings(_env_file=None, **{key.removeprefix("HOTLINE_").lower(): seen[key] for key in seen})
    assert refusals(settings) == []
    assert (settings.sqlite_path is not None) == (SERVICES[name]["profiles"] == ["single"])


def test_services_wait_for_what_they_need_to_be_done_or_healthy() -> None:
    for name, service in SERVICES.items():
        for needed, how in service.get("depends_on", {}).items():
            assert service["profiles"] == SERVICES[needed]["profiles"], f"{name} needs {needed} of another profile"
            once = SERVICES[needed].get("restart") == "no"
            assert how["condition"] == ("service_completed_successfully" if once else "service_healthy")
            assert once or "healthcheck" in SERVICES[needed]


def test_ports_are_published_on_this_machine_only() -> None:
    for service in SERVICES.values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_the_image_copies_what_exists_and_runs_as_nobody_special() -> None:
    lines = (TOP / "Dockerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
    stages = {line.split()[-1] for line in lines if line.startswith("FROM") and " AS " in line}
    for line in lines:
        words = line.split()
        if not words or words[0] != "COPY":
            continue
        if words[1].startswith("--from="):
            assert words[1].removeprefix("--from=") in stages, line
            continue
        for source in words[1:-1]:
            assert (TOP / source).exists(), line
    copied = {word for line in lines if line.startswith("COPY") for word in line.split()[1:-1]}
    assert {"app", "agents", "routing", "ivr_flows"} <= copied
    assert any("--require-hashes" in line for line in lines)
    assert "USER hotline" in lines
    assert any(line.startswith("HEALTHCHECK") for line in lines)


def test_the_proxy_sends_to_the_nodes_and_listens_where_the_compose_file_says() -> None:
    text = (TOP / "deploy" / "nginx.conf").read_text("utf-8")
    nodes = {name for name, service in OURS.items() if "healthcheck" in service and service["profiles"] == ["scaled"]}
    assert set(re.findall(r"server ([\w-]+):8000", text)) == nodes == {"node-1", "node-2"}
    (port,) = SERVICES["proxy"]["ports"]
    assert f"listen {port.rsplit(':', 1)[1]};" in text
