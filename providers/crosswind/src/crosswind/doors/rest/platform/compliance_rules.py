"""The compliance rules in force."""

from __future__ import annotations

from crosswind.contexts.governance.compliance.schemas import RulesShown
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Compliance

router = Family(PLATFORM, tags=["Compliance"])


@router.get("/compliance/rules", permission="compliance:read")
def list_rules(compliance: Compliance) -> RulesShown:
    """List the compliance rules in force, and the files of rules that are not used."""
    return compliance.rules()
