"""Classifications and tags, and both put on many resources at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from crosswind.contexts.catalog.schemas.tags import Tag, TagCreate, TagQuery
from crosswind.contexts.governance.classification.schemas import (
    ClassificationCreate,
    ClassificationShown,
    GovernedTag,
    LabelAnswer,
    Labelled,
    Labelling,
    LabelResult,
)
from crosswind.doors.rest.families import CONNECTIONS_PLATFORM
from crosswind.doors.rest.family import Family
from crosswind.doors.rest.services import Classifications, TagsOf
from crosswind.kit.paging import Page, Window

router = Family(CONNECTIONS_PLATFORM, tags=["Data classification"])


@router.get("/governance/classifications", permission="classification:read")
def list_classifications(classifications: Classifications, window: Window) -> Page[ClassificationShown]:
    """List classifications."""
    return classifications.list(window)


@router.post("/governance/classifications", permission="classification:create", status=201)
def create_classification(classifications: Classifications, body: ClassificationCreate) -> ClassificationShown:
    """Create classification."""
    return classifications.create(body)


@router.get("/governance/tags", permission="tag:read")
def list_data_tags(tags: TagsOf, query: Annotated[TagQuery, Query()], window: Window) -> Page[GovernedTag]:
    """List data tags; the metastore shows the same ones."""
    return tags.list(query, window).map(_tag)


@router.post("/governance/tags", permission="tag:create", status=201)
def create_data_tag(tags: TagsOf, body: TagCreate) -> GovernedTag:
    """Create tag."""
    return _tag(tags.create(body))


@router.post("/governance/apply-tags", permission="tag:update")
def apply_tags(classifications: Classifications, body: Labelling) -> LabelAnswer:
    """Apply tags and a classification to resources; what fails on one is done on the others."""
    results = [_result(each) for each in classifications.apply(body)]
    outcomes = [each["outcome"] for each in results]
    return {
        "applied": outcomes.count("applied"),
        "unchanged": outcomes.count("unchanged"),
        "failed": outcomes.count("failed"),
        "results": results,
    }


def _tag(tag: Tag) -> GovernedTag:
    return {
        "id": tag["id"],
        "name": tag["name"],
        "category": tag["category"],
        "description": tag["description"],
        "createdAt": tag["created_at"],
    }


def _result(each: Labelled) -> LabelResult:
    return {
        "resource": each.resource.model_dump(),
        "outcome": each.outcome,
        "code": CONNECTIONS_PLATFORM.code(each.error)[0] if each.error else None,
        "message": each.error.message if each.error else each.note,
    }
