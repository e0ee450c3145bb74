#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Everything that wants a GPU, in one visit of ten minutes to a bare CUDA machine (nvcc, CMake 3.22, a C++20 compiler):
# build for the GPU that is there, check it in fp32 and TF32, run compute-sanitizer's four tools, and bench it. Each part has
# a limit of its own and leaves its output in the folder; a part that fails does not stop the next.
#
#   tests/bench/gpu_session.sh FOLDER [HEADERS]
#
# HEADERS is a folder with nlohmann/json.hpp and CLI/CLI.hpp, where they are not installed. PYTHON names an interpreter with
# PyTorch and JAX, PARTS the parts to run ("build check sanitize bench"), LIMIT the seconds for all of them (570).
set -uo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
out=$(mkdir -p "$1" && cd "$1" && pwd)
headers=${2:-}
build=${BUILD:-build/gpu-session}
parts=${PARTS:-build check sanitize bench}
command=$build/kernelscope-cli
deadline=$((SECONDS + ${LIMIT:-570}))
failed=0

# part NAME SECONDS COMMAND...: its output goes to FOLDER/NAME.txt, how it ended to FOLDER/summary.txt.
part() {
    local name=$1 limit=$2 begin=$SECONDS left=$((deadline - SECONDS)) code
    shift 2
    if [ $left -lt 5 ]; then
        printf '%-22s skipped: the time is over\n' "$name" | tee -a "$out/summary.txt"
        failed=1
        return
    fi
    [ $limit -le $left ] || limit=$left
    timeout --kill-after=5 "$limit" "$@" >"$out/$name.txt" 2>&1
    code=$?
    [ $code -eq 0 ] || failed=1
    printf '%-22s code %3d  %4d s  %s\n' "$name" "$code" $((SECONDS - begin)) "$(tail -n 1 "$out/$name.txt")" |
        tee -a "$out/summary.txt"
}
wanted() { [[ " $parts " == *" $1 "* ]]; }

{
    date -u +%Y-%m-%dT%H:%M:%SZ
    git rev-parse HEAD 2>/dev/null
    nvcc --version 2>/dev/null || /usr/local/cuda/bin/nvcc --version
    c++ --version
    cmake --version
    nvidia-smi
} >"$out/machine.txt" 2>&1

if wanted build; then
    part configure 60 cmake -S . -B "$build" -DCMAKE_BUILD_TYPE=Release -DKERNELSCOPE_GUI=OFF -DKERNELSCOPE_TESTS=OFF \
        -DKERNELSCOPE_BENCH=OFF -DKERNELSCOPE_WERROR=OFF ${headers:+-DKERNELSCOPE_HEADERS="$headers"}
    part build 270 cmake --build "$build" --target kernelscope-cli kernelscope_cuda --parallel "$(nproc)"
fi
if [ ! -x "$command" ]; then
    echo "There is no $command: see $out/build.txt" | tee -a "$out/summary.txt"
    exit 1
fi
part devices 30 "$command" devices
if wanted check; then
    part check-fp32 90 "$command" check --device cuda:0
    part check-tf32 90 "$command" check --device cuda:0:tf32
fi
# sanitize FILTER...: each tool on these cases. Under the tools every kernel takes ten to a hundred times as long.
sanitize() {
    local filter tool
    for filter in "$@"; do
        for tool in memcheck racecheck initcheck synccheck; do
            part "$tool-$(tr -cs 'a-zA-Z0-9' '-' <<<"$filter")" 25 "$sanitizer" --tool "$tool" --error-exitcode 9 \
                "$command" check --device cuda:0 --filter "$filter"
        done
    done
}
sanitizer=$(command -v compute-sanitizer || echo /usr/local/cuda/bin/compute-sanitizer)
# One case of each kind before the bench, which takes what time there is; more of them behind it.
wanted sanitize && sanitize "learnt before: conv 3 stride 1 padding 1" "a block of all" "updates: adam"
if wanted bench; then
    if command -v "${PYTHON:-python3}" >/dev/null; then
        part bench 200 "${PYTHON:-python3}" tests/bench/gpu_bench.py --command "$command" --seconds 1 --repeats 3 \
            --out "$out/bench.json"
    else
        for device in cuda:0 cuda:0:tf32; do
            for batch in 32 128 512; do
                part "bench-${device//:/-}-$batch" 20 "$command" bench train --device "$device" --batch "$batch" --json
            done
        done
    fi
fi
wanted sanitize && sanitize "conv, ReLU, pool, leftovers" "dense, ReLU, dense" "repetition: tiny"
if wanted bench && command -v "${PYTHON:-python3}" >/dev/null; then
    part bench-deep 120 "${PYTHON:-python3}" tests/bench/gpu_bench.py --command "$command" --seconds 1 --repeats 2 \
        --network tests/bench/networks/deep.json --batches 48 1000 --seed 7 --out "$out/bench-deep.json"
fi
exit $failed
