"""Results kept between runs, by the hash of data and recipe, so that a run that was killed goes on where it was.

Results are kept in Python's own pickle format, which can carry code. A file is therefore signed with a key that never
leaves this user's machine, and one whose signature does not fit is not opened: a folder received from somebody else
costs a computation, never trust.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import pickle
import secrets
import shutil
import time
from contextlib import suppress
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from xinzhi.base.files import write_bytes
from xinzhi.base.recipe import plain, versions

_MONTH = 30 * 24 * 3600  # seconds
_SIGNATURE = hashlib.sha256().digest_size


def key_of(**parts: Any) -> str:
    """A key that changes whenever anything in `parts`, the program or a package it computes with changes."""
    identity = {**plain(parts), "versions": versions(), "program": _program()}
    return hashlib.sha256(json.dumps(identity, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]


@lru_cache(maxsize=1)
def _program() -> str:
    """A hash over the program's own files, so that no result outlives the code that made it."""
    digest = hashlib.sha256()
    root = Path(str(files("xinzhi")))
    for path in sorted(p for p in root.rglob("*") if p.suffix in (".py", ".yaml")):
        digest.update(str(path.relative_to(root).as_posix()).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


class Cache:
    """A folder of results; without a folder it remembers nothing."""

    def __init__(self, folder: str | Path | None) -> None:
        self.folder = Path(folder) if folder is not None else None
        self._forget()

    def _forget(self) -> None:
        """Take away what no run has asked for in a month."""
        for old in self.folder.glob("*.*") if self.folder is not None else ():
            with suppress(OSError):  # another run may be taking it away as well
                if time.time() - old.stat().st_mtime > _MONTH:
                    shutil.rmtree(old) if old.is_dir() else old.unlink()

    def parts(self, key: str) -> Path | None:
        """A folder for what is finished of the result under `key`; None where nothing is kept."""
        return None if self.folder is None else self.folder / f"{key}.parts"

    def drop_parts(self, key: str) -> None:
        """Take that folder away: the result is there."""
        if self.folder is not None:
            shutil.rmtree(self.folder / f"{key}.parts", ignore_errors=True)

    def get(self, key: str) -> Any | None:
        """The result kept under `key`, or None where there is none that can be trusted."""
        if self.folder is None:
            return None
        path = self.folder / f"{key}.result"
        try:
            content = path.read_bytes()
            path.touch()
        except OSError:
            return None
        signature, body = content[:_SIGNATURE], content[_SIGNATURE:]
        if not hmac.compare_digest(signature, _sign(key, body)):
            return None
        try:
            return pickle.loads(body)
        except (pickle.UnpicklingError, AttributeError, ImportError, EOFError, TypeError):
            return None  # written by another version of a package: compute it again

    def put(self, key: str, result: Any) -> bool:
        """Keep `result` under `key`; False where the folder cannot be written, which never stops a run."""
        if self.folder is None:
            return False
        body = _pickled(result)
        try:
            write_bytes(self.folder / f"{key}.result", _sign(key, body) + body)
        except OSError:
            return False
        return True


def _pickled(result: Any) -> bytes:
    """The bytes of a result; tried again where another step filled a cached property of the shared panel meanwhile."""
    for _ in range(50):
        try:
            return pickle.dumps(result, protocol=5)
        except RuntimeError as error:
            if "changed size during iteration" not in str(error):
                raise
    return pickle.dumps(result, protocol=5)


def _sign(key: str, body: bytes) -> bytes:
    return hmac.new(_secret(), key.encode() + body, hashlib.sha256).digest()


@lru_cache(maxsize=1)
def _secret() -> bytes:
    """This user's key; made at first use, readable by nobody else. Without a home folder it lasts for one process."""
    try:
        path = _state_folder() / "cache-key"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(path, secrets.token_bytes(32))
            path.chmod(0o600)
        return path.read_bytes()
    except (OSError, RuntimeError):
        return secrets.token_bytes(32)


def _state_folder() -> Path:
    base = os.environ.get("XDG_STATE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".local" / "state") / "xinzhi"
