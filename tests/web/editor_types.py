"""Makes the editor's TypeScript types from the OpenAPI document of the management API: `make editor-types`."""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from web.app import create_app
from web.settings import Settings

EDITOR = Path(__file__).parents[2] / "web" / "editor"
TYPES = EDITOR / "src" / "core" / "api-types.ts"
MARK = "// OpenAPI "


async def openapi() -> dict[str, Any]:
    """The OpenAPI document of this program, without what differs from one installation to the next."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data_dir=Path(folder))).web
        response = await app.test_client().get("/manage/openapi.json")
        document: dict[str, Any] = json.loads(await response.get_data())
    return {name: document[name] for name in ("openapi", "info", "paths", "components")} | {
        "info": {"title": "Tidegate", "version": "0"}
    }


def digest(document: dict[str, Any]) -> str:
    """What stands for a document where there is no Node to make the types again."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def types_of(document: dict[str, Any]) -> str:
    """The types, made by Node."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(document, file)
        file.flush()
        command = ["node", "scripts/api-types.mjs", file.name]
        text = subprocess.run(command, cwd=EDITOR, check=True, capture_output=True, text=True).stdout
    return f"{MARK}{digest(document)}\n{text}"


def main() -> None:
    """Write them."""
    TYPES.write_text(types_of(asyncio.run(openapi())))


if __name__ == "__main__":
    main()
