// SPDX-License-Identifier: GPL-3.0-or-later
// In place of gzip_inflate.cpp in a build without zlib.
#include "data/gzip_inflate.h"

#include "data/read_error.h"

namespace kernelscope {

std::unique_ptr<ByteStream> inflateGzip(GzipSource source) {
    refuseFile(source.path, "gzip data, which this build cannot inflate, for it was made without zlib",
        "the uncompressed file", "Uncompress it with gunzip, or build Kernelscope with zlib.");
}

} // namespace kernelscope
