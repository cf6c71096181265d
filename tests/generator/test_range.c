/* SPDX-License-Identifier: Apache-2.0 */
/* RangeEnumeration: every form that the OMA registry has (census section 5 and its annexes). */
#include "range.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Reads a text and writes what is enforced as `min..max` parted by blanks; `-` is nothing. */
static void read_range(enum loomc_type type, const char *text, char *result, size_t size,
                       const char **remark, struct loomc_arena *arena)
{
    struct loomc_ranges ranges;
    size_t length = 0;

    *remark = loomc_range_read(arena, type, text, &ranges);
    snprintf(result, size, "-");
    for (size_t i = 0; i < ranges.count; i++) {
        const struct loomc_range *range = &ranges.items[i];

        if (type == LOOMC_FLOAT) {
            length += (size_t)snprintf(result + length, size - length, "%s%s..%s", i > 0 ? " " : "",
                                       range->min.digits, range->max.digits);
        } else {
            length += (size_t)snprintf(result + length, size - length,
                                       "%s%s%" PRIu64 "..%s%" PRIu64, i > 0 ? " " : "",
                                       range->min.negative ? "-" : "", range->min.magnitude,
                                       range->max.negative ? "-" : "", range->max.magnitude);
        }
    }
}

struct range_case {
    enum loomc_type type;
    const char *text;
    const char *enforced;
    const char *remark; /* a part of the warning; NULL: none */
};

static void expect_ranges(const struct range_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct loomc_arena arena = {NULL};
        char result[256];
        const char *remark;

        read_range(cases[i].type, cases[i].text, result, sizeof(result), &remark, &arena);
        cr_expect_str_eq(result, cases[i].enforced, "\"%s\": got %s, not %s", cases[i].text, result,
                         cases[i].enforced);
        if (cases[i].remark == NULL) {
            cr_expect_null(remark, "\"%s\": %s", cases[i].text, remark);
        } else {
            cr_expect(remark != NULL && strstr(remark, cases[i].remark) != NULL, "\"%s\": %s",
                      cases[i].text, remark != NULL ? remark : "no warning");
        }
        loomc_arena_free(&arena);
    }
}

#define EXPECT_RANGES(cases) expect_ranges(cases, sizeof(cases) / sizeof((cases)[0]))

Test(range, plain_forms_are_enforced)
{
    static const struct range_case cases[] = {
        {LOOMC_INTEGER, "", "-", NULL},
        {LOOMC_INTEGER, "0..100", "0..100", NULL},
        {LOOMC_INTEGER, "-40..87", "-40..87", NULL},
        {LOOMC_INTEGER, "-140..-44", "-140..-44", NULL},
        {LOOMC_INTEGER, "0 .. 5", "0..5", NULL},
        {LOOMC_INTEGER, "0-50", "0..50", NULL},
        {LOOMC_INTEGER, "1-65534", "1..65534", NULL},
        {LOOMC_INTEGER, "[1:4]", "1..4", NULL},
        {LOOMC_UNSIGNED, "100..60000", "100..60000", NULL},
        {LOOMC_FLOAT, "0.000001..1.0", "0.000001..1.0", NULL},
        {LOOMC_FLOAT, "-100.0..100.0", "-100.0..100.0", NULL},
        {LOOMC_FLOAT, "0..360", "0.0..360.0", NULL},
    };

    EXPECT_RANGES(cases);
}

Test(range, three_dots_are_not_decimals)
{
    static const struct range_case cases[] = {
        {LOOMC_INTEGER, "1...15", "1..15", NULL},
        {LOOMC_INTEGER, "1...63", "1..63", NULL},
        {LOOMC_FLOAT, "1...3", "1.0..3.0", NULL},
    };

    EXPECT_RANGES(cases);
}

Test(range, lists_are_unions)
{
    static const struct range_case cases[] = {
        {LOOMC_INTEGER, "0,1,2", "0..0 1..1 2..2", NULL},
        {LOOMC_INTEGER, "5, 10, 15, 20", "5..5 10..10 15..15 20..20", NULL},
        {LOOMC_INTEGER, "0..247, 255", "0..247 255..255", NULL},
        {LOOMC_INTEGER, "0..3, 99", "0..3 99..99", NULL},
        {LOOMC_OPAQUE, "16,32,48", "16..16 32..32 48..48", NULL},
        {LOOMC_STRING, "10,26", "10..10 26..26", NULL},
    };

    EXPECT_RANGES(cases);
}

Test(range, of_text_and_bytes_is_a_length)
{
    static const struct range_case cases[] = {
        {LOOMC_STRING, "0..255", "0..255", NULL},
        {LOOMC_STRING, "0..255 bytes", "0..255", NULL},
        {LOOMC_STRING, "1..64 Bytes", "1..64", NULL},
        {LOOMC_STRING, "0-255 bytes", "0..255", NULL},
        {LOOMC_STRING, "0 or 26 Bytes", "0..0 26..26", NULL},
        {LOOMC_STRING, "10 or 26 Bytes", "10..10 26..26", NULL},
        {LOOMC_OPAQUE, "16-32-48 bytes", "16..16 32..32 48..48", NULL},
        {LOOMC_CORELNK, "0..64 bytes", "0..64", NULL},
    };

    EXPECT_RANGES(cases);
}

Test(range, bounds_are_exact_to_64_bits)
{
    static const struct range_case cases[] = {
        {LOOMC_UNSIGNED, "0..4294967295", "0..4294967295", NULL},
        {LOOMC_UNSIGNED, "1..18446744073709551615", "1..18446744073709551615", NULL},
        {LOOMC_UNSIGNED, "0..18446744073709551615", "-", NULL}, /* the type itself */
        {LOOMC_INTEGER, "0..9223372036854775807", "0..9223372036854775807", NULL},
        {LOOMC_INTEGER, "-9223372036854775808..-1", "-9223372036854775808..-1", NULL},
        {LOOMC_INTEGER, "-9223372036854775808..9223372036854775807", "-", NULL},
        {LOOMC_INTEGER, "0..18446744073709551615", "0..9223372036854775807", "no Integer is that"},
        {LOOMC_INTEGER, "-9223372036854775809..0", "-", "64 bits"},
        {LOOMC_UNSIGNED, "0..18446744073709551616", "-", "64 bits"},
    };

    EXPECT_RANGES(cases);
}

Test(range, exchanged_bounds_are_put_right)
{
    static const struct range_case cases[] = {
        {LOOMC_INTEGER, "-30..-120", "-120..-30", "exchanged"},
        {LOOMC_FLOAT, "1.5..-1.5", "-1.5..1.5", "exchanged"},
    };

    EXPECT_RANGES(cases);
}

Test(range, what_is_ambiguous_is_not_enforced)
{
    static const struct range_case cases[] = {
        {LOOMC_STRING, "12", "-", "single number"},
        {LOOMC_INTEGER, "255", "-", "single number"},
        {LOOMC_OPAQUE, "6 bytes", "-", "single number"},
        {LOOMC_OPAQUE, "8 bit", "-", "width"},
        {LOOMC_INTEGER, "8-Bits", "-", "width"},
        {LOOMC_INTEGER, "16-bit", "-", "width"},
        {LOOMC_INTEGER, "1 bytes", "-", "width"},
        {LOOMC_INTEGER, "2 Instances", "-", "not a range"},
        {LOOMC_INTEGER, "<7 to >12.5", "-", "not a range"},
        {LOOMC_FLOAT, "0; 3.8..20.5", "-", "not a range"},
        {LOOMC_FLOAT, "ON;OFF", "-", "not a range"},
        {LOOMC_INTEGER, "1: normal 2: remote 3: local", "-", "not a range"},
        {LOOMC_INTEGER, "0.5..1.5", "-", "whole numbers"},
        {LOOMC_UNSIGNED, "-1..5", "-", "negative"},
        {LOOMC_INTEGER, "1-2-3", "-", "more than one reading"},
        {LOOMC_INTEGER, "-1-5", "-", "more than one reading"},
        {LOOMC_BOOLEAN, "0..65535", "-", "type has no ranges"},
        {LOOMC_TIME, "0..5", "-", "type has no ranges"},
        {LOOMC_OBJLNK, "0..5", "-", "type has no ranges"},
        {LOOMC_INTEGER, "0..", "-", "not a range"},
        {LOOMC_INTEGER, "..", "-", "not a range"},
        {LOOMC_INTEGER, "[1:4", "-", "not a range"},
    };

    EXPECT_RANGES(cases);
}

Test(range, endless_text_is_not_enforced)
{
    char text[4096] = "0";
    const char *remark;
    char result[256];
    struct loomc_arena arena = {NULL};

    for (int i = 0; i < 1000; i++) {
        strcat(text, ",1");
    }
    read_range(LOOMC_INTEGER, text, result, sizeof(result), &remark, &arena);
    cr_expect_str_eq(result, "-");
    cr_expect_not_null(remark);
    memset(text, '9', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    read_range(LOOMC_FLOAT, text, result, sizeof(result), &remark, &arena);
    cr_expect_str_eq(result, "-");
    loomc_arena_free(&arena);
}
