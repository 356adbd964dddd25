"""Signals that arrive while settings are being changed: none is lost, and all but the second wait.

Must not know: Spark, settings.
"""

from __future__ import annotations

import contextlib
import signal

import pytest

from jupyterlab_s3_encryption.agent import interrupts
from tests.support.stopping import Lines, handled

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
RAISED = (KeyboardInterrupt, SystemExit)
each = pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)


@each
def test_a_signal_waits_until_the_settings_are_whole_and_a_second_one_does_not(number):
    done = []

    def once():
        with interrupts.Deferred():
            signal.raise_signal(number)
            done.append("first")

    def twice():
        with interrupts.Deferred():
            signal.raise_signal(number)
            with interrupts.Deferred():
                done.append("nested")
            signal.raise_signal(number)
            done.append("never")

    with handled(number) as handler:
        for what in (once, twice):
            with pytest.raises(RAISED):
                what()
            assert signal.getsignal(number) is handler
    assert done == ["first", "nested"]


@each
def test_a_signal_at_any_line_takes_effect_once_and_leaves_the_handlers_in_place(number):
    with handled(number) as handler:
        for at in range(1, 500):
            with Lines(number, [at], interrupts.__file__) as lines, contextlib.suppress(*RAISED):
                with interrupts.Deferred():
                    pass
                assert lines.count < at
            assert signal.getsignal(number) is handler
            if lines.count < at:
                break
    assert at > 20


def test_a_signal_that_came_with_an_error_is_not_lost():
    def fail():
        with interrupts.Deferred():
            signal.raise_signal(signal.SIGTERM)
            raise ValueError("no")

    with handled(signal.SIGTERM), pytest.raises(SystemExit) as raised:
        fail()
    assert isinstance(raised.value.__context__, ValueError)


def test_of_two_different_signals_both_take_effect():
    def both():
        with interrupts.Deferred():
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGINT)

    with handled(signal.SIGINT), handled(signal.SIGTERM), pytest.raises(SystemExit) as raised:
        both()
    assert isinstance(raised.value.__context__, KeyboardInterrupt)


def test_an_alarm_takes_effect_at_once():
    done = []

    def alarmed():
        with interrupts.Deferred():
            signal.raise_signal(signal.SIGALRM)
            done.append("never")

    with handled(signal.SIGALRM), pytest.raises(SystemExit):
        alarmed()
    assert done == []


def test_a_handler_that_is_set_meanwhile_stays():
    with handled(signal.SIGTERM):
        with interrupts.Deferred():
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
