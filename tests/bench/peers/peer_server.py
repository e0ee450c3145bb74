# SPDX-License-Identifier: GPL-3.0-or-later
"""What the peers of gpu_bench.py and cpu_bench.py share: each is a process that stays warm and measures when it is asked.

A request is one line of JSON on stdin: {"batch": 128, "mode": "eager", "precision": "fp32", "seconds": 2}. The reply is one
line on stdout: {"imagesPerSecond": ..., "images": ..., "processorShare": ..., "warmUpSeconds": ...}, or {"error": "..."}.
The first line that a peer writes says what it is: {"system": "PyTorch 2.9", "device": "NVIDIA H200", "modes": [...]}.
"""
import argparse
import json
import pathlib
import sys
import time


def options(description):
    """What every peer of gpu_bench.py takes."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda:0", help="cuda:N, or cpu to try the script without a GPU")
    parser.add_argument("--images", type=int, default=60_000, help="images of an epoch")
    parser.add_argument("--seed", type=int, default=1, help="of images, first weights and permutations")
    parser.add_argument("--network", type=lambda path: json.loads(pathlib.Path(path).read_text()),
                        default=str(pathlib.Path(__file__).parent.parent / "networks" / "classic.json"), help="in our format")
    return parser.parse_args()


def measure(run_epoch, images, seconds):
    """Whole epochs until so many seconds have passed. run_epoch() returns when the device is done."""
    begin = time.perf_counter()
    processor = time.process_time()
    epochs = 0
    while epochs == 0 or time.perf_counter() - begin < seconds:
        run_epoch()
        epochs += 1
    passed = time.perf_counter() - begin
    return {"imagesPerSecond": epochs * images / passed, "images": epochs * images,
            "processorShare": (time.process_time() - processor) / passed}


def serve(hello, prepare):
    """prepare(batch, mode, precision) returns (run_epoch, images of an epoch) ready to be warmed up."""
    replies = sys.stdout
    sys.stdout = sys.stderr  # what libraries print is no reply
    ready = {}

    def reply(value):
        replies.write(json.dumps(value) + "\n")
        replies.flush()

    reply(hello)
    for line in sys.stdin:
        request = json.loads(line)
        key = (request["batch"], request["mode"], request["precision"])
        try:
            warm_up = 0.0
            if key not in ready:
                begin = time.perf_counter()
                ready[key] = prepare(*key)
                ready[key][0]()
                ready[key][0]()
                warm_up = time.perf_counter() - begin
            run_epoch, images = ready[key]
            found = measure(run_epoch, images, request["seconds"])
            found["warmUpSeconds"] = warm_up
            reply(found)
        except Exception as error:  # one mode that fails leaves the others
            reply({"error": f"{type(error).__name__}: {error}".splitlines()[0][:300]})
