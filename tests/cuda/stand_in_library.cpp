// SPDX-License-Identifier: GPL-3.0-or-later
// What cuBLAS is to the real module: a library that it needs and that may not be installed.
extern "C" int standInLibrary();

int standInLibrary() {
    return 0;
}
