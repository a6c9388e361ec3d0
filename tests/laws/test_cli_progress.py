"""The line that shows how far a run is: transient on a terminal, every tenth elsewhere, silent when asked."""

import io
import sys

import pytest

from xinzhi.base.text import Text, speaking
from xinzhi.cli.settings import Settings, take, using
from xinzhi.cli.stderr import ProgressLine
from xinzhi.study import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test turns."""
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now


def shown(monkeypatch, stream, steps, settings=None):
    monkeypatch.setattr(sys, "stderr", stream)
    with using(settings or Settings()), speaking("en"), ProgressLine() as line:
        for done, words in steps:
            line(Progress(done, Text(words, words)))
    return stream.getvalue()


def test_a_plain_line_for_every_tenth_where_nobody_watches(monkeypatch, clock):
    text = shown(monkeypatch, io.StringIO(), [(k / 100, "working") for k in range(101)])
    lines = text.splitlines()
    assert [line.split("%")[0].strip() for line in lines] == [str(10 * k) for k in range(11)]
    assert "\r" not in text


def test_one_line_that_goes_away_on_a_terminal(monkeypatch, clock):
    text = shown(monkeypatch, Terminal(), [(0.1, "a long description"), (0.5, "short"), (1.0, "done")])
    assert "\n" not in text
    frames = text.split("\r")[1:]
    assert frames[1].startswith(" 50% short")
    assert len(frames[1]) == len(frames[0])  # what stood there longer is covered by blanks
    assert frames[-2].strip() == "" and frames[-1] == ""


def test_the_time_left_follows_from_the_time_spent(monkeypatch, clock):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with using(Settings()), speaking("en"), ProgressLine() as line:
        clock[0] = 30.0
        line(Progress(0.25, Text("x", "x")))
    assert "about 90 s left" in stream.getvalue()


def test_quiet_is_quiet(monkeypatch, clock):
    assert shown(monkeypatch, io.StringIO(), [(0.5, "x"), (1.0, "y")], Settings(quiet=True)) == ""


@pytest.mark.parametrize(
    ("words", "rest", "expected"),
    [
        (["run", "--lang", "en", "a.yaml"], ["run", "a.yaml"], ("en", True, False, False)),
        (["--quiet", "run", "--lang=zh", "-v"], ["run"], ("zh", True, True, True)),
        (["run", "--lang", "auto"], ["run"], ("zh", False, False, False)),
        (["run", "--", "--lang", "en"], ["run", "--", "--lang", "en"], ("zh", False, False, False)),
        ([], [], ("zh", False, False, False)),
    ],
)
def test_options_for_all_verbs_stand_anywhere(monkeypatch, words, rest, expected):
    for name in ("XINZHI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    settings, left = take(words)
    assert left == rest
    assert (settings.lang, settings.stated, settings.quiet, settings.verbose) == expected
