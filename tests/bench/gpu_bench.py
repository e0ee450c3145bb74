#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast a GPU trains a network, "classic" if none is named: ours in fp32 and TF32 against PyTorch and JAX at their best, interleaved in one run.

Every system is warmed up; then each repeat measures all of them, one after the other, so that whatever the machine does
meanwhile hits all alike. Prints images/s (median and range), the time of an epoch of 60,000 images, the ratio to the
strongest peer of the same precision, and the share of the floor that is estimated for an H200. Peers that are not
installed are left out, and said so. Without a usable GPU it says why and ends with code 0.

    gpu_bench.py --command build/release/kernelscope-cli --out results.json
    gpu_bench.py --network tests/bench/networks/deep.json --batches 48 1000 --seed 7
    gpu_bench.py --device cpu:1 --peer-device cpu --peer-images 640 --batches 32 --seconds 0.2 --repeats 1  # no GPU
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

PEERS = pathlib.Path(__file__).parent / "peers"
CLASSIC = pathlib.Path(__file__).parent / "networks" / "classic.json"
# Latency of a step times the steps of an epoch, in ms; an estimate, for "classic" on an H200.
FLOORS = {32: 18.0, 128: 5.6, 512: 3.5}


class Peer:
    """A process that measures when asked."""

    def __init__(self, script, device, options):
        self.process = subprocess.Popen([options.python, str(PEERS / script), "--device", device,
                                         "--images", str(options.peer_images), "--network", str(options.network),
                                         "--seed", str(options.seed)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{script} ended before it began (code {self.process.wait()})")
        self.hello = json.loads(line)

    def measure(self, batch, mode, precision, seconds):
        request = {"batch": batch, "mode": mode, "precision": precision, "seconds": seconds}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"error": "the process ended"}

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


def our_measurement(options, device, batch, seconds):
    done = subprocess.run([options.command, "bench", "train", "--model", str(options.network), "--device", device,
                           "--batch", str(batch), "--seconds", str(seconds), "--seed", str(options.seed), "--json"],
                          capture_output=True, text=True)
    if done.returncode != 0:
        return {"error": (done.stderr.strip().splitlines() or [f"code {done.returncode}"])[-1]}
    return [json.loads(line) for line in done.stdout.splitlines() if line.strip()][-1]


def why_unusable(command, device):
    """Why the device cannot be used, as the command says it; nothing where it can."""
    lines = subprocess.run([command, "devices", "--json"], check=True, capture_output=True, text=True).stdout.splitlines()
    entries = {entry["id"]: entry for entry in map(json.loads, lines)}
    if device in entries:
        return entries[device]["reason"]
    if device.startswith("cpu:"):
        return ""
    reasons = [entry["reason"] for entry in entries.values() if entry["backend"] == "cuda" and entry["reason"]]
    return reasons[0] if reasons else f"There is no device {device}."


def clock(number):
    """MHz of the GPU's multiprocessors now; nothing where nobody tells."""
    try:
        done = subprocess.run(["nvidia-smi", "-i", str(number), "--query-gpu=clocks.sm", "--format=csv,noheader,nounits"],
                              capture_output=True, text=True, timeout=10)
        return float(done.stdout.split()[0])
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired):
        return None


def warm_up_clocks(measure, number):
    """Works until the clock holds: three readings in a row within 1 %, or half a minute."""
    readings = []
    begin = time.monotonic()
    while time.monotonic() - begin < 30:
        measure()
        now = clock(number)
        if now is None:
            return readings
        readings.append(now)
        last = readings[-3:]
        if len(last) == 3 and max(last) - min(last) <= 0.01 * max(last):
            return readings
    return readings


def table(rows):
    """Columns of text, the first one aligned left."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                               for i, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows)


def summary(results, batch, floor_of_epoch):
    """The rows of one batch size. results: {(system, precision): [measurement, ...]}; the floor in ms, or nothing."""
    medians = {}
    for key, measurements in results.items():
        rates = [m["imagesPerSecond"] for m in measurements if "imagesPerSecond" in m]
        if rates:
            medians[key] = (statistics.median(rates), min(rates), max(rates))
    rows = [[f"batch {batch}", "precision", "images/s", "least", "most", "ms an epoch", "x strongest peer", "of the floor"]]
    for key, measurements in results.items():
        system, precision = key
        if key not in medians:
            rows.append([system, precision, "failed: " + measurements[-1].get("error", "no figure"), "", "", "", "", ""])
            continue
        middle, least, most = medians[key]
        peers = [medians[other][0] for other in medians if other[0] != "kernelscope" and other[1] == precision]
        ratio = f"{middle / max(peers):.2f}" if peers else "-"
        milliseconds = 6e7 / middle
        floor = f"{100 * floor_of_epoch / milliseconds:.0f} %" if floor_of_epoch else "-"
        rows.append([system, precision, f"{middle:,.0f}", f"{least:,.0f}", f"{most:,.0f}", f"{milliseconds:.2f}", ratio, floor])
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--command", default="build/release/kernelscope-cli")
    parser.add_argument("--network", type=pathlib.Path, default=CLASSIC, help="in our JSON format")
    parser.add_argument("--device", default="cuda:0", help="ours; its TF32 twin is measured too where there is one")
    parser.add_argument("--peer-device", default=None, help="the peers', if it is called otherwise")
    parser.add_argument("--peer-images", type=int, default=60_000, help="images of a peer's epoch")
    parser.add_argument("--batches", type=int, nargs="+", default=[32, 128, 512])
    parser.add_argument("--seconds", type=float, default=2, help="of each measurement")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has PyTorch and JAX")
    parser.add_argument("--peers", nargs="*", default=["torch", "jax"], choices=["torch", "jax"])
    parser.add_argument("--out", type=pathlib.Path, help="keeps every measurement as JSON")
    options = parser.parse_args()

    if not options.network.is_file():
        parser.error(f"There is no network {options.network}.")
    if why := why_unusable(options.command, options.device):
        print(f"No GPU is measured: {why}")
        return 0
    number = int(options.device.split(":")[1]) if options.device.startswith("cuda:") else 0
    ours = [("fp32", options.device)]
    if options.device.startswith("cuda:") and not why_unusable(options.command, options.device + ":tf32"):
        ours.append(("tf32", options.device + ":tf32"))

    peers = []
    for name in options.peers:
        try:
            peers.append(Peer(f"{name}_gpu.py", options.peer_device or options.device, options))
            print(f"{peers[-1].hello['system']} on {peers[-1].hello['device']}", flush=True)
        except RuntimeError as error:
            print(f"{name} is left out: {error}", flush=True)

    clocks = []
    if options.device.startswith("cuda:"):
        clocks = warm_up_clocks(
            lambda: our_measurement(options, options.device, max(options.batches), 1), number)
        print(f"Clocks while warming up, MHz: {clocks}", flush=True)
    chip = ""
    kept = {"network": json.loads(options.network.read_text()), "seed": options.seed, "clocks": clocks, "peers": [peer.hello for peer in peers], "batches": {}}
    status = 0
    for batch in options.batches:
        systems = {("kernelscope", precision): (lambda seconds, device=device: our_measurement(
            options, device, batch, seconds)) for precision, device in ours}
        for peer in peers:
            for precision in peer.hello["precisions"]:
                for mode in peer.hello["modes"]:
                    systems[(f"{peer.hello['system']}, {mode}", precision)] = (
                        lambda seconds, peer=peer, mode=mode, precision=precision: peer.measure(
                            batch, mode, precision, seconds))
        results = {key: [] for key in systems}
        broken = {}
        for key, measure in systems.items():  # compiles, captures, warms up; no figure
            first = measure(min(options.seconds, 0.5))
            if "error" in first:
                broken[key] = first
            chip = first.get("chip", chip)
        for _ in range(options.repeats):
            for key, measure in systems.items():
                results[key].append(broken[key] if key in broken else measure(options.seconds))
        has_floor = options.network == CLASSIC and "H200" in chip
        print("\n" + table(summary(results, batch, FLOORS.get(batch) if has_floor else None)), flush=True)
        kept["chip"] = chip
        kept["batches"][batch] = [{"system": system, "precision": precision, "measurements": measurements}
                                  for (system, precision), measurements in results.items()]
        if options.out:
            options.out.write_text(json.dumps(kept, indent=1) + "\n")
        if any(key[0] == "kernelscope" for key in broken):
            status = 1
    for peer in peers:
        peer.close()
    return status


if __name__ == "__main__":
    sys.exit(main())
