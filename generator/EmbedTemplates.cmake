# SPDX-License-Identifier: Apache-2.0
#
# Writes the templates into a C file as arrays of bytes: string literals would meet C99's limit of 4095
# characters. Run as
#   cmake -DTEMPLATES=a.mustache,b.mustache -DOUTPUT=file.c -P EmbedTemplates.cmake

string(REPLACE "," ";" TEMPLATES "${TEMPLATES}")
list(SORT TEMPLATES)

set(arrays "")
set(rows "")
set(index 0)
foreach(template IN LISTS TEMPLATES)
    get_filename_component(file "${template}" NAME)
    string(REGEX REPLACE "\\.mustache$" "" name "${file}")
    file(READ "${template}" bytes HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
    string(REGEX REPLACE "(.....................................................................0x..,)"
           "\\1\n    " bytes "${bytes}")
    string(APPEND arrays "static const unsigned char text_${index}[] = {\n    ${bytes}\n};\n\n")
    string(APPEND rows "    {\"${name}\", text_${index}, sizeof(text_${index})},\n")
    math(EXPR index "${index} + 1")
endforeach()

file(WRITE "${OUTPUT}"
"/* The templates, made by EmbedTemplates.cmake. */
#include \"generate.h\"

${arrays}const struct loomc_builtin loomc_builtins[] = {
${rows}};

const size_t loomc_builtin_count = sizeof(loomc_builtins) / sizeof(loomc_builtins[0]);
")
