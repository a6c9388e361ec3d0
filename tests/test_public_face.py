"""Every public name exists and says what it is."""

import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import xinzhi

MODULES = sorted(m.name for m in pkgutil.walk_packages(xinzhi.__path__, "xinzhi.") if not m.name.endswith("__main__"))
PACKAGES = [m for m in MODULES if "__all__" in vars(importlib.import_module(m))]


def public(module):
    """Public functions and classes that `module` itself defines, with the public methods of those classes."""
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(value):
            yield name, value
        elif inspect.isclass(value):
            yield name, value
            for inner, method in vars(value).items():
                plain = method.fget if isinstance(method, property) else getattr(method, "func", method)
                if not inner.startswith("_") and inspect.isfunction(plain):
                    yield f"{name}.{inner}", plain


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_has_a_docstring(name):
    module = importlib.import_module(name)
    assert (module.__doc__ or "").strip(), f"{name} does not say what it is for"
    silent = [found for found, value in public(module) if not (value.__doc__ or "").strip()]
    assert silent == []


@pytest.mark.parametrize("name", ["xinzhi", *PACKAGES])
def test_every_name_in_all_exists(name):
    module = importlib.import_module(name)
    absent = [each for each in module.__all__ if not hasattr(module, each)]
    assert absent == []
    assert len(set(module.__all__)) == len(module.__all__)


def test_no_file_outgrows_its_room():
    """Files stay under 450 lines: one idea each."""
    root = Path(xinzhi.__file__).parent
    long = {
        str(p.relative_to(root)): n for p in root.rglob("*.py") if (n := len(p.read_text("utf-8").splitlines())) > 450
    }
    assert long == {}
