/* SPDX-License-Identifier: Apache-2.0 */
#include "latin.h"

#include "utf8.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Combining marks: what is written as a letter and a mark reads as the letter with its mark. */
enum { DIAERESIS = 0x308, RING = 0x30A };

/* Letters for one letter each, from `first` on; '.' where there is none. */
struct letters {
    uint32_t first;
    const char *ascii;
};

static const struct letters alphabets[] = {
    {0xC0, "AAAAAA.CEEEEIIIIDNOOOOO..UUUUY..aaaaaa.ceeeeiiiidnooooo..uuuuy.y"
           "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlL"
           "lLlNnNnNnnNnOoOoOo..RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs"
           "bBBb...CcDDDd..AEFfG...IKkl..NnOOoGgPp.....tTtTUu.VYyZz........."
           "....DDdLLlNNnAaIiOoUuUuUuUuUuaAaAa..GgGgKkOoOo..jDDdGg..NnAa...."
           "AaAaEeEeIiIiOoOoRrRrUuUuSsTt..HhNdOoZzAaEeOoOoOoOoYylntj..ACcLTs"
           "z..BU.EeJj..RrYy"},
    {0x1E00, "AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMm"
             "MmMmNnNnNnNnOoOoOoOoPpPpRrRrRrRrSsSsSsSsSsTtTtTtTtUuUuUuUuUuVvVv"
             "WwWwWwWwWwXxXxYyZzZzZzhtwy.sssSdAaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEe"
             "EeEeEeEeIiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYyLlVvYy"},
    {0x2070, "0i..456789.....n0123456789......aeox.hklmnpst"},
    {0xFF10, "0123456789"},
    {0xFF21, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    {0xFF41, "abcdefghijklmnopqrstuvwxyz"},
};

/* Letters and signs for several letters, and what stands alone; in order. */
static const struct several {
    uint32_t character;
    const char *ascii;
} several[] = {
    {0xAA, "a"},     {0xB2, "2"},    {0xB3, "3"},    {0xB5, "u"},     {0xB9, "1"},
    {0xBA, "o"},     {0xC4, "Ae"},   {0xC5, "Aa"},   {0xC6, "Ae"},    {0xD6, "Oe"},
    {0xD8, "Oe"},    {0xDC, "Ue"},   {0xDE, "Th"},   {0xDF, "ss"},    {0xE4, "ae"},
    {0xE5, "aa"},    {0xE6, "ae"},   {0xF6, "oe"},   {0xF8, "oe"},    {0xFC, "ue"},
    {0xFE, "th"},    {0x132, "Ij"},  {0x133, "ij"},  {0x152, "Oe"},   {0x153, "oe"},
    {0x1C4, "Dz"},   {0x1C5, "Dz"},  {0x1C6, "dz"},  {0x1C7, "Lj"},   {0x1C8, "Lj"},
    {0x1C9, "lj"},   {0x1CA, "Nj"},  {0x1CB, "Nj"},  {0x1CC, "nj"},   {0x1E2, "Ae"},
    {0x1E3, "ae"},   {0x1F1, "Dz"},  {0x1F2, "Dz"},  {0x1F3, "dz"},   {0x1FC, "Ae"},
    {0x1FD, "ae"},   {0x1FE, "Oe"},  {0x1FF, "oe"},  {0x3BC, "u"},    {0x1E9E, "Ss"},
    {0x2103, "C"},   {0x2109, "F"},  {0x2116, "No"}, {0x2126, "Ohm"}, {0x212A, "K"},
    {0x212B, "Aa"},  {0xFB00, "ff"}, {0xFB01, "fi"}, {0xFB02, "fl"},  {0xFB03, "ffi"},
    {0xFB04, "ffl"}, {0xFB05, "st"}, {0xFB06, "st"},
};

/* Blanks, marks, punctuation, symbols, pictures: no letter is lost with them. */
static const struct span {
    uint32_t first;
    uint32_t last;
} no_letters[] = {
    {0x80, 0xBF},     {0xD7, 0xD7},     {0xF7, 0xF7},     {0x2B0, 0x36F},     {0x1DC0, 0x1DFF},
    {0x2000, 0x20FF}, {0x2117, 0x2117}, {0x2120, 0x2123}, {0x2150, 0x215F},   {0x2190, 0x2BFF},
    {0x2E00, 0x2E7F}, {0x3000, 0x3004}, {0x3008, 0x3020}, {0x3030, 0x3030},   {0xFE00, 0xFE6F},
    {0xFEFF, 0xFEFF}, {0xFF00, 0xFF65}, {0xFFE0, 0xFFFF}, {0x1F000, 0x1FAFF}, {0xE0000, 0xE0FFF},
};

static bool is_letter(uint32_t c)
{
    for (size_t i = 0; i < COUNT(no_letters); i++) {
        if (c >= no_letters[i].first && c <= no_letters[i].last) {
            return false;
        }
    }
    return true;
}

/* @return the letters for a character, in `one` if it is a single one; NULL if it has none. */
static const char *find(uint32_t c, char one[2])
{
    for (size_t i = 0; i < COUNT(several); i++) {
        if (several[i].character == c) {
            return several[i].ascii;
        }
    }
    one[0] = '.';
    one[1] = '\0';
    if (c < 0x80) {
        one[0] = (char)c;
        return one;
    }
    for (size_t i = 0; i < COUNT(alphabets) && one[0] == '.'; i++) {
        if (c >= alphabets[i].first && c - alphabets[i].first < strlen(alphabets[i].ascii)) {
            one[0] = alphabets[i].ascii[c - alphabets[i].first];
        }
    }
    return one[0] != '.' ? one : NULL;
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

/* A character of text in its letters. */
struct letter {
    uint32_t character;
    size_t size;
    char one[2];
    const char *ascii; /* NULL: none */
};

static void read_letter(const char *text, size_t length, struct letter *letter)
{
    letter->character = 0;
    letter->ascii = NULL;
    letter->size = length > 0 ? loomc_utf8_read(text, length, &letter->character) : 0;
    if (letter->size > 0) {
        letter->ascii = find(letter->character, letter->one);
    } else if (length > 0) {
        letter->size = 1; /* no UTF-8 */
    }
}

/* `GRÖSSE` is a word in capitals, and `Größe` is none: the letters after the first one follow
 * what stands after them, or at the end of a word what stands before. */
static bool is_in_capitals(const struct loomc_buffer *out, size_t start, const char *rest,
                           size_t length)
{
    char before = out->length > start ? out->data[out->length - 1] : '\0';
    struct letter next;

    read_letter(rest, length, &next);
    if (next.ascii != NULL && (is_upper(*next.ascii) || is_lower(*next.ascii))) {
        return is_upper(*next.ascii);
    }
    return is_upper(before);
}

static void put_letters(struct loomc_buffer *out, const char *ascii, bool capitals)
{
    for (size_t i = 0; ascii[i] != '\0'; i++) {
        bool raise = capitals && is_lower(ascii[i]);

        loomc_put_char(out, raise ? (char)(ascii[i] - 'a' + 'A') : ascii[i]);
    }
}

/* A mark of its own after a letter that is two letters with it. @return the second, or '\0'. */
static char second_letter(uint32_t mark, char before)
{
    if (mark == DIAERESIS && before != '\0' && strchr("aouAOU", before) != NULL) {
        return 'e';
    }
    return mark == RING && (before == 'a' || before == 'A') ? 'a' : '\0';
}

size_t loomc_latin_put(struct loomc_buffer *out, const char *text, size_t length)
{
    size_t start = out->length;
    size_t lost = 0;

    for (size_t i = 0; i < length;) {
        struct letter letter;

        read_letter(text + i, length - i, &letter);
        char before = out->length > start ? out->data[out->length - 1] : '\0';
        char second[2] = {second_letter(letter.character, before), '\0'};
        const char *rest = text + i + letter.size;
        size_t left = length - i - letter.size;

        i += letter.size;
        if (second[0] != '\0') {
            put_letters(out, second, is_upper(before) && is_in_capitals(out, start, rest, left));
        } else if (letter.ascii == NULL) {
            bool mark = letter.character >= 0x300 && letter.character <= 0x36F;

            /* A mark stands over its letter and parts no words. */
            loomc_put_text(out, mark ? "" : " ");
            lost += is_letter(letter.character);
        } else {
            bool several_letters = letter.ascii[0] != '\0' && letter.ascii[1] != '\0';

            put_letters(out, letter.ascii,
                        several_letters && (is_upper(*letter.ascii) || is_upper(before)) &&
                            is_in_capitals(out, start, rest, left));
        }
    }
    return lost;
}
