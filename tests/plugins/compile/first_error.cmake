# cmake -DCOMPILER=c++ -DARGUMENTS=a;b -DWANTED=text -P first_error.cmake: the first line of the compiler that
# says "error" holds the text; without a text there is no error.
execute_process(COMMAND ${COMPILER} ${ARGUMENTS} RESULT_VARIABLE failed OUTPUT_QUIET ERROR_VARIABLE said)
string(REGEX MATCH "[^\n]*error[^\n]*" line "${said}")
if(WANTED STREQUAL "")
  if(failed)
    message(FATAL_ERROR "a sound rule is refused: ${said}")
  endif()
  return()
endif()
string(FIND "${line}" "${WANTED}" at)
if(NOT failed OR at EQUAL -1)
  message(FATAL_ERROR "the first error is\n  ${line}\nwanted\n  ${WANTED}\nin\n${said}")
endif()
