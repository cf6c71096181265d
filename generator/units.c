/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "units.h"

#include "buffer.h"
#include "nearest.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Longest unit that a range may have behind its numbers. */
#define UNIT_MAX 24u

/* clang-format off */
static const char *const units_of_senml[] = {
    /* RFC 8428 and later entries of its registry */
    "m", "kg", "s", "A", "K", "cd", "mol", "Hz", "rad", "sr", "N", "Pa", "J", "W", "C", "V", "F",
    "Ohm", "S", "Wb", "T", "H", "Cel", "lm", "lx", "Bq", "Gy", "Sv", "kat", "m2", "m3", "m/s",
    "m/s2", "m3/s", "W/m2", "cd/m2", "bit", "bit/s", "lat", "lon", "pH", "dB", "dBW", "count", "/",
    "%RH", "%EL", "EL", "1/s", "S/m", "B", "VA", "VAs", "var", "vars", "J/m", "kg/m3", "NTU",
    /* RFC 8798 and later entries: secondary units */
    "ms", "min", "h", "MHz", "kW", "kVA", "kvar", "Ah", "Wh", "kWh", "varh", "kvarh", "kVAh",
    "Wh/km", "KiB", "GB", "Mbit/s", "B/s", "MB/s", "mV", "mA", "dBm", "ug/m3", "mm/h", "m/h", "ppm",
    "/100", "/1000", "hPa", "mm", "cm", "km", "km/h", "ppb", "ppt", "VAh", "mg/l", "ug/l", "g/l",
    "gravity",
    /* OMA, 2020 */
    "Ws",
};

/* In the registry, and not recommended there. */
static const char *const discouraged[][2] = {
    {"g", "kg"}, {"l", "m3"}, {"l/s", "m3/s"}, {"Bspl", "dB"}, {"%", "/100"}, {"1/min", "1/s"},
    {"beat/min", "1/s"}, {"beats", "count"}, {"deg", "rad"},
};

/* What people write, in any case. */
static const char *const slips[][2] = {
    {"sec", "s"}, {"secs", "s"}, {"second", "s"}, {"seconds", "s"}, {"msec", "ms"},
    {"milliseconds", "ms"}, {"millisecond", "ms"}, {"minute", "min"}, {"minutes", "min"},
    {"mins", "min"}, {"hour", "h"}, {"hours", "h"}, {"hr", "h"}, {"celsius", "Cel"},
    {"degc", "Cel"}, {"deg c", "Cel"}, {"\xC2\xB0" "c", "Cel"}, {"\xE2\x84\x83", "Cel"},
    {"\xC2\xBA" "c", "Cel"}, {"\xC2\xB0 c", "Cel"}, {"degrees celsius", "Cel"}, {"deg. c", "Cel"},
    {"kelvin", "K"}, {"percent", "/100"}, {"percentage", "/100"},
    {"\xEF\xBC\x85", "/100"}, {"per cent", "/100"}, {"\xE2\x80\xB0", "/1000"},
    {"byte", "B"}, {"bytes", "B"}, {"bits", "bit"}, {"kb", "KiB"}, {"kbyte", "KiB"},
    {"volt", "V"}, {"volts", "V"}, {"amp", "A"}, {"amps", "A"}, {"ampere", "A"},
    {"amperes", "A"}, {"watt", "W"}, {"watts", "W"}, {"kwatt", "kW"}, {"hertz", "Hz"},
    {"ohms", "Ohm"}, {"\xCE\xA9", "Ohm"}, {"\xE2\x84\xA6", "Ohm"}, {"meter", "m"},
    {"meters", "m"}, {"metre", "m"}, {"metres", "m"}, {"lux", "lx"}, {"lumen", "lm"},
    {"pascal", "Pa"}, {"degree", "rad"}, {"degrees", "rad"}, {"\xC2\xB0", "rad"},
    {"m\xC2\xB2", "m2"}, {"m\xC2\xB3", "m3"}, {"m^2", "m2"}, {"m^3", "m3"},
    {"\xC2\xB5g/m3", "ug/m3"}, {"rpm", "1/s"}, {"times", "count"}, {"kmh", "km/h"},
    {"kph", "km/h"}, {"\xCE\xBCg/m3", "ug/m3"},
};
/* clang-format on */

struct loomc_unit loomc_unit_find(const char *text)
{
    for (size_t i = 0; i < COUNT(units_of_senml); i++) {
        if (strcmp(units_of_senml[i], text) == 0) {
            return (struct loomc_unit){true, NULL};
        }
    }
    for (size_t i = 0; i < COUNT(discouraged); i++) {
        if (strcmp(discouraged[i][0], text) == 0) {
            return (struct loomc_unit){true, discouraged[i][1]};
        }
    }
    for (size_t i = 0; i < COUNT(slips); i++) {
        if (strcasecmp(slips[i][0], text) == 0) {
            return (struct loomc_unit){false, slips[i][1]};
        }
    }
    for (size_t i = 0; i < COUNT(units_of_senml); i++) {
        if (strcasecmp(units_of_senml[i], text) == 0) {
            return (struct loomc_unit){false, units_of_senml[i]};
        }
    }
    return (struct loomc_unit){false, loomc_nearest(text, units_of_senml, COUNT(units_of_senml))};
}

/* ---- units of ranges ------------------------------------------------------------------------- */

static bool is_one_of(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], text) == 0) {
            return true;
        }
    }
    return false;
}

/* The same unit by its first name. A degree is no radian: what has another size stays. */
static const char *first_name(const char *text)
{
    static const char *const other_sizes[] = {"rad", "1/s", "KiB"};

    if (strcmp(text, "%") == 0) {
        return "/100";
    }
    for (size_t i = 0; i < COUNT(slips); i++) {
        if (strcasecmp(slips[i][0], text) == 0 &&
            !is_one_of(slips[i][1], other_sizes, COUNT(other_sizes))) {
            return slips[i][1];
        }
    }
    return text;
}

bool loomc_unit_measures(const char *units)
{
    static const char *const of_data[] = {"B", "bit", "count", "KiB", "GB"};
    const char *name = first_name(units);
    bool known = strcmp(name, units) != 0 || loomc_unit_find(units).known;

    return known && !is_one_of(name, of_data, COUNT(of_data)) && strcasecmp(units, "kB") != 0;
}

/* Of letters the case may differ, but for the first one: mV and MV are two. */
static bool is_same_unit(const char *a, const char *b)
{
    return *a == *b && strcasecmp(a, b) == 0;
}

static bool can_be_unit(const char *text, const char *units)
{
    /* Multiples of whatever the value counts, or of bits, which are a width. */
    static const char *const doubtful[] = {"K",  "T",   "B", "bit", "bit/s", "Mbit/s",
                                           "GB", "KiB", "/", "N",   "B/s",   "MB/s"};
    const char *name = first_name(text);

    if (isdigit((unsigned char)*text) || *text == '\0' || strcmp(name, "bit") == 0 ||
        strcmp(name, "B") == 0) {
        return false;
    }
    if (*units != '\0') {
        return is_same_unit(name, first_name(units));
    }
    if (is_one_of(name, doubtful, COUNT(doubtful))) {
        return false;
    }
    bool known = strcmp(name, text) != 0 || is_one_of(text, units_of_senml, COUNT(units_of_senml));

    for (size_t i = 0; i < COUNT(discouraged); i++) {
        known = known || strcmp(discouraged[i][0], text) == 0;
    }
    return known || strcasecmp(text, "degrees") == 0 || strcmp(text, "\xC2\xB0") == 0;
}

/* Where a unit may end: no letter, digit or part of a character goes on with it. */
static bool ends_unit(const char *p)
{
    return !isalnum((unsigned char)*p) && (unsigned char)*p < 0x80 && *p != '^' && *p != '%';
}

/* A number, or a bracket that closes: letters that touch a digit may belong to it, as in 0x1F. */
static bool ends_value(const char *text, const char *p)
{
    const char *begin = p;

    if (p > text && strchr("])}", p[-1]) != NULL) {
        return true;
    }
    while (begin > text &&
           (isdigit((unsigned char)begin[-1]) ||
            (begin - 1 > text && strchr(".,'_", begin[-1]) && isdigit((unsigned char)begin[-2])))) {
        begin--;
    }
    return begin < p && (begin == text || !isalpha((unsigned char)begin[-1]));
}

/* @return the length of the unit that begins here, 0 if there is none. */
static size_t unit_length(const char *p, const char *units)
{
    char unit[UNIT_MAX + 1];
    size_t length = strlen(p);

    for (length = length < UNIT_MAX ? length : UNIT_MAX; length > 0; length--) {
        memcpy(unit, p, length);
        unit[length] = '\0';
        /* `60 min 0`: no unit parts two numbers. */
        if (ends_unit(p + length) && can_be_unit(unit, units) &&
            !isdigit((unsigned char)p[length + strspn(p + length, " ")])) {
            return length;
        }
    }
    return 0;
}

/* Same, perhaps in parentheses. @param unit receives the unit itself */
static size_t bracketed_length(const char *p, const char *units, const char **unit, size_t *length)
{
    bool open = *p == '(';

    *unit = p + (open ? 1 : 0);
    *length = unit_length(*unit, units);
    if (*length == 0 || (open && (*unit)[*length] != ')')) {
        return 0;
    }
    return *length + (open ? 2 : 0);
}

const char *loomc_unit_cut(struct loomc_arena *arena, const char *text, const char *units)
{
    struct loomc_buffer cut = {NULL, 0, 0};
    const char *first = NULL; /* the unit that has been cut */

    for (const char *p = text; *p != '\0';) {
        const char *behind = p + strspn(p, " ");
        const char *unit = behind;
        size_t length = 0;
        size_t whole =
            p > text && ends_value(text, p) ? bracketed_length(behind, units, &unit, &length) : 0;

        if (whole == 0) {
            loomc_put_char(&cut, *p++);
            continue;
        }
        const char *name = first_name(loomc_copy(arena, unit, length));

        if (first != NULL && !is_same_unit(first, name)) {
            loomc_buffer_free(&cut);
            return text;
        }
        first = name;
        p = behind + whole;
    }
    const char *copy = loomc_copy(arena, cut.data != NULL ? cut.data : "", cut.length);

    loomc_buffer_free(&cut);
    return copy;
}
