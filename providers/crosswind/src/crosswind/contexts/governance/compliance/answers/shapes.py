"""From rows to violations as they are shown, with what the rules say of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crosswind.contexts.governance.compliance.answers.schemas import Place, Violation, Waiver
from crosswind.contexts.governance.compliance.rules import Rule

Rules = Mapping[str, Rule]
GONE = "No rule of this id is in force; a scan closes the violation once the rule is known to be taken away."


def violation(row: Any, rules: Rules) -> Violation:
    """A violation; one of a rule that is gone keeps the rule's id as its title."""
    rule = rules.get(row.rule)
    return {
        "id": row.id,
        "rule": row.rule,
        "ruleVersion": row.rule_version,
        "title": rule.title if rule else row.rule,
        "standards": [{"standard": each.standard, "citation": each.citation} for each in rule.standards]
        if rule
        else [],
        "severity": row.severity,
        "status": row.status,
        "resource": place(row),
        "connectionId": row.connection_id,
        "assetId": row.asset_id,
        "owner": row.owner,
        "evidence": row.evidence,
        "message": rule.message if rule else GONE,
        "remedy": rule.remedy if rule else "",
        "action": rule.action if rule else None,
        "firstSeen": row.first_seen,
        "lastSeen": row.last_seen,
        "closedAt": row.closed_at,
        "closedWhy": row.closed_why,
        "waiver": waiver(row),
        "version": row.version,
    }


def waiver(row: Any) -> Waiver | None:
    """The waiver that holds at present."""
    if not row.waived:
        return None
    return {"reason": row.waived_why, "until": row.waived_until, "by": row.waived_by, "at": row.waived_at}


def place(row: Any) -> Place:
    """What a violation is on."""
    if row.column_key is not None:
        return {"type": "column", "id": str(row.column_id), "name": f"{row.qualified_name}.{row.column}"}
    if row.asset_key is not None:
        return {"type": "asset", "id": str(row.asset_id), "name": row.qualified_name}
    return {"type": "connection", "id": row.connection_id, "name": row.connection_name or row.connection_id}
