/* SPDX-License-Identifier: Apache-2.0 */
/* RangeEnumeration: every form that the OMA registry has (census section 5 and its annexes). */
#include "model.h"
#include "range_read.h"
#include "support.h"

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

Test(range, two_sides_are_one_range)
{
    static const struct range_case cases[] = {
        {LOOMC_INTEGER, ">= 1, <= 5", "1..5", NULL},
        {LOOMC_INTEGER, ">=1 and <=5", "1..5", NULL},
        {LOOMC_INTEGER, "> 0 and < 10", "1..9", NULL},
        {LOOMC_INTEGER, "<= -1, >= -5", "-5..-1", NULL},
        {LOOMC_INTEGER, "min 0, max 10", "0..10", NULL},
        {LOOMC_INTEGER, "Max: 10, Min: -10", "-10..10", NULL},
        {LOOMC_FLOAT, "min. 0.5 max. 1.5", "0.5..1.5", NULL},
        {LOOMC_INTEGER, "0..3, >= 7 and <= 9", "0..3 7..9", NULL},
        /* two ranges, where the middle is left out */
        {LOOMC_INTEGER, "<= 1, >= 5", "-9223372036854775808..1 5..9223372036854775807", NULL},
        {LOOMC_UNSIGNED, "<= 1 or >= 5", "0..1 5..18446744073709551615", NULL},
        {LOOMC_INTEGER, "<= 1 and >= 5", "-", "not a range"},
        {LOOMC_INTEGER, "0..max 5", "-", "not a range"},
        {LOOMC_INTEGER, "< -9223372036854775808", "-", "not a range"}, /* no number is */
        {LOOMC_INTEGER, "> 9223372036854775807", "-", "not a range"},
        {LOOMC_INTEGER, "> 9223372036854775806", "9223372036854775807..9223372036854775807", NULL},
        {LOOMC_INTEGER, "max", "-", "not a range"},
        {LOOMC_INTEGER, "max 1,000", "-", "more than one reading"},
        {LOOMC_INTEGER, "max 8 bits", "-", "width"},
    };

    EXPECT_RANGES(cases);
}

/* A unit that is not the resource's would give its range another size. */
Test(range, is_in_the_unit_of_the_resource)
{
    static const struct {
        enum loomc_type type;
        const char *text;
        const char *units;
        const char *least; /* of a Float; NULL: nothing is enforced */
        uint64_t most;
    } cases[] = {
        {LOOMC_INTEGER, "0..100 %", "%", "", 100},
        {LOOMC_INTEGER, "0..100 %", "/100", "", 100},
        {LOOMC_INTEGER, "0-100%", "", "", 100},
        {LOOMC_UNSIGNED, "1 to 65535 seconds", "s", "", 65535},
        {LOOMC_INTEGER, "-100..0 dBm", "dBm", "", 0},
        {LOOMC_INTEGER, "[0..5] m2", "m2", "", 5},
        {LOOMC_INTEGER, "0..360\xC2\xB0", "", "", 360},
        {LOOMC_FLOAT,
         "-40..85 \xC2\xB0"
         "C",
         "Cel", "-40.0", 0},
        {LOOMC_FLOAT, "0..1.0 m/s", "", "0.0", 0},
        /* behind both bounds, or all parts */
        {LOOMC_INTEGER, "0%-100%", "%", "", 100},
        {LOOMC_INTEGER, "0 %..100 %", "/100", "", 100},
        {LOOMC_INTEGER, "0%..100%", "", "", 100},
        {LOOMC_INTEGER, "0 %, 50 % or 100%", "%", "", 0},
        {LOOMC_INTEGER, "0 s to 59 s", "s", "", 59},
        {LOOMC_INTEGER, "0s..59s", "s", "", 59},
        {LOOMC_INTEGER, "0s-59", "s", "", 59},
        {LOOMC_INTEGER, "min 0 min, max 60 min", "min", "", 60},
        {LOOMC_INTEGER, "-100dBm ~ 0dbm", "dBm", "", 0},
        {LOOMC_INTEGER, "[0 V ; 12 V]", "V", "", 0},
        {LOOMC_FLOAT, "0 m/s - 1.5 m/s", "m/s", "0.0", 0},
        {LOOMC_FLOAT,
         "-40\xC2\xB0"
         "C ... 85\xC2\xB0"
         "C",
         "Cel", "-40.0", 0},
        {LOOMC_FLOAT, "-40 deg C to +85 deg C", "Cel", "-40.0", 0},
        {LOOMC_INTEGER, "0 %", "%", NULL, 0},
        {LOOMC_INTEGER, "0 s..10 min", "s", NULL, 0},
        {LOOMC_INTEGER, "0 s..10 min", "", NULL, 0},
        {LOOMC_INTEGER, "1 ms..10 s", "s", NULL, 0},
        {LOOMC_INTEGER, "0 mV..5 MV", "mV", NULL, 0},
        {LOOMC_INTEGER, "0 F..0x1F", "F", "", 31},
        {LOOMC_INTEGER, "0x1F F", "F", NULL, 0},
        {LOOMC_INTEGER, "0/1/2", "/", "", 0},
        {LOOMC_INTEGER, "0 / 1", "/", "", 0},
        {LOOMC_INTEGER, "0..1 /", "/", "", 1},
        {LOOMC_INTEGER, "0..1 /", "", NULL, 0},
        {LOOMC_INTEGER, "max 60 min 0", "min", "", 60},
        {LOOMC_INTEGER, "0..10 s", "ms", NULL, 0},
        {LOOMC_INTEGER, "0..5 V", "mV", NULL, 0},
        {LOOMC_INTEGER, "0..100 (%)", "%", "", 100},
        {LOOMC_INTEGER, "0..100 (%)", "s", NULL, 0},
        {LOOMC_INTEGER, "0..100 (%", "%", NULL, 0},
        {LOOMC_INTEGER, "0..360 deg", "rad", NULL, 0},
        {LOOMC_INTEGER, "0..5 K", "", NULL, 0},
        {LOOMC_INTEGER, "0..5 kB", "", NULL, 0},
        {LOOMC_INTEGER, "0..100 reserved", "", NULL, 0},
        {LOOMC_INTEGER, "0..0x1F", "", "", 31},
        {LOOMC_INTEGER, "0..0x1F", "F", "", 31},
        {LOOMC_INTEGER, "1 2 3", "3", "", 1},
        {LOOMC_INTEGER, "5 %", "%", NULL, 0},
        {LOOMC_INTEGER, "%", "%", NULL, 0},
        {LOOMC_STRING, "0..64 s", "s", NULL, 0},
        /* the length of a text, or the number that is written in it */
        {LOOMC_STRING, "0..100", "%", NULL, 0},
        {LOOMC_STRING, "0..100", "/100", NULL, 0},
        {LOOMC_OPAQUE, "4", "dBm", NULL, 0},
        {LOOMC_STRING, "0..100 bytes", "%", "", 100},
        {LOOMC_OPAQUE, "64", "B", "", 64},
        {LOOMC_STRING, "0..64", "bytes", "", 64},
        {LOOMC_STRING, "0..64", "as object 7 says", "", 64},
        {LOOMC_STRING, "", "%", "", 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct loomc_arena arena = {NULL};
        struct loomc_resource resource = {
            .type = cases[i].type, .range_text = cases[i].text, .units = cases[i].units};
        const char *remark = loomc_resource_read_range(&arena, &resource, &resource.ranges);

        cr_expect_eq(remark != NULL, cases[i].least == NULL, "\"%s\": %s", cases[i].text, remark);
        if (*cases[i].text == '\0') {
            loomc_arena_free(&arena);
            continue;
        }
        cr_assert_eq(resource.ranges.count > 0, cases[i].least != NULL, "%s", cases[i].text);
        if (cases[i].type == LOOMC_FLOAT) {
            cr_expect_str_eq(resource.ranges.items[0].min.digits, cases[i].least);
        } else if (cases[i].least != NULL) {
            cr_expect_eq(resource.ranges.items[0].max.magnitude, cases[i].most, "%s",
                         cases[i].text);
        }
        loomc_arena_free(&arena);
    }
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
        {LOOMC_INTEGER, "255", "-", "single number"},
        {LOOMC_OPAQUE, "8 bit", "-", "width"},
        {LOOMC_INTEGER, "8-Bits", "-", "width"},
        {LOOMC_INTEGER, "16-bit", "-", "width"},
        {LOOMC_INTEGER, "1 bytes", "-", "width"},
        {LOOMC_INTEGER, "2 Instances", "-", "not a range"},
        {LOOMC_INTEGER, "<7 to >12.5", "-", "not a range"},
        {LOOMC_FLOAT, "ON;OFF", "-", "not a range"},
        {LOOMC_INTEGER, "1: normal 2: remote 3: local", "-", "not a range"},
        {LOOMC_INTEGER, "0.5..1.5", "-", "whole numbers"},
        {LOOMC_UNSIGNED, "-1..5", "-", "negative"},
        {LOOMC_INTEGER, "1-2-3", "-", "more than one reading"},
        {LOOMC_INTEGER, "-5-1", "-", "more than one reading"},
        {LOOMC_BOOLEAN, "0..65535", "-", "type has no ranges"},
        {LOOMC_TIME, "0..5", "-", "type has no ranges"},
        {LOOMC_OBJLNK, "0..5", "-", "type has no ranges"},
        {LOOMC_INTEGER, "0..", "-", "not a range"},
        {LOOMC_INTEGER, "..", "-", "not a range"},
        {LOOMC_INTEGER, "[1:4", "-", "not a range"},
    };

    EXPECT_RANGES(cases);
}

/* Words around a range that leave it one reading, and such that do not. */
Test(range, may_have_words_around_it)
{
    static const struct range_case cases[] = {
        {LOOMC_INTEGER, "from 0 to 9", "0..9", NULL},
        {LOOMC_INTEGER, "from 1 to 5 or 9", "1..5 9..9", NULL},
        {LOOMC_INTEGER, "0..9 (default 3)", "0..9", NULL},
        {LOOMC_INTEGER, "0..255, default 0", "0..255", NULL},
        {LOOMC_INTEGER, "0..9; Default = 3", "0..9", NULL},
        {LOOMC_FLOAT, "0..9.5 [default is 3.5]", "0.0..9.5", NULL},
        {LOOMC_INTEGER, "0..9 (inclusive)", "0..9", NULL},
        {LOOMC_INTEGER, "{1,2,3} (default 2)", "1..1 2..2 3..3", NULL},
        {LOOMC_INTEGER, "exactly 5", "5..5", NULL},
        {LOOMC_OPAQUE, "exactly 16 or 32 bytes", "16..16 32..32", NULL},
        {LOOMC_INTEGER, "0..(2^8-1)", "0..255", NULL},
        {LOOMC_INTEGER, "(2^4)..(2^32)-1", "16..4294967295", NULL},
        /* What follows the remark belongs to the range. */
        {LOOMC_INTEGER, "1, 2 (default), 3", "-", "not a range"},
        {LOOMC_INTEGER, "1, 2, default, 3", "-", "not a range"},
        {LOOMC_INTEGER, "0..9 default 3 12", "-", "not a range"},
        {LOOMC_INTEGER, "0..9 (default 3", "-", "not a range"},
        {LOOMC_INTEGER, "0 (inclusive)..9 (exclusive)", "-", "not a range"},
        {LOOMC_INTEGER, "0..9 (exclusive)", "-", "not a range"},
        {LOOMC_INTEGER, "1-12 (bits)", "-", "not a range"},
        {LOOMC_INTEGER, "default 3", "-", "not a range"},
        {LOOMC_STRING, "17 characters", "-", "counts characters"},
        {LOOMC_STRING, "max 32 chars", "-", "counts characters"},
    };

    EXPECT_RANGES(cases);
}

Test(range, may_be_a_comparison_with_a_variable)
{
    static const struct range_case cases[] = {
        {LOOMC_INTEGER, "0 <= x <= 9", "0..9", NULL},
        {LOOMC_INTEGER, "0<x<9", "1..8", NULL},
        {LOOMC_INTEGER, "9 >= n >= 0", "0..9", NULL},
        {LOOMC_FLOAT, "0 <= value <= 9.5", "0.0..9.5", NULL},
        {LOOMC_UNSIGNED, "x < 5", "0..4", NULL},
        {LOOMC_UNSIGNED, "5 >= x", "0..5", NULL},
        {LOOMC_INTEGER, "0 <= x <= 9, 20", "0..9 20..20", NULL},
        {LOOMC_FLOAT, "0 < x < 9", "-", "not allowed itself"},
        {LOOMC_INTEGER, "9 >= x <= 3", "-", "not a range"},
        {LOOMC_INTEGER, ">= 5 and >= 7", "-", "not a range"},
        {LOOMC_UNSIGNED, "<= 5 or <= 7", "0..7", "overlap"},
        {LOOMC_INTEGER, "1 <= x y <= 3", "-", "not a range"},
        {LOOMC_INTEGER, "x", "-", "not a range"},
    };

    EXPECT_RANGES(cases);
}

/* `N/A` says that there is none, which is no news but for the author. */
Test(range, may_be_said_not_to_be)
{
    static const char *const texts[] = {"N/A", "none", "-", "any", "Not applicable", "no limit"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct outcome outcome;
        char model[1024];

        snprintf(model, sizeof model,
                 MODEL("Odd", "26300", "1.0", "Single",
                       ITEM("0", "Value", "R", "Single", "Optional", "Integer", "%s", "")),
                 texts[i]);
        outcome_read_one(&outcome, model);
        expect_messages(&outcome, "");
        cr_expect_eq(outcome.models.objects[0].resources[0].ranges.count, 0);
        outcome_free(&outcome);
        outcome_read_strict(&outcome, model);
        cr_expect_not_null(strstr(outcome_messages(&outcome), "says that there is no range"),
                           "%s: %s", texts[i], outcome_messages(&outcome));
        outcome_free(&outcome);
    }
}

/* `B` is the sign of bytes, b that of bits. */
Test(range, may_have_the_sign_of_bytes)
{
    static const struct range_case cases[] = {
        {LOOMC_STRING, "64 B", "64..64", NULL}, {LOOMC_STRING, "64B", "64..64", NULL},
        {LOOMC_OPAQUE, "0..8 B", "0..8", NULL}, {LOOMC_OPAQUE, "16 B, 32 B", "16..16 32..32", NULL},
        {LOOMC_OPAQUE, "64 b", "-", "neither"}, {LOOMC_OPAQUE, "64 B/s", "-", "neither"},
        {LOOMC_INTEGER, "2 B", "-", "a width"}, {LOOMC_INTEGER, "0x1B..0x2B", "27..43", NULL},
    };

    EXPECT_RANGES(cases);
}

/* Core, appendix D: a lone number is the exact length. */
Test(range, lone_number_of_text_and_bytes_is_the_length)
{
    static const struct range_case cases[] = {
        {LOOMC_OPAQUE, "128", "128..128", NULL},
        {LOOMC_STRING, "12", "12..12", NULL},
        {LOOMC_OPAQUE, "6 bytes", "6..6", NULL},
        {LOOMC_STRING, "64 Bytes", "64..64", NULL},
        {LOOMC_CORELNK, "40", "40..40", NULL},
        {LOOMC_OPAQUE, "16 octets", "16..16", NULL},
        {LOOMC_OPAQUE, "512,1024", "512..512 1024..1024", NULL},
        {LOOMC_OPAQUE, "300..2000", "300..2000", NULL},
        {LOOMC_STRING, "0..4000", "0..4000", NULL},
        {LOOMC_INTEGER, "12", "-", "single number"},
        {LOOMC_UNSIGNED, "{5}", "5..5", NULL},
        {LOOMC_FLOAT, "2.5", "-", "single number"},
    };

    EXPECT_RANGES(cases);
}

Test(range, comma_may_be_several_things)
{
    static const struct range_case cases[] = {
        {LOOMC_INTEGER, "1,000..10,000", "-", "\"1, 0..10, 0\" or as \"1000..10000\""},
        {LOOMC_INTEGER, "1,234..5,678", "-", "\"1234..5678\""},
        {LOOMC_INTEGER, "-2,500..2,500", "-", "\"-2500..2500\""},
        {LOOMC_UNSIGNED, "0..65,535", "-", "\"0..65535\""},
        {LOOMC_INTEGER, "0..1,000,000", "-", "\"0..1000000\""},
        {LOOMC_INTEGER, "65,535", "-", "\"65535\""},
        {LOOMC_STRING, "1,024", "-", "\"1, 24\" or as \"1024\""},
        {LOOMC_OPAQUE, "0..4,096", "-", "\"0..4096\""},
        {LOOMC_FLOAT, "1,5..2,5", "-", "\"1.5..2.5\""},
        {LOOMC_FLOAT, "0,5", "-", "\"0, 5\" or as \"0.5\""},
        {LOOMC_FLOAT, "-0,25..0,75", "-", "\"-0.25..0.75\""},
        {LOOMC_INTEGER, "1,5..2,5", "-", "\"1.5..2.5\""},
        {LOOMC_FLOAT, "1,000.5..2,000.5", "-", "\"1000.5..2000.5\""},
        {LOOMC_FLOAT, "1.000,5..2.000,5", "-", "\"1000.5..2000.5\""},
        {LOOMC_INTEGER, "1.000..10.000", "-", "\"1..10\" or as \"1000..10000\""},
        {LOOMC_INTEGER, "1.500..2.500", "-", "\"1500..2500\""},
        {LOOMC_INTEGER, "1 000..10 000", "1000..10000", NULL},
        {LOOMC_INTEGER, "1'000..10'000", "1000..10000", NULL},
        {LOOMC_UNSIGNED, "0..1_000_000", "0..1000000", NULL},
        {LOOMC_INTEGER, "100 200 300", "-", "\"100200300\""},
        {LOOMC_INTEGER, "1, 2, 3", "1..1 2..2 3..3", NULL},
        {LOOMC_INTEGER, "10,20,30", "10..10 20..20 30..30", NULL},
        {LOOMC_FLOAT, "1,2,3", "1.0..1.0 2.0..2.0 3.0..3.0", NULL},
        {LOOMC_INTEGER, "1, 000..10, 000", "0..10", "overlap or repeat"},
    };

    EXPECT_RANGES(cases);
}

Test(range, parts_that_overlap_are_united)
{
    static const struct range_case cases[] = {
        {LOOMC_INTEGER, "0..100,50..200", "0..200", "overlap or repeat; \"0..200\""},
        {LOOMC_INTEGER, "1,1,1", "1..1", "overlap or repeat"},
        {LOOMC_INTEGER, "-5..5, 0, 9, 9", "-5..5 9..9", "overlap or repeat"},
        {LOOMC_FLOAT, "0..1.5; 1.5..3", "0.0..3.0", "overlap or repeat"},
        {LOOMC_STRING, "16, 32, 16", "16..16 32..32", "overlap or repeat"},
        {LOOMC_INTEGER, "0..4, 5..9", "0..4 5..9", NULL},
    };

    EXPECT_RANGES(cases);
}

Test(range, signs_of_one_meaning)
{
    static const struct range_case cases[] = {
        {LOOMC_INTEGER, "0~5", "0..5", NULL},
        {LOOMC_INTEGER, "-10 ~ 10", "-10..10", NULL},
        {LOOMC_INTEGER,
         "0\xE2\x80\x93"
         "100",
         "0..100", NULL},
        {LOOMC_INTEGER,
         "\xE2\x88\x92"
         "20..20",
         "-20..20", NULL},
        {LOOMC_INTEGER,
         "1\xE2\x80\xA6"
         "9",
         "1..9", NULL},
        {LOOMC_INTEGER, "0 to 10", "0..10", NULL},
        {LOOMC_UNSIGNED, "5 through 8", "5..8", NULL},
        {LOOMC_INTEGER, "[0-2]", "0..2", NULL},
        {LOOMC_INTEGER, "[ 0 .. 2 ]", "0..2", NULL},
        {LOOMC_INTEGER, "(3..7)", "3..7", NULL},
        {LOOMC_INTEGER, "{0,1,2}", "0..0 1..1 2..2", NULL},
        {LOOMC_INTEGER, "{ 4; 8 }", "4..4 8..8", NULL},
        {LOOMC_INTEGER, "[0,1,2]", "0..0 1..1 2..2", NULL},
        {LOOMC_INTEGER, "[0..5], [10..15]", "0..5 10..15", NULL},
        {LOOMC_INTEGER, "[0, 1]", "0..0 1..1", NULL},
        {LOOMC_INTEGER, "[0, 100]", "-", "\"0, 100\" or as \"0..100\""},
        {LOOMC_INTEGER, "[0, 100)", "-", "bound that is not allowed"},
        {LOOMC_FLOAT, "0; 3.8-20.5", "0.0..0.0 3.8..20.5", NULL},
        {LOOMC_FLOAT, "0; 3.8..20.5", "0.0..0.0 3.8..20.5", NULL},
        {LOOMC_FLOAT, "0.5 - 1.5", "0.5..1.5", NULL},
        {LOOMC_FLOAT, "-1.5 - 1.5", "-1.5..1.5", NULL},
        {LOOMC_INTEGER, "-20 - -10", "-20..-10", NULL},
        {LOOMC_INTEGER, "0|1|4", "0..0 1..1 4..4", NULL},
        {LOOMC_INTEGER, "0/1", "0..0 1..1", NULL},
        {LOOMC_INTEGER, "1, 2, or 9", "1..1 2..2 9..9", NULL},
        {LOOMC_INTEGER, "0 and 255", "0..0 255..255", NULL},
        {LOOMC_INTEGER, "0 1 5", "0..0 1..1 5..5", NULL},
        {LOOMC_INTEGER, "0 100", "-", "\"0, 100\" or as \"0..100\""},
        {LOOMC_INTEGER, ">= 5", "5..9223372036854775807", NULL},
        {LOOMC_INTEGER, "max 32", "-9223372036854775808..32", NULL},
        {LOOMC_STRING, "up to 32 bytes", "0..32", NULL},
        {LOOMC_OPAQUE, "max. 8", "0..8", NULL},
        {LOOMC_UNSIGNED, "Minimum = 5", "5..18446744073709551615", NULL},
        {LOOMC_UNSIGNED, "< 10", "0..9", NULL},
        {LOOMC_UNSIGNED, "> 0", "1..18446744073709551615", NULL},
        {LOOMC_FLOAT, "> 0", "-", "bound that is not allowed"},
    };

    EXPECT_RANGES(cases);
}

Test(range, numbers_in_other_forms)
{
    static const struct range_case cases[] = {
        {LOOMC_INTEGER, "0x00..0xFF", "0..255", NULL},
        {LOOMC_UNSIGNED, "0x10-0x1f", "16..31", NULL},
        {LOOMC_UNSIGNED, "0x0..0xFFFFFFFFFFFFFFFE", "0..18446744073709551614", NULL},
        {LOOMC_INTEGER, "0..2^28-1", "0..268435455", NULL},
        {LOOMC_INTEGER, "1..2^16 - 1", "1..65535", NULL},
        {LOOMC_INTEGER, "-2^31..2^31-1", "-2147483648..2147483647", NULL},
        {LOOMC_UNSIGNED, "1..2**32-1", "1..4294967295", NULL},
        {LOOMC_UNSIGNED, "1..2^64-1", "1..18446744073709551615", NULL},
        {LOOMC_UNSIGNED, "2^4-2^8", "16..256", NULL},
        {LOOMC_UNSIGNED, "0..10^6", "0..1000000", NULL},
        {LOOMC_UNSIGNED, "0..2^65", "-", "not a range"},
        {LOOMC_FLOAT, "1e-3..1.5e3", "1e-3..1.5e3", NULL},
        {LOOMC_INTEGER, "0..1e6", "0..1000000", NULL},
        {LOOMC_INTEGER, "0.0..100.0", "0..100", NULL},
        {LOOMC_FLOAT, ".5 .. 1", "0.5..1.0", NULL},
        {LOOMC_UNSIGNED, "00..99", "0..99", NULL},
    };

    EXPECT_RANGES(cases);
}

Test(range, hyphens_may_be_signs)
{
    static const struct range_case cases[] = {
        {LOOMC_INTEGER, "-5-1", "-", "\"-5..1\" or as \"-5..-1\""},
        {LOOMC_INTEGER, "-120--30", "-", "\"-120..-30\" or as \"-120..30\""},
        {LOOMC_INTEGER, "5 -10", "-", "\"5..10\" or as \"5, -10\""},
        /* The other one would have its bounds exchanged, or be a single value. */
        {LOOMC_INTEGER, "-1-5", "-1..5", NULL},
        {LOOMC_INTEGER, "-5-5", "-5..5", NULL},
        {LOOMC_FLOAT, "-40-85.5", "-40.0..85.5", NULL},
        {LOOMC_FLOAT, "-0.5-0.5, 7-8", "-0.5..0.5 7.0..8.0", NULL},
        {LOOMC_INTEGER, "1--5", "1..5", NULL},
        {LOOMC_INTEGER, "-5--5", "-5..5", NULL},
        {LOOMC_UNSIGNED, "-5-5", "-", "negative"},
        {LOOMC_INTEGER, "1-2-3", "-", "\"1..3\" or as \"1, 2, 3\""},
        {LOOMC_OPAQUE, "16-32-48", "-", "\"16, 32, 48\""},
        {LOOMC_UNSIGNED, "5 - 10", "5..10", NULL},
    };

    EXPECT_RANGES(cases);
}

Test(range, what_a_boolean_is_needs_no_word)
{
    static const struct range_case cases[] = {
        {LOOMC_BOOLEAN, "0..1", "-", NULL},
        {LOOMC_BOOLEAN, "true, false", "-", NULL},
        {LOOMC_BOOLEAN, "0: off, 1: on", "-", NULL},
        {LOOMC_BOOLEAN, "1=yes,0=no", "-", NULL},
        {LOOMC_BOOLEAN, "0: off, 2: on", "-", "no ranges"},
        {LOOMC_BOOLEAN, "0: off, 0: on", "-", "no ranges"},
        {LOOMC_BOOLEAN, "0..65535", "-", "no ranges"},
    };

    EXPECT_RANGES(cases);
}

struct text_case {
    const char *text;
    const char *strings; /* each in brackets */
    const char *remark;
};

/* Core, appendix D: strings in quotation marks are the values of a String. */
Test(range, quoted_strings_are_the_values)
{
    static const struct text_case cases[] = {
        {"\"auto\",\"manual\"", "[auto][manual]", NULL},
        {"\"a b\" ; 'c'", "[a b][c]", NULL},
        {"\"on\" or \"off\"", "[on][off]", NULL},
        {"[\"x\", \"y\", \"\"]", "[x][y][]", NULL},
        {"\xE2\x80\x9Cup\xE2\x80\x9D, \xE2\x80\x9C"
         "down\xE2\x80\x9D",
         "[up][down]", NULL},
        {"\"one\"", "[one]", NULL},
        {"\"a\",\"a\",\"b\"", "[a][b]", "repeats"},
        {"\"a\",\"b", "", "not a list of strings"},
        {"\"a\", b", "", "not a list of strings"},
        {"\"a\"\"b\"", "", "not a list of strings"},
        {"auto, manual", "", "neither lengths nor strings"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct loomc_arena arena = {NULL};
        struct loomc_ranges ranges;
        char result[256] = "";
        const char *remark = loomc_range_read(&arena, LOOMC_STRING, cases[i].text, &ranges);

        for (size_t j = 0; j < ranges.text_count; j++) {
            strcat(strcat(strcat(result, "["), ranges.texts[j]), "]");
        }
        cr_expect_str_eq(result, cases[i].strings, "%s: %s", cases[i].text, result);
        cr_expect_eq(ranges.count, 0);
        cr_expect(cases[i].remark == NULL
                      ? remark == NULL
                      : remark != NULL && strstr(remark, cases[i].remark) != NULL,
                  "%s: %s", cases[i].text, remark != NULL ? remark : "no warning");
        loomc_arena_free(&arena);
    }
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
