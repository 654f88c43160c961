# agon_add_plugin(NAME source...) builds the rule NAME.agon.so, target NAME_plugin: C++20 against agon::sdk,
# hidden symbols, exactly one exported. Installed with the SDK: find_package(agon) offers it to every project.
# A list AGON_PLUGIN_LIBRARIES names what else the plugins of a folder link.
#
# AGON_VIEW_FLAGS is for code that passes views by value: GCC copies such a struct 16 bytes at a time, and where
# it was written word by word just before, the copy waits until the stores are done, 10 to 15 ns with every call of
# a kernel. With these it moves words.
set(AGON_VIEW_FLAGS "")
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  include(CheckCXXCompilerFlag)  # the second is one of GCC's own, which may go
  check_cxx_compiler_flag(-mtune-ctrl=^sse_unaligned_store_optimal AGON_MOVES_WORDS)
  if(AGON_MOVES_WORDS)
    set(AGON_VIEW_FLAGS -fno-tree-slp-vectorize -mtune-ctrl=^sse_unaligned_store_optimal)
  endif()
endif()

function(agon_add_plugin name)
  set(target ${name}_plugin)
  add_library(${target} MODULE ${ARGN})
  set_target_properties(${target} PROPERTIES
    PREFIX "" SUFFIX ".agon.so" OUTPUT_NAME ${name}
    CXX_VISIBILITY_PRESET hidden C_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_link_libraries(${target} PRIVATE agon::sdk ${AGON_PLUGIN_LIBRARIES})
  # Contraction would make results depend on the compiler. A rule without a build type is optimised all
  # the same, because its speed is compared.
  target_compile_options(${target} PRIVATE
    -ffp-contract=off ${AGON_VIEW_FLAGS} $<$<CONFIG:>:-O3> $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  set(map ${CMAKE_CURRENT_BINARY_DIR}/agon_plugin.map)
  file(CONFIGURE OUTPUT ${map} CONTENT "{ global: agon_plugin_v1; local: *; };\n" @ONLY)
  target_link_options(${target} PRIVATE -Wl,--version-script=${map})
  # A sanitizer's symbols are found in the program only.
  if(NOT AGON_SANITIZE AND NOT "${CMAKE_CXX_FLAGS} ${CMAKE_C_FLAGS}" MATCHES "-fsanitize")
    target_link_options(${target} PRIVATE -Wl,-z,defs)
  endif()
endfunction()
