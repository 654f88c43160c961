# agon_add_plugin(NAME source...) builds the rule NAME.agon.so, target NAME_plugin: C++20 against agon::sdk,
# hidden symbols, exactly one exported. Installed with the SDK: find_package(agon) offers it to every project.
# A list AGON_PLUGIN_LIBRARIES names what else the plugins of a folder link.
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
    -ffp-contract=off $<$<CONFIG:>:-O3> $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  set(map ${CMAKE_CURRENT_BINARY_DIR}/agon_plugin.map)
  file(CONFIGURE OUTPUT ${map} CONTENT "{ global: agon_plugin_v1; local: *; };\n" @ONLY)
  target_link_options(${target} PRIVATE -Wl,--version-script=${map})
  # A sanitizer's symbols are found in the program only.
  if(NOT AGON_SANITIZE AND NOT "${CMAKE_CXX_FLAGS} ${CMAKE_C_FLAGS}" MATCHES "-fsanitize")
    target_link_options(${target} PRIVATE -Wl,-z,defs)
  endif()
endfunction()
