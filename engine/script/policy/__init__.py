"""What may be written in a Python script, and how it is rewritten before it is compiled."""

from engine.script.policy.statements import Policy

__all__ = ["Policy"]
