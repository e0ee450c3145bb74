# SPDX-License-Identifier: GPL-3.0-or-later
# Checks that each instruction set's object file gives the linker its table of kernels and nothing else. Any other symbol
# (a template's instance, an inline function, a constructor) could be taken for the whole program, and stop it with an
# illegal instruction on an older machine.
#
#   cmake -DNM=nm -DOBJECTS=a.o,b.o -P cpu_isa_symbols.cmake
string(REPLACE "," ";" OBJECTS "${OBJECTS}")
if(NOT OBJECTS)
  message(FATAL_ERROR "No object files were given")
endif()
foreach(object IN LISTS OBJECTS)
  execute_process(COMMAND "${NM}" --defined-only --extern-only --demangle "${object}"
    OUTPUT_VARIABLE symbols RESULT_VARIABLE result OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${NM} cannot read ${object}")
  endif()
  string(REPLACE "\n" ";" symbols "${symbols}")
  set(tables 0)
  foreach(symbol IN LISTS symbols)
    if(symbol MATCHES " kernelscope::(cpu|hardware)::[a-z0-9]+Kernels$")
      math(EXPR tables "${tables} + 1")
    elseif(NOT symbol MATCHES " __odr_asan") # a sanitizer's own, no code
      message(SEND_ERROR "${object} also defines: ${symbol}")
    endif()
  endforeach()
  if(NOT tables EQUAL 1)
    message(SEND_ERROR "${object} defines ${tables} tables of kernels instead of 1")
  endif()
endforeach()
