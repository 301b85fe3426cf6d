"""A headless Chromium in Airflow's own frame, on the whole platform with one crawled and then broken source."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from tests.support.stack import Stack
from tests.support.visitor import Seen, Visitor, prepare

ROOT = Path(__file__).parents[3]
PEOPLE = (
    "create table people (id int primary key, email text, phone text, born date, remark text)",
    "insert into people select n, 'person' || n || '@example.org', '+49 30 90182' || (1000 + n),"
    " date '1960-01-01' + n * 37, 'seat ' || n from generate_series(1, 200) n",
)
PATIENCE = 20_000
"""Milliseconds that a page may take on a machine with other work."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium a module: its event loop ends with it. The sandbox needs rights that a container lacks."""
    found = subprocess.run([ROOT / "scripts/chromium"], capture_output=True, text=True, check=True, timeout=300)
    path = found.stdout.strip().splitlines()[-1]
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def seen(stack: Stack) -> Seen:
    """A connection that was crawled, broken at its source, and crawled again."""
    return prepare(stack)


@pytest.fixture(scope="module")
def scanned(stack: Stack) -> str:
    """A connection with people in it, crawled and scanned: one a module, for each decides on and labels its columns."""
    database = stack.database(*PEOPLE)
    connection = stack.register(database, name=f"People {database}", environment="dev")
    stack.crawl(connection)
    stack.crawl(connection, kind="COMPLIANCE_SCAN")
    return connection


@pytest.fixture
def visitor(stack: Stack, browser: Browser) -> Iterator[Visitor]:
    """A person at the pages; at the end no console error and no foreign address may have been seen."""
    visitor = Visitor(stack, browser)
    yield visitor
    visitor.close()
