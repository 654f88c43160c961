# agon_numerics_id(OUT) hashes what decides the numbers of a cell besides the plugin: the sources of core,
# of the data sets and of training, and the compiler. It is part of every cell's key, so that a cell is
# run again after an edit of a kernel and kept after an edit of the command line.
function(agon_numerics_id out)
  file(GLOB sources CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/core/*.cc ${CMAKE_SOURCE_DIR}/core/*.h
    ${CMAKE_SOURCE_DIR}/datasets/*.cc ${CMAKE_SOURCE_DIR}/datasets/*.h ${CMAKE_SOURCE_DIR}/datasets/*/*.cc
    ${CMAKE_SOURCE_DIR}/datasets/*/*.h ${CMAKE_SOURCE_DIR}/harness/plugins/kernel_table.cc
    ${CMAKE_SOURCE_DIR}/harness/run/trainer.cc ${CMAKE_SOURCE_DIR}/harness/run/speed.cc
    ${CMAKE_SOURCE_DIR}/harness/run/cell_run.cc ${CMAKE_SOURCE_DIR}/harness/run/forgetting.cc
    ${CMAKE_SOURCE_DIR}/harness/run/*_course.cc ${CMAKE_SOURCE_DIR}/harness/run/trajectory_scores.cc
    ${CMAKE_SOURCE_DIR}/harness/run/robustness.cc ${CMAKE_SOURCE_DIR}/harness/run/evaluation.cc ${CMAKE_SOURCE_DIR}/harness/run/batches.cc)
  list(SORT sources)
  set(text "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} ${CMAKE_CXX_FLAGS} ${CMAKE_BUILD_TYPE}")
  foreach(source IN LISTS sources)
    set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
    file(SHA256 ${source} hash)
    string(APPEND text ${hash})
  endforeach()
  string(SHA256 id "${text}")
  string(SUBSTRING ${id} 0 16 id)
  set(${out} ${id} PARENT_SCOPE)
endfunction()
