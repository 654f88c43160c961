# Run at every build: writes OUTPUT with the commit the tree stands on, touching it only on a change.
# A copy of this tree within another project's repository has no commit of its own.
execute_process(COMMAND git -C ${SOURCE} rev-parse --show-prefix OUTPUT_VARIABLE within
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
execute_process(COMMAND git -C ${SOURCE} rev-parse --short=12 HEAD OUTPUT_VARIABLE commit
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
set(dirty false)
if(failed OR within)
  set(commit "unknown")
else()
  execute_process(COMMAND git -C ${SOURCE} status --porcelain --untracked-files=no
                  OUTPUT_VARIABLE changes ERROR_QUIET)
  if(changes)
    set(dirty true)
  endif()
endif()
set(text "#pragma once\n#define AGON_GIT_COMMIT \"${commit}\"\n#define AGON_GIT_DIRTY ${dirty}\n")
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "${text}" @ONLY)  # writes on a change only
