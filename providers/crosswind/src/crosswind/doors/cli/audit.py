"""`crosswind audit verify`: walk the audit's chains, name what was tampered with, and seal what is new."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict


def configure(parser: argparse.ArgumentParser) -> None:
    """Only one verb so far."""
    parser.add_argument("verb", choices=("verify",))
    parser.add_argument("--json", action="store_true")


def run(arguments: argparse.Namespace) -> int:
    """Print what was found; 1 when the chain does not hold."""
    from crosswind.bootstrap import from_airflow
    from crosswind.contexts.governance import chain

    platform = from_airflow()
    try:
        with platform.session() as session:
            while chain.seal(session) == chain.BATCH:
                pass
            verdict = chain.verify(session)
    finally:
        platform.close()
    if arguments.json:
        print(json.dumps(asdict(verdict), indent=1))
        return 1 if verdict.faults else 0
    for fault in verdict.faults:
        row = f"row {fault.row}" if fault.row is not None else "the end"
        print(f"TAMPERED: tenant {fault.tenant}, {row}, place {fault.seq}: {fault.reason}", file=sys.stderr)
    for tenant, (seq, digest) in verdict.heads.items():
        print(f"{tenant}: {seq} rows sealed, head {digest}")
    print(f"{verdict.rows} rows checked, {len(verdict.faults)} faults")
    return 1 if verdict.faults else 0
