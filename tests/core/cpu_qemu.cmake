# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a test program as on a processor of 2008 (Nehalem: SSE4.2, no AVX), which an emulator plays. An instruction that
# came into the program by mistake ends it there.
#
#   cmake -DPROGRAM=test "-DFUNCTIONS=a,b" -P cpu_qemu.cmake
find_program(qemu qemu-x86_64)
if(NOT qemu)
  message("Skipped: there is no qemu-x86_64 (Debian's package qemu-user)")
  return()
endif()
string(REPLACE "," ";" FUNCTIONS "${FUNCTIONS}")
execute_process(COMMAND "${qemu}" -cpu Nehalem "${PROGRAM}" ${FUNCTIONS} RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "On an emulated Nehalem the program ended with ${result}")
endif()
