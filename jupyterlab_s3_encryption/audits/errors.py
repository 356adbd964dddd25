"""The error of every audit that is more than a request to the kernel's agent. Must not know: audits."""


class AuditError(RuntimeError):
    """There can be no audit of this path, inventory or table; the message says why."""
