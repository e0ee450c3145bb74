// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/standard_streams.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace kernelscope {

void ensureStandardStreams() {
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream)
        if (fcntl(stream, F_GETFD) < 0 && errno == EBADF && open("/dev/null", O_RDWR) != stream)
            return; // no null device: there is nothing to be done
}

} // namespace kernelscope
