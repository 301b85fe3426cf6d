"""Data products of the vocabulary, and the assets in them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from crosswind.contexts.catalog.vocabulary.schemas import (
    Domain,
    Membership,
    MembershipAnswer,
    ProductCreate,
    ProductUpdate,
    SpokenQuery,
)
from crosswind.doors.rest.families import PLATFORM
from crosswind.doors.rest.family import Family, IfMatch
from crosswind.doors.rest.platform.removals import LATER, removed
from crosswind.doors.rest.reply import Reply
from crosswind.doors.rest.services import Products
from crosswind.kit.paging import Page, Window

ProductId = Annotated[UUID, Path(alias="id")]

router = Family(PLATFORM, tags=["Vocabulary"])


@router.get("/data-products", permission="product:read")
def list_data_products(products: Products, query: Annotated[SpokenQuery, Query()], window: Window) -> Page[Domain]:
    """List data products by name."""
    return products.list(query, window)


@router.post("/data-products", permission="product:create", status=201)
def create_data_product(products: Products, body: ProductCreate) -> Domain:
    """Add a data product."""
    return products.create(body)


@router.get("/data-products/{id}", permission="product:read")
def get_data_product(products: Products, data_product_id: ProductId) -> Domain:
    """Return a data product."""
    found: Domain = products.get(data_product_id)
    return found


@router.put("/data-products/{id}", permission="product:update")
def update_data_product(
    products: Products, data_product_id: ProductId, body: ProductUpdate, version: IfMatch
) -> Domain:
    """Change a data product; what is left out stays."""
    return products.update(data_product_id, body, version)


@router.delete("/data-products/{id}", permission="product:delete", status=204, responses=LATER)
def delete_data_product(products: Products, data_product_id: ProductId, version: IfMatch) -> Reply[None]:
    """Remove a data product; its assets stay."""
    return removed(products.delete(data_product_id, version), f"/data-products/{data_product_id}")


@router.post("/data-products/{id}/assets", permission="asset:update")
def change_data_product_assets(products: Products, data_product_id: ProductId, body: Membership) -> MembershipAnswer:
    """Put up to 1,000 assets into a data product and take as many out, all or none."""
    return products.change(data_product_id, body)
