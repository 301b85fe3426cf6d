"""What the platform's rules refuse.

Forbidden
├── PolicyViolation         an access policy says no
├── ComplianceViolation     a compliance rule says no
Invalid
├── ClassificationRequired  the thing must be classified first
├── CertificateInvalid      a certificate that was given cannot be used
├── EncryptionRequired      it may go over an encrypted link only
Conflict
├── RetentionExpired        the thing is past its retention and cannot be used
Unavailable
└── AuditFailed             the change could not be audited, so it was not made
"""

from __future__ import annotations

from crosswind.kit.errors import Conflict, Forbidden, Invalid, Unavailable


class PolicyViolation(Forbidden):
    """An access policy says no."""


class ComplianceViolation(Forbidden):
    """A compliance rule says no."""


class ClassificationRequired(Invalid):
    """The thing must be classified first."""


class CertificateInvalid(Invalid):
    """A certificate that was given cannot be used."""


class EncryptionRequired(Invalid):
    """It may go over an encrypted link only."""


class RetentionExpired(Conflict):
    """The thing is past its retention."""


class AuditFailed(Unavailable):
    """The change could not be audited, so it was not made."""
