from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from crosswind.doors.rest import shell, static
from crosswind.kit.errors import Unavailable

INDEX = '<head><!--crosswind--><script>1</script><script type="module" src="./assets/a-1.js"></script></head>'


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of built pages."""
    assets = tmp_path / "ui" / "assets"
    assets.mkdir(parents=True)
    (assets / "a-1.js").write_text("export {}", encoding="utf-8")
    (tmp_path / "ui" / "index.html").write_text(INDEX, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    for module in (shell, static):
        monkeypatch.setattr(module, "bundle", lambda: tmp_path / "ui")
    shell.forget()
    yield tmp_path
    shell.forget()


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(("url", "base"), [("http://here:8080", ""), ("https://there/team/", "/team")])
def test_the_shell_knows_where_everything_is(url: str, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", url)
    page = shell.shell("/pluginsv2/crosswind/ui")
    metas = dict(re.findall(r'<meta name="crosswind-(\w+)" content="([^"]*)">', page.html))
    assert metas == {
        "airflow": base,
        "rest": f"{base}/crosswind",
        "router": f"{base}/pluginsv2/crosswind/ui",
        "route": "crosswind",
        "grpc": "127.0.0.1:50051",
    }
    assert f'src="{base}/crosswind/ui/assets/a-1.js"' in page.html


@pytest.mark.usefixtures("built")
def test_only_its_own_scripts_run_and_only_airflow_may_frame_it() -> None:
    first, second = (shell.shell("/crosswind/ui") for _ in range(2))
    policy = first.headers["Content-Security-Policy"]
    found = re.search(r"'nonce-([\w-]+)'", policy)
    assert found is not None
    assert f'<script nonce="{found[1]}">1</script>' in first.html
    assert "frame-ancestors 'self'" in policy
    assert first.headers["Cache-Control"] == "no-store"
    assert found[1] not in second.html


def test_pages_that_are_not_built_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell, "bundle", lambda: tmp_path)
    shell.forget()
    with pytest.raises(Unavailable, match="ui-build"):
        shell.shell("/crosswind/ui")


@pytest.fixture
def client(built: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """The static app, with a session for whoever sends the cookie `good`."""

    async def known(token: str | None) -> bool:
        return token == "good"

    monkeypatch.setattr(static, "signed_in", known)
    monkeypatch.setattr(static, "session_over", lambda: shell.Page("over", 401, {}))
    return TestClient(static.ui_app())


def test_hashed_files_are_kept_for_good(client: TestClient) -> None:
    answer = client.get("/assets/a-1.js")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/assets/..%2f..%2fsecret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/assets/no.js"])
def test_nothing_beside_the_bundle_is_served(path: str, client: TestClient) -> None:
    answer = client.get(path, headers={"Cookie": "_token=bad"})
    assert answer.status_code in {401, 404}
    assert "secret" not in answer.text


@pytest.mark.parametrize("path", ["/assets/deep/link", "/assets/0c9cbd50-5a0e-7c0f-8f2e-2f5d35a8a111", "/runs"])
def test_every_other_path_is_the_shell_for_those_who_are_signed_in(path: str, client: TestClient) -> None:
    answer = client.get(path, headers={"Cookie": "_token=good"})
    assert answer.status_code == 200
    assert "crosswind-router" in answer.text
