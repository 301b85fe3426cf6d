"""The installation's own secrets: made once, kept in one private file, shared by all components."""

from __future__ import annotations

import base64
import secrets
from dataclasses import asdict, dataclass

from crosswind.doors.cli.stack import files
from crosswind.doors.cli.stack.layout import Layout


@dataclass(frozen=True, repr=False)
class Keys:
    """What signs, encrypts and logs in."""

    fernet_key: str
    jwt_secret: str
    secret_key: str
    admin_password: str

    @classmethod
    def of(cls, layout: Layout) -> Keys:
        """Return the installation's keys, made on the first call."""
        path = layout.run / "keys.json"
        found = files.read_json(path)
        if not found:
            keys = cls(
                fernet_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
                jwt_secret=secrets.token_urlsafe(48),
                secret_key=secrets.token_urlsafe(32),
                admin_password=secrets.token_urlsafe(12),
            )
            files.write_json(path, asdict(keys))
            files.write(layout.run / "admin-password", keys.admin_password + "\n")
            return keys
        return cls(**found)
