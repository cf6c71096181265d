# SPDX-License-Identifier: Apache-2.0
# Target `loom_options`: what every C file of the project is compiled with. Link it PRIVATE.

add_library(loom_options INTERFACE)
target_compile_features(loom_options INTERFACE c_std_99)
target_compile_options(loom_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion
    -Wstrict-prototypes -Wmissing-prototypes -Wvla
    $<$<BOOL:${LOOM_WERROR}>:-Werror>
    # No folder of this machine in what is shipped: not in messages, nor in debug information, where a debugger
    # that is started in the source tree finds the files. While developing it finds them from anywhere.
    -f$<IF:$<CONFIG:Debug>,macro,file>-prefix-map=${PROJECT_SOURCE_DIR}=.
    -f$<IF:$<CONFIG:Debug>,macro,file>-prefix-map=${PROJECT_BINARY_DIR}=build)

if(LOOM_SANITIZE)
    # Without recovery an undefined behaviour ends the program, and so fails its test.
    target_compile_options(loom_options INTERFACE
        -fsanitize=${LOOM_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(loom_options INTERFACE -fsanitize=${LOOM_SANITIZE})
endif()
