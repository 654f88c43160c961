# agon_add_plugin(NAME source...) builds NAME.agon.so: hidden symbols, exactly one exported.
function(agon_add_plugin name)
  add_library(${name}_plugin MODULE ${ARGN})
  set_target_properties(${name}_plugin PROPERTIES
    PREFIX "" SUFFIX ".agon.so" OUTPUT_NAME ${name}
    CXX_VISIBILITY_PRESET hidden C_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins)
  target_link_libraries(${name}_plugin PRIVATE agon::sdk)
  target_compile_features(${name}_plugin PRIVATE cxx_std_20)
  if(TARGET agon_warnings)  # flags only: a rule sees the SDK, not the source tree
    target_compile_options(${name}_plugin PRIVATE $<TARGET_PROPERTY:agon_warnings,INTERFACE_COMPILE_OPTIONS>)
  endif()
  target_compile_options(${name}_plugin PRIVATE -ffp-contract=off $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  set(map ${CMAKE_CURRENT_BINARY_DIR}/agon_plugin.map)
  file(CONFIGURE OUTPUT ${map} CONTENT "{ global: agon_plugin_v1; local: *; };\n" @ONLY)
  target_link_options(${name}_plugin PRIVATE -Wl,--version-script=${map})
  if(NOT AGON_SANITIZE)
    target_link_options(${name}_plugin PRIVATE -Wl,-z,defs)
  endif()
endfunction()
