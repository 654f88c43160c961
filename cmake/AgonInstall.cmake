# What `cmake --install` lays down besides the rules (plugins/CMakeLists.txt): the program with its manual page and
# completions, the SDK's headers and the package that find_package(agon) finds. Two components, as two Debian
# packages (AgonPackage.cmake): program, and development for who writes a rule.
include(CMakePackageConfigHelpers)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/agon)

install(TARGETS agon agon_sdk EXPORT agonTargets RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/plugins/sdk/agon DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development
        FILES_MATCHING PATTERN *.h)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR}
        COMPONENT program)

# What the program wrote of itself when it was linked (harness/CMakeLists.txt).
set(share ${PROJECT_BINARY_DIR}/share)
install(FILES ${share}/agon.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
install(FILES ${share}/agon.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME agon COMPONENT program)
install(FILES ${share}/agon.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions RENAME _agon COMPONENT program)
install(FILES ${share}/agon.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT program)

install(EXPORT agonTargets NAMESPACE agon:: DESTINATION ${package} COMPONENT development)
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/agonConfig.cmake.in ${PROJECT_BINARY_DIR}/agonConfig.cmake
  INSTALL_DESTINATION ${package} PATH_VARS AGON_INSTALL_PLUGIN_DIR)
# While the ABI is 0.x a program takes plugins of exactly its own minor.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/agonConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/agonConfig.cmake ${PROJECT_BINARY_DIR}/agonConfigVersion.cmake
              ${PROJECT_SOURCE_DIR}/cmake/AgonPlugin.cmake
        DESTINATION ${package} COMPONENT development)

# The same package of this build tree, for a rule's folder that is built against it (harness/work/rule_folder.h).
set(tree ${PROJECT_BINARY_DIR}/package)
export(EXPORT agonTargets NAMESPACE agon:: FILE ${tree}/agonTargets.cmake)
file(CONFIGURE OUTPUT ${tree}/agonConfig.cmake @ONLY CONTENT
"set(agon_PLUGIN_DIR ${PROJECT_BINARY_DIR}/plugins)
include(\${CMAKE_CURRENT_LIST_DIR}/agonTargets.cmake)
include(${PROJECT_SOURCE_DIR}/cmake/AgonPlugin.cmake)
")
write_basic_package_version_file(${tree}/agonConfigVersion.cmake COMPATIBILITY SameMinorVersion)
