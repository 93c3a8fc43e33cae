"""What a script is given: the head of the function whose body the user writes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signature:
    """The name of a kind of script and its parameters, in order; the editor shows it above the text."""

    name: str
    parameters: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name}({', '.join(self.parameters)})"


UPLINK = Signature("uplink", ("payload", "metadata"))
DOWNLINK = Signature("downlink", ("msg", "metadata", "msgType", "integrationMetadata"))
NODE = Signature("node", ("msg", "metadata", "msgType"))
GENERATOR = Signature("generator", ("prevMsg", "prevMetadata", "prevMsgType"))
