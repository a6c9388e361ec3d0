"""One command of the command line, run in this process."""

import pytest

from xinzhi.cli import main


@pytest.fixture
def cli(capsys, monkeypatch):
    """`cli("run", …)` gives exit status, standard output, standard error; no language is set in the environment."""
    for name in ("XINZHI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def call(*words):
        status = main([str(w) for w in words])
        said = capsys.readouterr()
        return status, said.out, said.err

    return call
