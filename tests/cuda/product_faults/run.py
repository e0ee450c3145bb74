#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plants one-line faults in a copy of the product's own kernels and host code, one after the other, and says which of
them the tests on the emulated device catch. ./dev faults [NAME] runs it; it needs no GPU.

faults.json is the table: a fault's name, its file, the text that is replaced, which occurs there once, what takes its
place, and the test program that must fail with it. A fault that is not caught is a hole in the tests. What shows only
where blocks run side by side is not in the table: the emulated device runs one after the other."""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
TABLE = pathlib.Path(__file__).with_name("faults.json")
PLACE = ROOT / "build" / "faults"
SOURCE = PLACE / "source"
BUILD = PLACE / "build"
PATIENCE = 600  # seconds for a test: a fault may make it hang


def copy_sources():
    """Copies what git knows, where it differs: an unchanged file keeps its time, and is not compiled again."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True,
                            text=True).stdout.splitlines()
    wanted = {name for name in listed if (ROOT / name).is_file()}
    for name in wanted:
        target = SOURCE / name
        content = (ROOT / name).read_bytes()
        if not target.is_file() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            shutil.copymode(ROOT / name, target)
    for path in SOURCE.rglob("*"):
        if path.is_file() and str(path.relative_to(SOURCE)) not in wanted:
            path.unlink()


def configure():
    if (BUILD / "build.ninja").exists():
        return
    command = ["cmake", "-S", SOURCE, "-B", BUILD, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DKERNELSCOPE_GUI=OFF",
               "-DKERNELSCOPE_BENCH=OFF", "-DCMAKE_CXX_FLAGS=-w"]  # a fault may leave a variable without use
    if shutil.which("ccache"):
        command.append("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache")
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def build(targets):
    """Empty where it could be built, else what the compiler said."""
    done = subprocess.run(["ninja", "-C", BUILD, *targets], capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def run_test(name):
    """0 where the test passes, its exit code otherwise; and what it said."""
    try:
        done = subprocess.run([BUILD / "tests" / name], cwd=BUILD / "tests", capture_output=True, text=True,
                              errors="replace", timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return -1, f"hung for {PATIENCE} s"
    return done.returncode, done.stdout + done.stderr


def first_complaint(said):
    for line in said.splitlines():
        if line.startswith("FAIL!") or "ERROR: AddressSanitizer" in line or "runtime error" in line:
            return line.strip()[:140]
    return said.strip().splitlines()[-1][:140] if said.strip() else "ended without a word"


def plant(fault):
    """One of: caught, MISSED, does not compile; and why."""
    path = SOURCE / fault["file"]
    sound = path.read_text()
    if sound.count(fault["text"]) != 1:
        return "not planted", f"the text occurs {sound.count(fault['text'])} times in {fault['file']}"
    path.write_text(sound.replace(fault["text"], fault["planted"]))
    try:
        problem = build([fault["test"]])
        if problem:
            return "does not compile", next((line for line in problem.splitlines() if "error" in line), problem[-200:])
        code, said = run_test(fault["test"])
    finally:
        path.write_text(sound)
    return ("MISSED", "") if code == 0 else ("caught", first_complaint(said))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("name", nargs="?", default="", help="only faults whose name or file contains this")
    wanted = parser.parse_args().name
    faults = [f for f in json.loads(TABLE.read_text()) if wanted in f["name"] or wanted in f["file"]]
    if not faults:
        sys.exit(f"no fault whose name or file contains '{wanted}'")
    tests = sorted({f["test"] for f in faults})
    copy_sources()
    configure()
    print(f"{len(faults)} faults; first the {len(tests)} tests without any", flush=True)
    problem = build(tests)
    if problem:
        sys.exit(problem)
    for test in tests:
        code, said = run_test(test)
        if code != 0:
            sys.exit(f"{test} fails without a fault: {first_complaint(said)}")
    escaped = []
    for fault in faults:
        begin = time.monotonic()
        verdict, why = plant(fault)
        print(f"{verdict:16} {fault['name']:42} {fault['test']:22} {time.monotonic() - begin:4.0f} s  {why}", flush=True)
        if verdict != "caught":
            escaped.append(fault["name"])
    print(f"{len(faults) - len(escaped)} of {len(faults)} caught" + (f"; not: {', '.join(escaped)}" if escaped else ""))
    sys.exit(1 if escaped else 0)


if __name__ == "__main__":
    main()
