/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "spelling.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

static bool is_letter(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* Whether two words have the same letters in the same order. */
static bool same_letters(const char *a, const char *b)
{
    for (;; a++, b++) {
        while (*a != '\0' && !is_letter(*a)) {
            a++;
        }
        while (*b != '\0' && !is_letter(*b)) {
            b++;
        }
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b)) {
            return false;
        }
        if (*a == '\0') {
            return true;
        }
    }
}

int loomc_spelling_find(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (*words[i] != '\0' && same_letters(text, words[i])) {
            return (int)i;
        }
    }
    return -1;
}

const char *loomc_spelling_keyword(const char *text, const char *const *words, size_t count)
{
    static const char *const keywords[][2] = {
        {"yes", "Mandatory"}, {"true", "Mandatory"},    {"no", "Optional"}, {"false", "Optional"},
        {"yes", "Multiple"},  {"true", "Multiple"},     {"no", "Single"},   {"false", "Single"},
        {"read", "R"},        {"write", "W"},           {"execute", "E"},   {"exec", "E"},
        {"read/write", "RW"}, {"read and write", "RW"}, {"none", ""},       {"n/a", ""},
    };

    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
        for (size_t j = 0; j < count; j++) {
            if (strcmp(keywords[i][1], words[j]) == 0 && same_letters(text, keywords[i][0])) {
                return words[j];
            }
        }
    }
    return NULL;
}

const char *loomc_spelling_type(const char *text)
{
    static const struct {
        const char *foreign;
        const char *advice;
    } types[] = {
        {"bool", "\"Boolean\""},
        {"flag", "\"Boolean\""},
        {"int", "\"Integer\""},
        {"long", "\"Integer\""},
        {"short", "\"Integer\""},
        {"byte", "\"Integer\""},
        {"int8", "\"Integer\""},
        {"int16", "\"Integer\""},
        {"int32", "\"Integer\""},
        {"int64", "\"Integer\""},
        {"number", "\"Integer\" or \"Float\""},
        {"enum", "\"Integer\""},
        {"enumeration", "\"Integer\""},
        {"uint", "\"Unsigned Integer\""},
        {"unsigned", "\"Unsigned Integer\""},
        {"unsigned int", "\"Unsigned Integer\""},
        {"unsigned long", "\"Unsigned Integer\""},
        {"uint8", "\"Unsigned Integer\""},
        {"uint16", "\"Unsigned Integer\""},
        {"uint32", "\"Unsigned Integer\""},
        {"uint64", "\"Unsigned Integer\""},
        {"uinteger", "\"Unsigned Integer\""},
        {"double", "\"Float\""},
        {"decimal", "\"Float\""},
        {"real", "\"Float\""},
        {"float32", "\"Float\""},
        {"float64", "\"Float\""},
        {"single", "\"Float\""},
        {"str", "\"String\""},
        {"text", "\"String\""},
        {"char", "\"String\""},
        {"url", "\"String\""},
        {"uri", "\"String\""},
        {"bytes", "\"Opaque\""},
        {"binary", "\"Opaque\""},
        {"blob", "\"Opaque\""},
        {"hex", "\"Opaque\""},
        {"octets", "\"Opaque\""},
        {"octet string", "\"Opaque\""},
        {"byte array", "\"Opaque\""},
        {"date", "\"Time\""},
        {"date time", "\"Time\""},
        {"timestamp", "\"Time\""},
        {"object link", "\"Objlnk\""},
        {"link", "\"Objlnk\" or \"Corelnk\""},
        {"core link", "\"Corelnk\""},
        {"none", "nothing, which is for executable resources"},
        {"null", "nothing, which is for executable resources"},
        {"void", "nothing, which is for executable resources"},
        {"n/a", "nothing, which is for executable resources"},
        {"execute", "nothing, which is for executable resources"},
    };

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (same_letters(text, types[i].foreign)) {
            return types[i].advice;
        }
    }
    return NULL;
}
