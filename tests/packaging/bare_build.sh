#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds the command as on a bare CUDA machine, without Qt, zlib, libpng and libjpeg, with the two header-only libraries
# from a folder, and has it check the CPU. Usage: bare_build.sh SOURCES FOLDER [CMAKE]
set -euo pipefail
sources=$1
folder=$2
cmake=${3:-cmake}

mkdir -p "$folder/headers"
for header in nlohmann CLI; do
    found=
    for place in /usr/include /usr/local/include; do
        [ ! -d "$place/$header" ] || found=$place/$header
    done
    [ -n "$found" ] || { echo "no folder $header in /usr/include or /usr/local/include"; exit 1; }
    ln -sfn "$found" "$folder/headers/$header"
done
# Not optimized: it is to show that all is there, not to be fast.
"$cmake" -S "$sources" -B "$folder/build" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0 \
    -DKERNELSCOPE_GUI=OFF -DKERNELSCOPE_TESTS=OFF -DKERNELSCOPE_BENCH=OFF -DKERNELSCOPE_CUDA=OFF \
    -DKERNELSCOPE_HEADERS="$folder/headers" \
    -DCMAKE_DISABLE_FIND_PACKAGE_ZLIB=ON -DCMAKE_DISABLE_FIND_PACKAGE_PNG=ON -DCMAKE_DISABLE_FIND_PACKAGE_JPEG=ON
"$cmake" --build "$folder/build" --target kernelscope-cli --parallel "$(nproc)"

command=$folder/build/kernelscope-cli
libraries=$(ldd "$command")
for library in libz libpng libjpeg libQt6; do
    case $libraries in *"$library"*) echo "the command links $library"; exit 1 ;; esac
done
"$command" check --device cpu:2 --filter "dense"
# What it cannot read, it refuses in words.
for part in train t10k; do
    for file in images-idx3 labels-idx1; do
        printf '\x1f\x8b\x08\x00' >"$folder/$part-$file-ubyte.gz"
    done
done
refusal=$("$command" info --data "$folder" 2>&1) && { echo "gzip data was read without zlib"; exit 1; }
case $refusal in
*"without zlib"*) echo "refused as it should be: $refusal" ;;
*) echo "gzip data is refused in other words: $refusal"; exit 1 ;;
esac
