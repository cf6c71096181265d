/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <criterion/criterion.h>
#include <string.h>

static void expect_lines(const char *text, const char *lines)
{
    struct loomc_buffer out = {NULL, 0, 0};

    loomc_put_text(&out, "");
    loomc_text_put_lines(&out, text);
    cr_expect_str_eq(out.data, lines, "\"%s\" became \"%s\"", text, out.data);
    loomc_buffer_free(&out);
}

Test(text, keeps_its_lines)
{
    expect_lines("one", "one");
    expect_lines("one\ntwo", "one\ntwo");
    expect_lines("0: a\r\n\t1:  b \r\n", "0: a\n1: b");
}

Test(text, has_one_empty_line_between_paragraphs)
{
    expect_lines("one\n\ntwo", "one\n\ntwo");
    expect_lines("one\n \n\t\n\xC2\xA0\ntwo", "one\n\ntwo");
}

Test(text, has_no_empty_lines_at_its_ends)
{
    expect_lines("", "");
    expect_lines(" \n \n", "");
    expect_lines("\n\n one \n\n", "one");
}
