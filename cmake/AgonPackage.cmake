# Debian packages of a build tree: `cpack --config build/release/CPackConfig.cmake` writes agon_VERSION_ARCH.deb, which
# runs, and agon-dev_VERSION_ARCH.deb, with which a rule is built.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME agon)
set(CPACK_PACKAGE_VENDOR "The maintainers of Agon")
set(CPACK_PACKAGE_CONTACT "The maintainers of Agon <maintainers@agon.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Arena for learning rules")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES OFF) # a rule's build id, and so the keys of its cells, are those of its file
set(CPACK_COMPONENTS_ALL program development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_VERSION ${PROJECT_VERSION})

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME agon)
set(CPACK_DEBIAN_PROGRAM_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS "libcurl4, ca-certificates, python3-numpy, agon-dev")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
  "Compares learning rules on small tasks over depth, learning rate and seed, and writes one report.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME agon-dev)
set(CPACK_DEBIAN_DEVELOPMENT_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "agon (= ${PROJECT_VERSION}), g++ | clang, cmake (>= 3.25), make")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
  "Headers and CMake package with which a rule is written and built: find_package(agon), agon_add_plugin().")
include(CPack)
