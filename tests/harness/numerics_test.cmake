# The identity of the numerics follows every file of the folders that decide numbers, new files and flags, and
# nothing else. Run with cmake -DSOURCE=TREE -DWORK=FOLDER -P; WORK is made and removed.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK}/tree)
foreach(part core datasets harness plugins/sdk/agon CMakeLists.txt)
  get_filename_component(parent ${WORK}/tree/${part} DIRECTORY)
  file(COPY ${SOURCE}/${part} DESTINATION ${parent})
endforeach()

function(identity out flags)
  execute_process(COMMAND ${CMAKE_COMMAND} -DSOURCE=${WORK}/tree -DFLAGS=${flags} -DOUTPUT=${WORK}/id.h
                          -P ${SOURCE}/cmake/AgonNumerics.cmake COMMAND_ERROR_IS_FATAL ANY)
  file(READ ${WORK}/id.h text)
  if(NOT text MATCHES "AGON_NUMERICS_ID \"([0-9a-f]+)\"")
    message(FATAL_ERROR "no identity in: ${text}")
  endif()
  set(${out} ${CMAKE_MATCH_1} PARENT_SCOPE)
endfunction()

identity(before -O3)
identity(again -O3)
if(NOT before STREQUAL again)
  message(SEND_ERROR "the same tree gave ${before} and ${again}")
endif()
identity(other -O2)
if(before STREQUAL other)
  message(SEND_ERROR "other flags gave the same identity")
endif()

# One file of each kind, those that a hand-made list once missed among them.
foreach(file core/gemm.cc core/scratch.h core/solve.cc core/CMakeLists.txt CMakeLists.txt harness/CMakeLists.txt
             datasets/split.h datasets/readers/gzip.cc datasets/generators/flow.h datasets/tasks/xor.toml
             datasets/digits/digits-images-idx3-ubyte harness/train/courses/course.cc harness/train/guarded_output.cc
             harness/train/cell_run.h harness/plugins/instance.cc harness/plugins/kernel_check.h
             plugins/sdk/agon/plugin.h harness/work/a_new_file.cc)
  file(APPEND ${WORK}/tree/${file} "\n")
  identity(after -O3)
  if(before STREQUAL after)
    message(SEND_ERROR "an edit of ${file} kept the identity")
  endif()
  set(before ${after})
endforeach()
foreach(file harness/cli/main.cc harness/run/progress.cc harness/plan/suite.cc harness/suites/quick.toml core/README.md)
  file(APPEND ${WORK}/tree/${file} "\n")
  identity(after -O3)
  if(NOT before STREQUAL after)
    message(SEND_ERROR "an edit of ${file} changed the identity")
  endif()
endforeach()
file(REMOVE_RECURSE ${WORK})
