#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast the CPU trains: ours against PyTorch, Keras and oneDNN called directly, each at its best, in turns in one run.

For each network, number of threads and batch size: every peer tries its ways of working and keeps its fastest; then each
repeat measures all systems one after the other, so that whatever the machine does meanwhile meets all alike. While one is
measured, what other processes and the machine's host take is measured too; a measurement during which they took more than
the cores left to them and --quiet is made again, twice at most, and the least disturbed counts.

    cpu_bench.py --install-peers                       # PyTorch and TensorFlow into build/peers (6 GB at most)
    cpu_bench.py --out cpu.json                        # everything: about half an hour
    cpu_bench.py --networks classic --batches 128 --threads 1 --out cpu.json     # one cell of it, replaced in the file
    cpu_bench.py --report cpu.json                     # what was measured, as Markdown
"""
import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
VENVS = ROOT / "build" / "peers"
NETWORKS = ["classic", "lenet-5", "deep", "no-pooling"]
TICK = os.sysconf("SC_CLK_TCK")


class Peer:
    """A process that measures when asked. PyTorch frees and allocates large tensors in each step: malloc keeps them."""

    ENVIRONMENT = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "10000000000", "MALLOC_TOP_PAD_": "67108864"}

    def __init__(self, command, network, threads):
        environment = {**os.environ, **self.ENVIRONMENT, "OMP_NUM_THREADS": str(threads)}
        try:
            self.process = subprocess.Popen([*command, "--network", str(network), "--threads", str(threads)],
                                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                            env=environment)
        except OSError as error:
            raise RuntimeError(error.strerror) from error
        line = self.process.stdout.readline()
        if not line:
            said = self.process.communicate()[1].strip().splitlines()
            raise RuntimeError(said[-1] if said else f"it ended with code {self.process.returncode}")
        # Nobody reads what libraries say on stderr; a full pipe would stop them.
        subprocess.Popen(["cat"], stdin=self.process.stderr, stdout=subprocess.DEVNULL)
        hello = json.loads(line)
        self.system = hello["system"]
        self.modes = hello["modes"]

    def measure(self, batch, mode, seconds):
        request = {"batch": batch, "mode": mode, "precision": "fp32", "seconds": seconds}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"error": "the process ended"}

    def processor_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Ours:
    """The command, started anew for each measurement: it begins with first weights each time."""

    system = "Kernelscope"

    def __init__(self, options, network, threads):
        self.options = options
        self.network = network
        self.threads = threads

    def measure(self, batch, _mode, seconds):
        command = [self.options.command, "bench", "train", "--model", str(self.network), "--device", f"cpu:{self.threads}",
                   "--batch", str(batch), "--seconds", str(seconds), "--repeats", "1", "--warm-up", "0.3",
                   "--seed", str(self.options.seed), "--json"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            return {"error": (done.stderr.strip().splitlines() or [f"code {done.returncode}"])[-1]}
        return json.loads(done.stdout.splitlines()[-1])

    def processor_seconds(self):
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime


def busy_seconds():
    """What all processors together have computed, and what the host took from them."""
    fields = [int(field) for field in pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    user, nice, system, _idle, _wait, interrupt, soft_interrupt, stolen = fields[:8]
    return (user + nice + system + interrupt + soft_interrupt + stolen) / TICK


def quiet_measurement(system, batch, mode, threads, options):
    """A measurement, with "others": the cores that everything else took meanwhile."""
    best = None
    allowed = os.cpu_count() - threads + options.quiet
    for _ in range(1 + options.retries):
        begin, busy, own = time.monotonic(), busy_seconds(), system.processor_seconds()
        found = system.measure(batch, mode, options.seconds)
        passed = time.monotonic() - begin
        if "error" in found:
            return found
        found["others"] = max(0.0, (busy_seconds() - busy - system.processor_seconds() + own) / passed)
        if best is None or found["others"] < best["others"]:
            best = found
        if best["others"] <= allowed:
            break
    return best


def peak(command, threads):
    """The machine, and what so many threads reached at best, in GFLOP/s; nothing where that was not measured."""
    done = subprocess.run([command, "bench", "machine", "--repeats", "5", "--json"], check=True, capture_output=True, text=True)
    machine = json.loads(done.stdout)
    for roof in machine["peaks"]:
        if roof["threads"] == threads:
            return machine, roof["gflopPerSecond"]["most"]
    return machine, None


def start_peers(options, network_name, network, threads):
    """The peers that know this network and are here."""
    torch = str(HERE / "peers" / "torch_cpu.py")
    keras = str(HERE / "peers" / "classic_keras_cpu.py")
    candidates = {"torch": [str(VENVS / "torch/bin/python"), torch], "debian-torch": ["/usr/bin/python3", torch]}
    if network_name == "classic":
        candidates["onednn"] = [str(pathlib.Path(options.command).parent / "bench/peers/classic_onednn")]
        candidates["keras"] = [str(VENVS / "tensorflow/bin/python"), keras]
    peers = {}
    for name, command in candidates.items():
        if name in options.peers:
            try:
                peers[name] = Peer(command, network, threads)
            except RuntimeError as error:
                print(f"{name} is left out: {error}", flush=True)
    return peers


def measure_cell(options, network, batch, threads, ours, peers):
    """All systems for one network, batch size and number of threads."""
    machine, most = peak(options.command, threads)
    systems = {"ours": (ours, "")}
    tried = {}
    for name, peer in peers.items():
        if name == "keras" and batch != 32:
            continue
        rates = {}
        for mode in peer.modes:
            if mode not in options.skip_modes:
                found = peer.measure(batch, mode, min(0.6, options.seconds))
                if "error" in found:
                    print(f"{peer.system}, {mode}: {found['error']}", flush=True)
                rates[mode] = found.get("imagesPerSecond", 0)
        if rates and max(rates.values()) > 0:
            systems[name] = (peer, max(rates, key=rates.get))
            tried[name] = rates
    results = {name: [] for name in systems}
    for _ in range(options.repeats):
        for name, (system, mode) in systems.items():
            results[name].append(quiet_measurement(system, batch, mode, threads, options))
    cell = {"network": network, "batch": batch, "threads": threads, "chip": machine["chip"],
            "instructionSet": machine["instructionSet"], "build": machine["build"], "peakGflopPerSecond": most,
            "date": time.strftime("%Y-%m-%d %H:%M"), "systems": {}}
    for name, measurements in results.items():
        system, mode = systems[name]
        cell["systems"][name] = {"system": system.system, "mode": mode, "tried": tried.get(name, {}),
                                 "measurements": measurements}
    return cell


def figures(cell):
    """Of each system: median, least and most images/s, its share of the processors, the others' most; and ours over it,
    turn by turn, so that what the machine did meanwhile met both."""
    found = {}
    ours = cell["systems"]["ours"]["measurements"]
    for name, entry in cell["systems"].items():
        good = [m for m in entry["measurements"] if "imagesPerSecond" in m]
        if good:
            rates = [m["imagesPerSecond"] for m in good]
            found[name] = {"median": statistics.median(rates), "least": min(rates), "most": max(rates),
                           "share": statistics.median(m["processorShare"] for m in good),
                           "others": max(m["others"] for m in good),
                           "ratios": [own["imagesPerSecond"] / m["imagesPerSecond"]
                                      for own, m in zip(ours, entry["measurements"])
                                      if "imagesPerSecond" in own and "imagesPerSecond" in m]}
    return found


def operations(cell, images):
    """Executed and dense-equivalent GFLOP/s of ours, and the share of the peak that was executed, as text."""
    ours = cell["systems"]["ours"]["measurements"][-1]
    executed = ours["executedFlopsPerImage"] * images * 1e-9 if ours["executedFlopsPerImage"] else None
    dense = ours["denseFlopsPerImage"] * images * 1e-9
    most = cell["peakGflopPerSecond"]
    return (f"{executed:.0f}" if executed else "-", f"{dense:.0f}",
            f"{100 * executed / most:.0f} %" if executed and most else "-")


def show(cell):
    """One cell for the terminal."""
    found = figures(cell)
    threads = f"{cell['threads']} thread" + ("s" if cell["threads"] > 1 else "")
    print(f"\n{cell['network']}, batch {cell['batch']}, {threads}, on {cell['chip']} ({cell['instructionSet']})")
    print(f"{'':44}{'images/s':>10}{'least':>9}{'most':>9}{'ours x':>8}{'cores':>7}{'others':>8}")
    for name, entry in cell["systems"].items():
        label = entry["system"] + (f", {entry['mode']}" if entry["mode"] else "")
        if name not in found:
            print(f"{label[:43]:44}failed: {entry['measurements'][-1].get('error', 'no figure')}")
            continue
        f = found[name]
        ratio = f"{statistics.median(f['ratios']):.2f}" if name != "ours" and f["ratios"] else ""
        print(f"{label[:43]:44}{f['median']:10,.0f}{f['least']:9,.0f}{f['most']:9,.0f}{ratio:>8}"
              f"{f['share']:7.2f}{f['others']:8.2f}")
    if "ours" in found:
        executed, dense, share = operations(cell, found["ours"]["median"])
        print(f"Ours: {executed} GFLOP/s executed, {share} of the peak; {dense} counted densely.", flush=True)


def report(cells):
    """Markdown: what was measured, and where our time goes."""
    order = {name: number for number, name in enumerate(NETWORKS)}
    cells = sorted(cells, key=lambda cell: (order.get(cell["network"], 99), cell["threads"], cell["batch"]))
    peers = []
    for cell in cells:
        for name, entry in cell["systems"].items():
            if name != "ours" and (name, entry["system"]) not in peers:
                peers.append((name, entry["system"]))
    heads = ["network", "threads", "batch", "images/s (least to most)", *(system for _, system in peers), "GFLOP/s executed",
             "of the peak", "counted densely", "cores got", "others took at most"]
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    for cell in cells:
        found = figures(cell)
        if "ours" not in found:
            continue
        ours = found["ours"]
        row = [cell["network"], str(cell["threads"]), str(cell["batch"]),
               f"{ours['median']:,.0f} ({ours['least']:,.0f} to {ours['most']:,.0f})"]
        for name, _ in peers:
            ratios = found.get(name, {}).get("ratios")
            row.append(f"{statistics.median(ratios):.2f}x ({min(ratios):.2f} to {max(ratios):.2f}; {found[name]['median']:,.0f})"
                       if ratios else "")
        executed, dense, share = operations(cell, ours["median"])
        row += [executed, share, dense, f"{ours['share']:.2f}", f"{max(f['others'] for f in found.values()):.2f}"]
        lines.append("| " + " | ".join(row) + " |")
    lines += ["", "| network | threads | batch | where our time goes, share of the sum of the parts |", "| --- | --- | --- | --- |"]
    for cell in cells:
        if cell["batch"] != 128 or "timeByStep" not in cell["systems"]["ours"]["measurements"][-1]:
            continue
        last = cell["systems"]["ours"]["measurements"][-1]
        parts = {}
        for step in last["timeByStep"]:
            for way in ("forward", "backward"):
                parts[f"{step['layers']} {way}"] = step[way + "Seconds"]
        parts["update"] = last["updateSeconds"]
        total = sum(parts.values())
        text = ", ".join(f"{part} {100 * seconds / total:.0f} %" for part, seconds in
                         sorted(parts.items(), key=lambda item: -item[1]) if seconds >= 0.02 * total)
        lines.append(f"| {cell['network']} | {cell['threads']} | 128 | {text} |")
    return "\n".join(lines)


def install_peers():
    """PyTorch and TensorFlow from PyPI, each in a folder of its own. Debian's packages are left to whoever is root."""
    import venv
    for name in ("torch", "tensorflow"):
        if not (VENVS / name / "bin/python").exists():
            venv.create(VENVS / name, with_pip=True)
    pip = [str(VENVS / "torch/bin/python"), "-m", "pip", "install", "--upgrade", "--retries", "1"]
    # PyTorch's own server has a build for the CPU alone, of a tenth of the size of what PyPI has.
    if subprocess.run([*pip, "torch", "--index-url", "https://download.pytorch.org/whl/cpu"]).returncode != 0:
        subprocess.run([*pip, "torch"], check=True)
    subprocess.run([*pip, "numpy"], check=True)
    subprocess.run([str(VENVS / "tensorflow/bin/python"), "-m", "pip", "install", "--upgrade", "tensorflow-cpu"], check=True)
    print("Debian's: apt-get install python3-torch libdnnl-dev libopenblas0-pthread")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cores = len(os.sched_getaffinity(0))
    parser.add_argument("--command", default="build/release/kernelscope-cli")
    parser.add_argument("--networks", nargs="+", default=NETWORKS, metavar="NAME|FILE")
    parser.add_argument("--batches", type=int, nargs="+", default=[32, 128, 512])
    parser.add_argument("--threads", type=int, nargs="+", default=sorted({1, cores}))
    parser.add_argument("--seconds", type=float, default=1.5, help="of each measurement")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quiet", type=float, default=0.1, help="cores, beyond those that are left to them, that others may take")
    parser.add_argument("--retries", type=int, default=2, help="of a measurement that was disturbed")
    parser.add_argument("--peers", nargs="*", default=["torch", "debian-torch", "onednn", "keras"])
    parser.add_argument("--skip-modes", nargs="*", default=[], help="ways of working that peers need not try")
    parser.add_argument("--out", type=pathlib.Path, help="keeps every measurement as JSON; what it holds already stays")
    parser.add_argument("--report", type=pathlib.Path, help="print a file of --out as Markdown, and measure nothing")
    parser.add_argument("--install-peers", action="store_true")
    options = parser.parse_args()
    if options.install_peers:
        install_peers()
        return 0
    if options.report:
        print(report(json.loads(options.report.read_text())))
        return 0

    cells = json.loads(options.out.read_text()) if options.out and options.out.exists() else []
    for name in options.networks:
        network = HERE / "networks" / f"{name}.json" if name in NETWORKS else pathlib.Path(name)
        for threads in options.threads:
            peers = start_peers(options, name, network, threads)
            ours = Ours(options, network, threads)
            for batch in options.batches:
                cell = measure_cell(options, name, batch, threads, ours, peers)
                show(cell)
                same = [cell[key] for key in ("network", "batch", "threads")]
                cells = [old for old in cells if [old[key] for key in ("network", "batch", "threads")] != same] + [cell]
                if options.out:
                    options.out.write_text(json.dumps(cells, indent=1) + "\n")
            for peer in peers.values():
                peer.close()
    return 0 if all("imagesPerSecond" in m for cell in cells for m in cell["systems"]["ours"]["measurements"]) else 1


if __name__ == "__main__":
    sys.exit(main())
