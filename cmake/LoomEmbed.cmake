# SPDX-License-Identifier: Apache-2.0
# Writes files into a C source as bytes, with a table of them. Called as a script:
#
#     cmake -DOUT=page_files.c -DFOLDER=server/page -DFILES="index.html;main.js" -P LoomEmbed.cmake
#
# The source defines `loom_NAME_files` and `loom_NAME_file_count` of web/NAME_files.h; NAME is `page` unless
# -DNAME says otherwise. An ETag is a part
# of the SHA-256, so the same file has the same one in every build.

if(NOT NAME)
    set(NAME page)
endif()
set(type_json "application/json")
set(type_html "text/html; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_svg "image/svg+xml")

set(bytes "")
set(rows "")
set(number 0)
foreach(file IN LISTS FILES)
    file(READ "${FOLDER}/${file}" hex HEX)
    file(SHA256 "${FOLDER}/${file}" sum)
    string(SUBSTRING "${sum}" 0 16 tag)
    string(REGEX REPLACE "^.*[.]" "" extension "${file}")
    if(NOT DEFINED "type_${extension}")
        message(FATAL_ERROR "LoomEmbed.cmake: ${file}: no content type is known for .${extension}")
    endif()
    string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
    string(APPEND bytes "static const uint8_t file_${number}[] = {\n${hex}};\n\n")
    string(APPEND rows
        "    {.name = \"${file}\",\n"
        "     .file = {.type = \"${type_${extension}}\",\n"
        "              .etag = \"\\\"${tag}\\\"\",\n"
        "              .policy = LOOM_PAGE_POLICY,\n"
        "              .bytes = {file_${number}, sizeof file_${number}}}},\n")
    math(EXPR number "${number} + 1")
endforeach()

file(WRITE "${OUT}.new"
    "/* Made by cmake/LoomEmbed.cmake; not to be edited. */\n"
    "#include \"web/${NAME}_files.h\"\n\n"
    "${bytes}const struct loom_page_file loom_${NAME}_files[] = {\n${rows}};\n\n"
    "const size_t loom_${NAME}_file_count = ${number};\n")
file(RENAME "${OUT}.new" "${OUT}")
