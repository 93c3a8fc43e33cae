"""Everything durable: SQLite or PostgreSQL behind one writer that commits in groups."""

from __future__ import annotations

from engine.store.batch import Batch
from engine.store.memory import Memory
from engine.store.page import Page
from engine.store.papers import Chain, ChainVersion, Converter, Integration, Tenant
from engine.store.settings import StoreSettings
from engine.store.store import Store
from engine.store.writer import Writer

__all__ = [
    "Batch",
    "Chain",
    "ChainVersion",
    "Converter",
    "Integration",
    "Memory",
    "Page",
    "Store",
    "StoreSettings",
    "Tenant",
    "Writer",
]
