/* SPDX-License-Identifier: Apache-2.0 */
#include "utf8.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct span {
    uint32_t first;
    uint32_t last;
};

static bool lies_in(uint32_t character, const struct span *spans, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (character >= spans[i].first && character <= spans[i].last) {
            return true;
        }
    }
    return false;
}

size_t loomc_utf8_read(const char *text, size_t length, uint32_t *character)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    unsigned char lead = bytes[0];

    if (lead < 0x80) {
        *character = lead;
        return 1;
    }
    size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;

    if (lead < 0xC2 || lead > 0xF4 || more >= length) {
        return 0;
    }
    uint32_t code = lead & (0x3Fu >> more);

    for (size_t i = 1; i <= more; i++) {
        if ((bytes[i] & 0xC0u) != 0x80u) {
            return 0;
        }
        code = code << 6 | (bytes[i] & 0x3Fu);
    }
    if (code < least[more] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
        return 0;
    }
    *character = code;
    return more + 1;
}

bool loomc_utf8_steers(uint32_t character)
{
    static const struct span spans[] = {
        {0x0000, 0x001F}, {0x007F, 0x009F}, {0x061C, 0x061C}, {0x200E, 0x200F},
        {0x2028, 0x202E}, {0x2066, 0x2069}, {0xFEFF, 0xFEFF},
    };

    return lies_in(character, spans, COUNT(spans));
}

/* The blocks of Unicode rather than its table of characters: the C library's wcwidth() answers for
 * the locale, and a caret one column aside is no harm. */
unsigned loomc_utf8_columns(uint32_t character)
{
    static const struct span none[] = {
        {0x0300, 0x036F},   {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A},
        {0x064B, 0x065F},   {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200D},
        {0x20D0, 0x20FF},   {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0x1F3FB, 0x1F3FF},
        {0xE0000, 0xE01EF},
    };
    static const struct span wide[] = {
        {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xA960, 0xA97C},
        {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
        {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF},
        {0x20000, 0x3FFFD},
    };

    if (lies_in(character, none, COUNT(none))) {
        return 0;
    }
    return lies_in(character, wide, COUNT(wide)) ? 2 : 1;
}
