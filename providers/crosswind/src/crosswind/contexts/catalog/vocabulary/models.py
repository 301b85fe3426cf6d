"""The tables of the vocabulary; what is said of an asset stands beside its row, which only tells a new version."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ForeignKey, Identity, Index, Integer, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Uuid

from crosswind.contexts.catalog.models import MOMENT, NAME, NO_WORDS
from crosswind.kit.store import Base

ASSET = "crosswind.assets.key"
TERM = "crosswind.terms.key"


class Spoken:
    """What domains, terms and data products have alike: a name, unique in the tenant, and a version."""

    key: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, server_default=text("gen_random_uuid()"))
    tenant: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(NAME)
    description: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, server_default="1")
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    created_by: Mapped[str | None] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())


class Owned:
    """Who answers for a domain or a data product."""

    owner_kind: Mapped[str | None] = mapped_column(Text)
    owner_name: Mapped[str | None] = mapped_column(Text)


class DomainRow(Spoken, Owned, Base):
    """A part of the business that assets belong to."""

    __tablename__ = "domains"
    __table_args__ = (UniqueConstraint("id"), UniqueConstraint("tenant", "name"))


class TermRow(Spoken, Base):
    """A word of the business with what it means."""

    __tablename__ = "terms"
    __table_args__ = (UniqueConstraint("id"), UniqueConstraint("tenant", "name"))

    synonyms: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_WORDS)


class ProductRow(Spoken, Owned, Base):
    """Assets that are given out together."""

    __tablename__ = "data_products"
    __table_args__ = (UniqueConstraint("id"), UniqueConstraint("tenant", "name"))


class AssetOwnerRow(Base):
    """A person or team that answers for an asset in one role."""

    __tablename__ = "asset_owners"
    __table_args__ = (Index("ix_asset_owners_name", "tenant", text("lower(name)"), "asset_key"),)

    asset_key: Mapped[int] = mapped_column(ForeignKey(ASSET, ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(NAME, primary_key=True)
    role: Mapped[str] = mapped_column(Text, primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())


class AssetDomainRow(Base):
    """The one domain that an asset belongs to."""

    __tablename__ = "asset_domains"
    __table_args__ = (Index("ix_asset_domains_domain_key", "domain_key", "asset_key"),)

    asset_key: Mapped[int] = mapped_column(ForeignKey(ASSET, ondelete="CASCADE"), primary_key=True)
    domain_key: Mapped[int] = mapped_column(ForeignKey("crosswind.domains.key", ondelete="CASCADE"))


class AssetTermRow(Base):
    """A term that an asset is about."""

    __tablename__ = "asset_terms"
    __table_args__ = (Index("ix_asset_terms_term_key", "term_key", "asset_key"),)

    asset_key: Mapped[int] = mapped_column(ForeignKey(ASSET, ondelete="CASCADE"), primary_key=True)
    term_key: Mapped[int] = mapped_column(ForeignKey(TERM, ondelete="CASCADE"), primary_key=True)


class ColumnTermRow(Base):
    """A term that a column is about."""

    __tablename__ = "column_terms"
    __table_args__ = (Index("ix_column_terms_term_key", "term_key", "column_key"),)

    column_key: Mapped[int] = mapped_column(ForeignKey("crosswind.columns.key", ondelete="CASCADE"), primary_key=True)
    term_key: Mapped[int] = mapped_column(ForeignKey(TERM, ondelete="CASCADE"), primary_key=True)


class RelatedTermRow(Base):
    """Two terms that belong together; stands once for each direction."""

    __tablename__ = "related_terms"
    __table_args__ = (Index("ix_related_terms_related_key", "related_key"),)

    term_key: Mapped[int] = mapped_column(ForeignKey(TERM, ondelete="CASCADE"), primary_key=True)
    related_key: Mapped[int] = mapped_column(ForeignKey(TERM, ondelete="CASCADE"), primary_key=True)


class ProductAssetRow(Base):
    """An asset of a data product."""

    __tablename__ = "product_assets"
    __table_args__ = (Index("ix_product_assets_asset_key", "asset_key"),)

    product_key: Mapped[int] = mapped_column(
        ForeignKey("crosswind.data_products.key", ondelete="CASCADE"), primary_key=True
    )
    asset_key: Mapped[int] = mapped_column(ForeignKey(ASSET, ondelete="CASCADE"), primary_key=True)


class PendingRow(Base):
    """A new name or the end of something with very many assets, which are told of it a stretch at a time.

    `beyond` is the last asset that was; an `ends` one is removed once all assets are taken out of it. `was` is its name
    before, which versions keep.
    """

    __tablename__ = "vocabulary_pending"
    __table_args__ = (Index("ix_vocabulary_pending_noun", "noun", "noun_key"),)

    key: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    noun: Mapped[str] = mapped_column(Text)
    noun_key: Mapped[int] = mapped_column(BigInteger)
    told: Mapped[str] = mapped_column(Text)
    was: Mapped[str | None] = mapped_column(Text)
    ends: Mapped[bool] = mapped_column(Boolean)
    beyond: Mapped[int] = mapped_column(BigInteger, server_default="0")
    author: Mapped[str] = mapped_column(Text)
    author_name: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())


class PropagatedTagRow(Base):
    """A tag that reached an asset along lineage: from the nearest asset that people put it on, so many edges away.

    Assets are no foreign keys here, whose checks would wait for whoever writes them.
    """

    __tablename__ = "propagated_tags"
    __table_args__ = (Index("ix_propagated_tags_tag_key", "tag_key", "asset_key"),)

    asset_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    tag_key: Mapped[int] = mapped_column(ForeignKey("crosswind.tags.key", ondelete="CASCADE"), primary_key=True)
    from_key: Mapped[int] = mapped_column(BigInteger)
    depth: Mapped[int] = mapped_column(Integer)


class PropagatedColumnTagRow(Base):
    """A tag that reached a column along column lineage: from the nearest column that people put it on.

    Assets and columns are no foreign keys here, as above; the asset is that of the column.
    """

    __tablename__ = "propagated_column_tags"
    __table_args__ = (Index("ix_propagated_column_tags_tag_key", "tag_key", "column_key"),)

    asset_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    column_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    tag_key: Mapped[int] = mapped_column(ForeignKey("crosswind.tags.key", ondelete="CASCADE"), primary_key=True)
    from_key: Mapped[int] = mapped_column(BigInteger)
    depth: Mapped[int] = mapped_column(Integer)


class PropagationDueRow(Base):
    """A tag that housekeeping spreads anew; it may stand here several times."""

    __tablename__ = "propagation_due"

    key: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    tag_key: Mapped[int] = mapped_column(BigInteger)
    marked_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())


class WordRow(Base):
    """A word that assets are found by, with its parts of three letters; of no tenant, and never shown."""

    __tablename__ = "words"
    __table_args__ = (Index("ix_words_parts", "parts", postgresql_using="gin"),)

    word: Mapped[str] = mapped_column(NAME, primary_key=True)
    parts: Mapped[list[str]] = mapped_column(ARRAY(Text))


class WordsReadRow(Base):
    """Up to when changes of assets were read into the words."""

    __tablename__ = "words_read"

    key: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    up_to: Mapped[datetime] = mapped_column(MOMENT)
