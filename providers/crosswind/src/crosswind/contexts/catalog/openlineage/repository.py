"""Events into the store in one call, and what it knows of runs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple
from zlib import crc32

import msgspec
from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow
from crosswind.contexts.catalog.openlineage.models import JobRunDatasetRow, JobRunRow
from crosswind.contexts.catalog.openlineage.reshaped import tell
from crosswind.contexts.catalog.repository.scope import A, seen_by
from crosswind.kit import outbox
from crosswind.kit.actor import Actor
from crosswind.kit.paging import Window

J = JobRunRow.__table__.c
D = JobRunDatasetRow.__table__.c
SPACE = 0x6F6C
"""What tells these advisory locks from others."""
PLACES = 256
"""Locks that namespaces share: an event of ten thousand namespaces still fits in the store's table of locks."""
_TAKE = text("""
    SELECT crosswind.take_lineage(:tenant, :by, :by_name, :kind, :request_id, CAST(:told AS jsonb), true)
      FROM (SELECT count(pg_advisory_xact_lock_shared(:space, place)) FROM unnest(CAST(:places AS int[])) place) held
""")
_TAKE_TOGETHER = """
    WITH held AS MATERIALIZED (
        SELECT bool_and(pg_try_advisory_xact_lock_shared(%(space)s, place)) AS all_of_them
          FROM unnest(CAST(%(places)s AS int[])) place
    ), patient AS MATERIALIZED (SELECT set_config('lock_timeout', %(patience)s, true))
    SELECT count(*) AS stored, count(crosswind.take_lineage(
               t.tenant, t.subject, t.name, t.kind, t.request_id, t.told, false)) AS news
      FROM held CROSS JOIN patient CROSS JOIN jsonb_to_recordset(CAST(%(tellings)s AS jsonb))
           AS t(tenant text, subject text, name text, kind text, request_id text, told jsonb)
     WHERE held.all_of_them
"""
PATIENCE = "100ms"
"""How long events that are stored together wait for a row that somebody else writes."""
_HOLD = text("SELECT pg_advisory_xact_lock(:space, :place)")
_ADOPT = text("""
    WITH crawled AS (
        SELECT * FROM json_to_recordset(CAST(:records AS json)) AS x(
            qualified_name text, dataset text, name text, schema text, database text)
    ), adopted AS (
        UPDATE crosswind.assets a SET qualified_name = c.qualified_name, connection_key = :connection,
               name = c.name, schema = c.schema, database = c.database
          FROM crawled c
         WHERE a.tenant = :tenant AND a.namespace = :namespace AND a.dataset = c.dataset
           AND a.connection_key IS NULL AND a.type <> 'PIPELINE'
           AND NOT EXISTS (SELECT FROM crosswind.assets o
                            WHERE o.tenant = :tenant AND o.qualified_name = c.qualified_name)
        RETURNING a.key, a.qualified_name
    ), renamed AS (
        UPDATE crosswind.relationships r SET target_name = d.qualified_name FROM adopted d WHERE r.target_key = d.key
    )
    SELECT count(*) FROM adopted
""")
_OVER = text("""
    WITH over AS (
        SELECT key FROM crosswind.job_runs WHERE updated_at < now() - make_interval(days => :days)
         ORDER BY updated_at LIMIT :most FOR UPDATE SKIP LOCKED
    ), used AS (
        SELECT DISTINCT r.asset_key AS job, d.asset_key AS dataset FROM over
          JOIN crosswind.job_runs r ON r.key = over.key JOIN crosswind.job_run_datasets d ON d.run_key = over.key
    ), gone AS (
        DELETE FROM crosswind.job_runs r USING over WHERE r.key = over.key RETURNING r.key
    )
    SELECT (SELECT count(*) FROM gone) AS forgotten, coalesce(json_agg(used), '[]') AS used FROM used
""")
_FADE = text("""
    DELETE FROM crosswind.relationships e
     USING json_to_recordset(CAST(:used AS json)) AS u(job bigint, dataset bigint)
     WHERE e.origin = 'openlineage' AND e.metadata ? 'run_id'
       AND NOT EXISTS (SELECT FROM crosswind.job_run_datasets d JOIN crosswind.job_runs r ON r.key = d.run_key
                        WHERE d.asset_key = u.dataset AND r.asset_key = u.job)
       AND (e.source_key = u.job AND e.target_key = u.dataset
            OR (e.source_key = u.dataset OR e.target_key = u.dataset) AND e.type = 'DEPENDS_ON'
               AND (e.metadata->'job'->>'namespace', e.metadata->'job'->>'name')
                   = (SELECT a.namespace, a.dataset FROM crosswind.assets a WHERE a.key = u.job))
""")


class Telling(NamedTuple):
    """What one caller tells, as the store takes it, and the places of the namespaces that it is of."""

    actor: Actor
    document: bytes
    places: frozenset[int]


def telling(actor: Actor, told: dict[str, Any]) -> Telling:
    """What a caller tells, by the records of a story."""
    namespaces = {each["namespace"] for each in told["assets"]}
    document = msgspec.json.encode(told)
    return Telling(actor, document, frozenset(_place(actor.tenant, each) for each in namespaces))


def take_together(session: Session, tellings: Sequence[Telling]) -> bool:
    """Store what several callers tell in one statement: a call of the same function for each, in their order.

    False, and nothing stored, where one of them has to wait for a crawl, for then none of the others shall; an error
    where one changes columns, which takes more than a statement. They are sent as one document: of texts in an array,
    the driver escapes quote by quote.
    """
    records = [
        {
            "tenant": actor.tenant,
            "subject": actor.subject,
            "name": actor.name,
            "kind": actor.kind,
            "request_id": actor.request_id,
            "told": msgspec.Raw(document),
        }
        for actor, document, _ in tellings
    ]
    values = {
        "space": SPACE,
        "places": sorted(frozenset().union(*(each.places for each in tellings))),
        "patience": PATIENCE,
        "tellings": msgspec.json.encode(records).decode(),
    }
    stored, news = session.connection().exec_driver_sql(_TAKE_TOGETHER, values).one()
    if news:
        outbox.touched(session)
    return bool(stored)


def take(session: Session, actor: Actor, told: dict[str, Any]) -> None:
    """Store what events say, tell followers of what is new and write it to the audit, all in one transaction.

    One statement does it; columns that changed are classified and told in some more. The places of its namespaces are
    held before anything is looked up, so that a first crawl of the same datasets is either seen whole or waits.
    """
    values: dict[str, Any] = {"tenant": actor.tenant, "by": actor.subject, "by_name": actor.name, "kind": actor.kind}
    sent = telling(actor, told)
    values |= {
        "request_id": actor.request_id,
        "told": sent.document.decode(),
        "space": SPACE,
        "places": sorted(sent.places),
    }
    with _whole(session):
        reshaped = session.execute(_TAKE, values).scalar_one()
        if reshaped:
            tell(session, reshaped)
    if reshaped is not None:
        outbox.touched(session)


def _whole(session: Session) -> AbstractContextManager[object]:
    """One transaction around several statements, also on a link that commits each by itself."""
    link: Any = session.connection().connection.driver_connection
    return link.transaction() if link.autocommit else nullcontext()


def adopt(session: Session, tenant: str, connection_key: int, namespace: str, records: Sequence[dict[str, str]]) -> int:
    """Let a crawl take over assets that events made of the same datasets before it saw them; returns how many.

    Events of this namespace that come meanwhile wait until the crawl's transaction ends, and then find its assets.
    """
    session.execute(_HOLD, {"space": SPACE, "place": _place(tenant, namespace)})
    values = {"tenant": tenant, "connection": connection_key, "namespace": namespace}
    told = msgspec.json.encode(records).decode()
    return int(session.execute(_ADOPT, {**values, "records": told}).scalar_one())


def runs(
    session: Session, actor: Actor, asset_key: int, state: str | None, window: Window
) -> tuple[Sequence[Row[Any]], int]:
    """Runs of a job, or that wrote a dataset, newest first, and how many there are; of jobs that may be seen."""
    wrote = select(D.run_key).where(D.asset_key == asset_key, D.direction == "output")
    both = select(J.key).where(J.asset_key == asset_key).union(wrote).subquery()
    table = JobRunRow.__table__.join(both, both.c[0] == J.key).join(AssetRow.__table__, A.key == J.asset_key)
    where = [J.tenant == actor.tenant, seen_by(actor), *([J.state == state] if state else [])]
    total = session.scalar(select(func.count()).select_from(table).where(*where)) or 0
    job = (A.id.label("asset_id"), A.namespace.label("job_namespace"), A.dataset.label("job_name"))
    statement = select(*J, *job).select_from(table).where(*where)
    statement = statement.order_by(J.key.desc()).limit(window.limit).offset(window.offset)
    return session.execute(statement).all(), total


def forget_runs(session: Session, days: int, most: int) -> int:
    """Delete at most `most` runs of which nothing was heard for `days`, and edges that no run is left to tell of."""
    found = session.execute(_OVER, {"days": days, "most": most}).one()
    if found.used:
        session.execute(_FADE, {"used": msgspec.json.encode(found.used).decode()})
    return int(found.forgotten)


def _place(tenant: str, namespace: str) -> int:
    return crc32(f"{tenant}\0{namespace}".encode()) % PLACES
