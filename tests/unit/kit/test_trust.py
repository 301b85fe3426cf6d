from __future__ import annotations

from pathlib import Path

import pytest

from crosswind.kit.trust import ca_bundle


def test_an_administrators_file_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = tmp_path / "ours.pem"
    chosen.write_text("")
    monkeypatch.setenv("SSL_CERT_FILE", str(chosen))
    assert ca_bundle() == str(chosen)


def test_a_file_that_is_not_there_gives_way_to_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    found = Path(ca_bundle())
    assert "BEGIN CERTIFICATE" in found.read_text()
