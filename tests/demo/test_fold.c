/* SPDX-License-Identifier: Apache-2.0 */
/* The demo's lines on terminals that are narrower than they are. */
#define _POSIX_C_SOURCE 200809L

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "fold.h"

static void check(unsigned columns, const char *text, const char *expected)
{
    char *folded = NULL;
    size_t size = 0;
    struct demo_fold fold = {
        .out = open_memstream(&folded, &size), .columns = columns, .indent = 4};
    cr_assert_not_null(fold.out);
    demo_fold_put(&fold, text);
    cr_assert_eq(fclose(fold.out), 0);
    cr_assert_str_eq(folded, expected);
    free(folded);
}

Test(demo_fold, breaks_between_words_where_the_line_is_full)
{
    check(20, "time who reads a value of it\n", "time who reads a\n    value of it\n");
    check(20, "time who reads value\nnext\n", "time who reads value\nnext\n");
    check(20, "  time who  reads two values\n", "  time who  reads\n    two values\n");
}

Test(demo_fold, leaves_lines_alone_without_a_terminal)
{
    check(0, "time who reads  a value of it, and more\n",
          "time who reads  a value of it, and more\n");
}

Test(demo_fold, counts_characters_and_neither_bytes_nor_colours)
{
    check(20, "\033[32mtime\033[0m who \033[90mreads value\033[0m\n",
          "\033[32mtime\033[0m who \033[90mreads value\033[0m\n");
    check(20, "time wh\xC3\xB6 r\xC3\xA4\xC3\xA4ts value\n",
          "time wh\xC3\xB6 r\xC3\xA4\xC3\xA4ts value\n");
}

Test(demo_fold, leaves_a_word_whole_that_is_longer_than_a_line)
{
    check(20, "who has coaps://localhost:5684/rd is there\n",
          "who has\n    coaps://localhost:5684/rd\n    is there\n");
}
