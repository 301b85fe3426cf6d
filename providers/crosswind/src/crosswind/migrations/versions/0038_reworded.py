"""What events tell in words finds an asset also when they tell no columns, and stays when they tell columns alone."""

from importlib import import_module

from alembic import op

revision = "0038_reworded"
down_revision = "0037_ends"
branch_labels = None
depends_on = None

BEFORE = import_module("crosswind.migrations.versions.0029_retold").RETELL
WORDS = "source_words = CASE WHEN newer AND _fields IS NOT NULL THEN _words::tsvector ELSE c.source_words END,"
# A comment's words are those of weight C; a word that the name or a column has too is kept as theirs.
AFTER = BEFORE.replace(WORDS, """source_words = CASE
               WHEN NOT newer THEN c.source_words
               WHEN _fields IS NOT NULL AND (_comment IS NOT NULL OR c.source_comment IS NULL) THEN _words::tsvector
               WHEN _fields IS NOT NULL THEN _words::tsvector || ts_filter(c.source_words, '{c}')
               WHEN _comment IS NOT NULL THEN
                    ts_filter(c.source_words, '{a,b,d}') || ts_filter(_words::tsvector, '{c}')
               ELSE c.source_words END,""")  # fmt: skip


def upgrade() -> None:
    _make(AFTER)


def downgrade() -> None:
    _make(BEFORE)


def _make(function: str) -> None:
    op.execute(function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1))
