"""Secrets of ours sealed with Airflow's Fernet key, as Airflow seals those of its connections."""

from __future__ import annotations

from crosswind.kit.errors import Unavailable


class AirflowSealing:
    """What the first of Airflow's keys seals, each of them opens, so that keys can be rotated."""

    def seal(self, text: str) -> str:
        """The sealed text; Unavailable where Airflow has no key, for nothing is stored in clear."""
        from airflow.models.crypto import get_fernet

        fernet = get_fernet()
        if not fernet.is_encrypted:
            raise Unavailable("Secrets cannot be sealed: set [core] fernet_key in Airflow", retry_after=60)
        return fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The text; Unavailable where no key of Airflow's opens it."""
        from airflow.models.crypto import get_fernet
        from cryptography.fernet import InvalidToken

        try:
            return get_fernet().decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise Unavailable("Airflow's Fernet key has changed since the secret was sealed: make a new one") from None
