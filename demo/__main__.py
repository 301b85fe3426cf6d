"""Runs the demo and stops what it started."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import threading
from dataclasses import replace
from types import FrameType

from crosswind.doors.cli.down import bring_down
from crosswind.doors.cli.stack import files
from crosswind.doors.cli.stack.access import login_link
from crosswind.doors.cli.stack.configuration import allowed_addresses
from crosswind.doors.cli.stack.layout import Layout, StackError
from crosswind.doors.cli.stack.state import State, supervised
from crosswind.doors.cli.up import bring_up
from crosswind.kit.embedded import EmbeddedPostgres, EmbeddedPostgresError
from crosswind.kit.errors import CrosswindError
from demo import story
from demo.api import Api
from demo.bucket.server import BUCKET, REGION, BucketServer
from demo.given import read_source, target_of
from demo.job import Crawl, Job, Target
from demo.progress import DemoError, Steps
from demo.scan import scan
from demo.source import breakage, server

WORDS = ["flights delay", "email", "airport", "parquet", "customers"]


class Demo:
    """One run of the demo."""

    def __init__(self, layout: Layout, given: Target | None) -> None:
        self.layout = layout
        self.given = given
        self.steps = Steps()
        self.source: EmbeddedPostgres | None = None
        self.bucket: BucketServer | None = None
        self.started = False

    def run(self) -> None:
        """Do the whole job."""
        self._platform()
        target = self.given or self._own_source()
        told = files.read_env(self.layout.env_file)
        with Api(told["CROSSWIND_URL"], told["CROSSWIND_API_KEY"]) as api:
            job = Job(api, self.steps, target)
            job.register()
            job.test()
            job.discover()
            crawls = {target.id: job.crawl()}
            if self.given is None:
                crawls |= self._bucket(api)
            scan(api, self.steps, list(crawls))
            shown = self._broken(api, job) if self.given is None else self._unharmed(api, job)
            words = WORDS if self.given is None else _names(crawls[target.id])
            story.summary(api, crawls, self.steps, words)
        page = story.lineage_page(shown) if shown else "/plugin/crosswind/catalog"
        link = login_link(self.layout, page)
        story.where_to_look(link, told["CROSSWIND_URL"], target.id, words, shlex.quote(str(self.layout.env_file)))

    def stop(self) -> None:
        """Stop what this run started."""
        if self.bucket is not None:
            self.bucket.stop()
        if self.started:
            print("Stopping …", flush=True)
            bring_down(self.layout)
        elif self.source is not None:
            self.source.stop()

    def _platform(self) -> None:
        with self.steps.step("Starting Airflow with Crosswind") as outcome:
            if supervised(self.layout) and not set(allowed_addresses(self.layout)) <= set(
                State.read(self.layout).allowed
            ):
                outcome.append("started again, so that it may dial the given address")
                bring_down(self.layout)
            self.started = not supervised(self.layout)
            bring_up(self.layout)
            outcome.append(f"{'up' if self.started else 'was up already'} at {self.layout.base}")

    def _own_source(self) -> Target:
        with self.steps.step("Starting a real source: flights of 2013 and synthetic customers") as outcome:
            self.source = server.server(self.layout.source, self.layout.source_port)
            source, fresh = server.start(self.source)
            outcome.append(f"PostgreSQL with {'new data' if fresh else 'its data as it was'} on port {source.port}")
        configuration = {"host": source.host, "port": source.port, "database": source.database, "ssl": False}
        login = {"username": source.username, "password": source.password}
        return Target("flights-demo", "Flights out of New York", configuration, login)

    def _bucket(self, api: Api) -> dict[str, Crawl]:
        """Do the same with the second source, a bucket of files."""
        with self.steps.step("Starting a second source: a bucket of CSV, JSON lines and Parquet") as outcome:
            self.bucket = BucketServer(self.layout)
            keys, files_put = self.bucket.start()
            outcome.append(f"S3 with {files_put} files at {self.bucket.endpoint}")
        configuration = {"bucket": BUCKET, "region": REGION, "endpoint": self.bucket.endpoint}
        login = {"accessKey": keys.access, "secretKey": keys.secret}
        job = Job(api, self.steps, Target("lake-demo", "Files of the lake", configuration, login, system="s3"))
        job.register()
        job.test()
        job.discover()
        return {job.target.id: job.crawl()}

    def _broken(self, api: Api, job: Job) -> str | None:
        """Break the source, crawl again, and show what that means; mends what an earlier run broke first."""
        if self.source is None:
            return None
        with self.source.connect(server.DATABASE) as connection:
            if breakage.broken(connection):
                with self.steps.step("Mending what the last run broke"):
                    breakage.mend(connection)
                job.crawl("Crawling the mended source")
            with self.steps.step("Breaking the source on purpose") as outcome:
                breakage.break_it(connection)
                outcome.append(
                    f"renamed {'.'.join(breakage.TABLE)}.{breakage.COLUMN}, dropped {'.'.join(breakage.VIEW)}"
                )
        return story.broke(api, job.crawl("Crawling again"))

    def _unharmed(self, api: Api, job: Job) -> str | None:
        """Crawl again without touching the source; returns a view whose lineage is worth a look."""
        job.crawl("Crawling again")
        view = story.first_view(api, job.target.id)
        return str(view["id"]) if view else None


def _names(crawl: Crawl) -> list[str]:
    entries = [*(crawl.get("added") or []), *(crawl.get("changed") or [])]
    return [str(entry["name"]) for entry in entries[:3]] or ["id", "name", "user"]


def _wait() -> None:
    """Wait for Ctrl-C or a polite end."""
    over = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        over.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    print("Crosswind keeps running; Ctrl-C stops it.", flush=True)
    over.wait()


def main() -> int:
    """Run the demo; returns the exit code."""
    address = read_source()
    try:
        layout = Layout.from_environment()
        given = target_of(address) if address else None
    except (StackError, DemoError) as error:
        print(error, file=sys.stderr)
        return 1
    if given is not None:
        own = f"{given.configuration['host']}:{given.configuration['port']}"
        layout = replace(layout, allowed=(*layout.allowed, own))
    demo = Demo(layout, given)
    try:
        demo.run()
        if sys.stdout.isatty() and sys.stdin.isatty() and os.environ.get("ONCE") != "1":
            _wait()
    except (StackError, DemoError, EmbeddedPostgresError, CrosswindError) as error:
        print(f"The demo failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        demo.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
