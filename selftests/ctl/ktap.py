# SPDX-License-Identifier: GPL-2.0
"""
Runs the cases of one test program and prints KTAP.

A case is a function; its name, with blanks for underscores, is the name of
the result. What it makes is undone by what it put into defer(), last in,
first out. A program ends with two cases of its own: the module can be
unloaded, so nothing is left that holds it, and the kernel has reported
nothing.
"""

import functools
import os
import re
import subprocess
import sys
import time
import traceback

MODULE = "vswitch"
KTAP_SKIP = 4
SLOW = float(os.environ.get("VSW_SLOW", "10"))    # seconds worth a remark
DEADLINE = float(os.environ.get("VSW_DEADLINE", "10"))

# Knows what must never be in the kernel's log.
REPORTS = os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), "vm", "reports")


class Skip(Exception):
    """The case cannot be run here; the text says why."""


class Failed(Exception):
    """The module did not do what it should."""


_deferred = []


def defer(func, *args, **kwargs):
    """Calls func at the end of the case (or of the program, when called
    before the first case), in the reverse order of the calls."""
    _deferred.append((func, args, kwargs))


def undo(down_to=0):
    """Runs what was deferred; returns the errors met, as text."""
    errors = []
    while len(_deferred) > down_to:
        func, args, kwargs = _deferred.pop()
        try:
            func(*args, **kwargs)
        except (Failed, OSError) as why:
            errors.append(f"{func.__name__} {args} {kwargs}: {why}")
        except (Exception, SystemExit):  # pylint: disable=broad-except
            errors.append(traceback.format_exc())
    return errors


def check(cond, text):
    """Fails the case with text unless cond holds."""
    if not cond:
        raise Failed(text)


def equal(seen, expected, what="value"):
    """Fails the case unless the two are the same."""
    if seen != expected:
        raise Failed(f"{what}:\n  expected {expected!r}\n  seen     {seen!r}")


def wait_for(cond, what, deadline=DEADLINE):
    """Waits until cond() holds and returns its value."""
    end = time.monotonic() + deadline
    while True:
        value = cond()
        if value:
            return value
        if time.monotonic() > end:
            raise Failed(f"not within {deadline:g} s: {what}")
        time.sleep(0.005)


def run(*cmd, text=None, ok=True):
    """Runs a command; returns its stdout. Fails the case when it fails."""
    done = subprocess.run(cmd, input=text, text=True, capture_output=True,
                          check=False, timeout=120)
    if ok and done.returncode:
        raise Failed(f"{' '.join(cmd)}\n{text or ''}"
                     f"exit {done.returncode}: {done.stderr.strip()}")
    return done.stdout if ok else done


def in_child(func):
    """Runs func in a child of its own, whose privileges and namespaces it
    may change. Fails the case when it raises."""
    there, here = os.pipe()
    pid = os.fork()
    if not pid:
        text = ""
        try:
            func()
        except BaseException:  # pylint: disable=broad-except
            text = traceback.format_exc()
        os.write(here, text.encode())
        os._exit(bool(text))
    os.close(here)
    with os.fdopen(there, "rb") as pipe:
        text = pipe.read().decode()
    _, status = os.waitpid(pid, 0)
    check(not text and not status, text or f"a child ended with {status}")


def diag(text):
    """Prints text as KTAP diagnostics."""
    for line in str(text).rstrip("\n").split("\n"):
        print(f"# {line}")


@functools.cache
def fault():
    """A regular expression for the lines of a kernel's log that report one."""
    return re.compile(run(REPORTS, "--regex").rstrip("\n"))


class KernelLog:
    """The kernel's log from now on."""

    def __init__(self):
        self.fd = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self.fd, 0, os.SEEK_END)

    def lines(self):
        """The text of the messages since the last call."""
        out = []
        while True:
            try:
                record = os.read(self.fd, 8192).decode(errors="replace")
            except BlockingIOError:
                return out
            except BrokenPipeError:
                # overwritten before it was read; go on with what is there
                continue
            out.append(record.partition(";")[2].split("\n")[0])

    def reports(self):
        """Those lines that tell of a fault."""
        return [line for line in self.lines() if fault().search(line) and
                not line.startswith(("bench: ", "selftest: "))]


def loaded():
    """Is the module in the kernel?"""
    return os.path.isdir(f"/sys/module/{MODULE}")


def load():
    """Loads the module, or says why the program is skipped."""
    if os.geteuid():
        raise Skip("needs root")
    if loaded():
        return
    done = run("modprobe", MODULE, ok=False)
    if done.returncode:
        raise Skip(f"no module: {done.stderr.strip()}")


def unload():
    """Unloads the module, waiting for namespaces that are still dying."""
    def gone():
        return not run("modprobe", "-r", MODULE, ok=False).returncode

    wait_for(gone, "the module can be unloaded")


class Program:
    """One test program: cases and the number of the last one that ran."""

    def __init__(self):
        self.cases = []
        self.count = 0
        self.failed = 0
        self.skipped = 0

    def case(self, func, name=None, args=()):
        """Adds a case."""
        name = name or func.__name__.replace("_", " ").strip()
        self.cases.append((name, func, args))

    def result(self, name, how, text=""):
        """Prints one result line."""
        self.count += 1
        if text:
            diag(text)
        if how == "fail":
            self.failed += 1
            print(f"not ok {self.count} - {name}", flush=True)
        elif how == "skip":
            self.skipped += 1
            text = text.split("\n")[0]
            print(f"ok {self.count} - {name} # SKIP {text}", flush=True)
        else:
            print(f"ok {self.count} - {name}", flush=True)

    def run_one(self, name, func, args):
        """Runs one case and prints its result."""
        how, text, depth = "pass", "", len(_deferred)
        start = time.monotonic()
        try:
            func(*args)
        except Skip as why:
            how, text = "skip", str(why)
        except (Failed, OSError) as why:
            # OSError: above all a request that was refused.
            where = traceback.extract_tb(sys.exc_info()[2])
            where = [f for f in where if "/ctl/" not in f.filename] or where
            how, text = "fail", f"line {where[-1].lineno}: {why}"
        except (Exception, SystemExit):  # pylint: disable=broad-except
            how, text = "fail", traceback.format_exc()
        errors = undo(depth)
        if errors:
            how, text = "fail", "\n".join([text, "undoing:"] + errors)
        took = time.monotonic() - start
        if took > SLOW:
            diag(f"{name}: {took:.1f} s")
        self.result(name, how, text)


def main(cases, setup=None):
    """
    Runs cases, a list of functions or of (name, function, arguments), after
    setup(), whose result, where it has one, is the first argument of each.
    Arguments of the program choose cases by a part of their name.
    """
    prog = Program()
    print("TAP version 13")
    try:
        load()
    except Skip as why:
        print(f"1..0 # SKIP {why}")
        sys.exit(KTAP_SKIP)
    for item in cases:
        if callable(item):
            prog.case(item)
        else:
            prog.case(*item)
    if sys.argv[1:]:
        prog.cases = [c for c in prog.cases
                      if any(a in c[0] for a in sys.argv[1:])]
    print(f"1..{len(prog.cases) + 2}", flush=True)

    log = KernelLog()
    trouble, first = "", ()
    try:
        if setup:
            made = setup()
            first = () if made is None else (made,)
    except Skip as why:
        for name, _, _ in prog.cases:
            prog.result(name, "skip", str(why))
        prog.cases = []
    except (Exception, SystemExit):  # pylint: disable=broad-except
        trouble = traceback.format_exc()
    for name, func, args in prog.cases:
        if trouble:
            prog.result(name, "fail", trouble)
            trouble = "set-up failed"
        else:
            prog.run_one(name, func, first + tuple(args))

    def unloads():
        errors = undo()
        check(not errors, "\n".join(errors))
        unload()

    def quiet():
        reports = log.reports()
        check(not reports, "\n".join(reports))

    prog.run_one("everything is undone and the module unloads", unloads, ())
    prog.run_one("the kernel reported nothing", quiet, ())
    print(f"# {prog.count - prog.failed - prog.skipped} passed, "
          f"{prog.failed} failed, {prog.skipped} skipped")
    sys.exit(1 if prog.failed else 0)
