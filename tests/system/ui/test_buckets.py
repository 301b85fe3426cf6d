"""A bucket on the pages: registered by the form, crawled, and its files shown as datasets."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer
from playwright.sync_api import expect
from tests.support.app import CONNECTIONS, METASTORE
from tests.support.stack import Stack
from tests.support.visitor import Visitor, frame, heading

pytestmark = [pytest.mark.system, pytest.mark.browser]

LOGIN = ("a-key", "a-secret-key")


@pytest.fixture(scope="module")
def bucket(stack: Stack) -> Iterator[tuple[str, str]]:
    """The endpoint and name of a bucket with one dataset in partitions and one file, on a port that may be dialled."""
    port = stack.ports[-1]
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    endpoint, name = f"http://127.0.0.1:{port}", f"bucket-{secrets.token_hex(3)}"
    client = boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id=LOGIN[0], aws_secret_access_key=LOGIN[1],
        region_name="us-east-1", config=Config(s3={"addressing_style": "path"}),
    )  # fmt: skip
    client.create_bucket(Bucket=name)
    for month in ("01", "02"):
        client.put_object(Bucket=name, Key=f"trips/year=2025/month={month}/part-0.csv", Body=b"trip,fare\n1,2.5\n")
    client.put_object(Bucket=name, Key="broken/cut.parquet", Body=b"PAR1 and no more")
    yield endpoint, name
    server.stop()


def test_a_bucket_is_registered_crawled_and_shown(stack: Stack, visitor: Visitor, bucket: tuple[str, str]) -> None:
    endpoint, name = bucket
    title = f"Lake {secrets.token_hex(3)}"
    ours = frame(visitor.arrive("/connections"))
    ours.get_by_role("button", name="Register a connection").click()
    dialog = ours.get_by_role("dialog")
    dialog.get_by_label("System").select_option("s3")
    expect(dialog.get_by_label("Host")).to_have_count(0)
    for label, value in (
        ("Name", title), ("Bucket", name), ("Endpoint", endpoint), ("Access key", LOGIN[0]), ("Secret key", LOGIN[1]),
    ):  # fmt: skip
        dialog.get_by_label(label).first.fill(value)
    expect(dialog.get_by_label("Secret key")).to_have_attribute("type", "password")
    dialog.get_by_role("button", name="Register and test").click()
    expect(ours.get_by_role(**heading(title))).to_be_visible()
    expect(ours.get_by_text(f"s3://{name} at {endpoint}")).to_be_visible()
    expect(ours.get_by_text("Keys in it can be listed")).to_be_visible()
    assert LOGIN[1] not in ours.content()

    ours.get_by_role("button", name=f"Crawl {title}").click()
    expect(ours.get_by_role("table", name="Runs").get_by_text("Completed")).to_be_visible(timeout=90_000)
    ours.get_by_role("link", name="Show its assets").click()
    ours.get_by_role("button", name=re.compile("^Dataset")).click()
    expect(ours.get_by_role("main").get_by_text("3 assets")).to_be_visible()
    ours.get_by_role("link", name="trips", exact=True).click()
    files = ours.get_by_role("region", name="Files")
    for text in (f"s3://{name}/trips", "CSV", "year integer", "2, from year=2025/month=01"):
        expect(files).to_contain_text(text)
    expect(ours.get_by_role("row").filter(has_text="fare")).to_be_visible()
    visitor.content()


def test_an_edit_keeps_the_keys_that_are_not_shown(stack: Stack, visitor: Visitor, bucket: tuple[str, str]) -> None:
    endpoint, name = bucket
    configuration = {"bucket": name, "endpoint": endpoint, "storageClass": "STANDARD"}
    body = {
        "id": f"lake-{secrets.token_hex(3)}", "name": "To edit", "configuration": configuration,
        "credentials": {"accessKey": LOGIN[0], "secretKey": LOGIN[1]},
    }  # fmt: skip
    stack.ok(stack.admin.post(f"{CONNECTIONS}/connections/storage/s3", json=body), 201)
    path = f"{CONNECTIONS}/connections/{body['id']}"
    ours = frame(visitor.arrive(f"/connections/{body['id']}"))
    ours.get_by_role("button", name="Edit", exact=True).click()
    dialog = ours.get_by_role("dialog")
    expect(dialog.get_by_label("Access key")).to_have_value(LOGIN[0])
    expect(dialog.get_by_label("Secret key")).to_have_value("")
    dialog.get_by_label("Prefix").fill("trips/")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    stored = stack.ok(stack.admin.get(path))
    assert stored["configuration"] == {**configuration, "prefix": "trips/"}
    assert stack.ok(stack.admin.post(f"{path}/test"))["success"]
    visitor.content()


def test_a_bucket_and_a_broken_file_tell_what_they_are(stack: Stack, visitor: Visitor, bucket: tuple[str, str]) -> None:
    endpoint, name = bucket
    identifier = f"lake-{secrets.token_hex(3)}"
    body = {
        "id": identifier, "configuration": {"bucket": name, "endpoint": endpoint},
        "credentials": {"accessKey": LOGIN[0], "secretKey": LOGIN[1]},
    }  # fmt: skip
    stack.ok(stack.admin.post(f"{CONNECTIONS}/connections/storage/s3", json=body), 201)
    stack.crawl(identifier)
    found = stack.ok(stack.admin.get(f"{METASTORE}/assets", params={"connection_id": identifier}))["data"]
    ids = {each["name"]: each["id"] for each in found}
    ours = frame(visitor.arrive(f"/assets/{ids['/']}"))
    expect(ours.get_by_role(**heading(name))).to_be_visible()
    protection = ours.get_by_role("region", name="Protection")
    for text in ("Public access", "Encryption", "Versioning", "Off"):
        expect(protection).to_contain_text(text)
    ours = frame(visitor.arrive(f"/assets/{ids['broken/cut.parquet']}"))
    expect(ours.get_by_text("It has no Parquet footer")).to_be_visible()
    expect(ours.get_by_text("No column could be read from these files.")).to_be_visible()
    visitor.content()
