# cmake -DNM=nm -DFILE=x.agon.so -P exports.cmake
execute_process(COMMAND ${NM} --dynamic --defined-only --format=posix ${FILE}
                OUTPUT_VARIABLE text RESULT_VARIABLE failed)
if(failed OR NOT text MATCHES "^agon_plugin_v1 T [0-9a-f]+ ?[0-9a-f]*\n$")
  message(FATAL_ERROR "${FILE} must export agon_plugin_v1 and nothing else; it exports:\n${text}")
endif()
