"""Local accounts with their passwords' hashes, wrong tries, and who has signed in."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Creates both tables."""
    op.create_table(
        "accounts",
        sa.Column("account", sa.String(64), primary_key=True, comment="folded to lower case"),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("hospitals_json", sa.Text, nullable=False),
        sa.Column("password_hash", sa.String(256), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("closed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_active", sa.Boolean, nullable=False),
    )
    op.create_table(
        "sign_ins",
        sa.Column("token_hash", sa.String(64), primary_key=True, comment="SHA-256 of the token"),
        sa.Column("account", sa.String(64), sa.ForeignKey("accounts.account"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Removes accounts: the machine has one user again."""
    op.drop_table("sign_ins")
    op.drop_table("accounts")
