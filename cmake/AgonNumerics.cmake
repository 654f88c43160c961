# Run at every build: writes OUTPUT with the identity of what decides the numbers of a cell besides the
# plugin, touching it only on a change: every source below core, the data sets, the ABI, the plugin host and
# harness/studies, harness/train and harness/work, the build files that hold per-file flags, and FLAGS (compiler, flags,
# libraries). It is part of every cell's key, so that a cell is run again after an edit of a kernel and kept after an edit of the
# command line.
set(patterns)
foreach(folder core datasets harness/plugins harness/studies harness/train harness/work plugins/sdk/agon/ext)
  foreach(kind *.cc *.h *.toml *-ubyte CMakeLists.txt)
    list(APPEND patterns ${SOURCE}/${folder}/${kind})
  endforeach()
endforeach()
file(GLOB_RECURSE files RELATIVE ${SOURCE} ${patterns})
list(APPEND files CMakeLists.txt harness/CMakeLists.txt plugins/sdk/agon/base.h plugins/sdk/agon/plugin.h)
list(SORT files)
set(text "${FLAGS}")
foreach(file IN LISTS files)
  file(SHA256 ${SOURCE}/${file} hash)
  string(APPEND text "\n${file} ${hash}")
endforeach()
string(SHA256 id "${text}")
string(SUBSTRING ${id} 0 16 id)
set(text "#pragma once\n#define AGON_NUMERICS_ID \"${id}\"\n")
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "${text}" @ONLY)  # writes on a change only
