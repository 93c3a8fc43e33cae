"""Runs attacks in a process of its own with little memory; prints one JSON line before and one after each."""

from __future__ import annotations

import json
import resource
import sys
import time

from engine import values
from engine.errors import ScriptError, ScriptLimitError
from engine.script import NODE, compile_script

MEMORY = 1 << 30


def outcome(source: str) -> tuple[str, str]:
    try:
        result = compile_script(NODE, source)({"a": 1}, {"m": "x"}, "T")
    except ScriptLimitError as error:
        return "limit", error.message
    except ScriptError as error:
        return "error", error.message
    except BaseException as error:
        return "broken", f"{type(error).__name__}: {error}"[:200]
    values.check(result)
    return "result", values.encode_text(result)[:1000]


def main(tables: list[dict[str, str]]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for table in tables:
        for name, source in table.items():
            print(json.dumps({"name": name}), flush=True)
            begin = time.process_time()
            kind, text = outcome(source)
            seconds = time.process_time() - begin
            print(json.dumps({"name": name, "kind": kind, "text": text, "seconds": seconds}), flush=True)


if __name__ == "__main__":
    import script_attacks
    import script_attacks_fresh

    both = (script_attacks, script_attacks_fresh)
    main([getattr(module, sys.argv[1]) for module in both])
