/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "range_scan.h"

#include "buffer.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- signs of typographers ------------------------------------------------------------------- */

const char *loomc_range_plain_text(struct loomc_arena *arena, const char *text, bool quotes_only)
{
    static const struct {
        const char *sign;
        const char *plain;
    } signs[] = {
        {"\xE2\x80\x90", "-"},   {"\xE2\x80\x91", "-"},  {"\xE2\x80\x92", "-"}, /* hyphens, */
        {"\xE2\x80\x93", "-"},   {"\xE2\x80\x94", "-"},  {"\xE2\x80\x95", "-"}, /* dashes, */
        {"\xE2\x88\x92", "-"},   {"\xEF\xBC\x8D", "-"},                         /* minus */
        {"\xE2\x80\xA6", "..."}, {"\xE2\x80\xA5", ".."},                        /* ellipses */
        {"\xE2\x88\xBC", "~"},   {"\xE3\x80\x9C", "~"},  {"\xEF\xBD\x9E", "~"}, /* tildes */
        {"\xEF\xBC\x8C", ","},   {"\xE3\x80\x81", ", "}, {"\xEF\xBC\x9B", ";"}, /* of CJK */
        {"\xEF\xBC\x9A", ":"},   {"\xE2\x89\xA4", "<="}, {"\xE2\x89\xA5", ">="},
        {"\xE2\x80\x9C", "\""},  {"\xE2\x80\x9D", "\""}, {"\xE2\x80\x9E", "\""}, /* quotes */
        {"\xC2\xAB", "\""},      {"\xC2\xBB", "\""},     {"\xC2\xA0", " "},      /* and blanks */
        {"\xE2\x80\x89", " "},   {"\xE2\x80\xAF", " "},  {"\xE3\x80\x80", " "},
    };
    struct loomc_buffer plain = {NULL, 0, 0};

    while (*text != '\0') {
        size_t i = 0;

        while ((unsigned char)*text >= 0x80 && i < COUNT(signs) &&
               strncmp(text, signs[i].sign, strlen(signs[i].sign)) != 0) {
            i++;
        }
        if ((unsigned char)*text >= 0x80 && i < COUNT(signs) &&
            (!quotes_only || *signs[i].plain == '"')) {
            loomc_put_text(&plain, signs[i].plain);
            text += strlen(signs[i].sign);
        } else {
            loomc_put(&plain, text++, 1);
        }
    }
    const char *copy = loomc_copy(arena, plain.data != NULL ? plain.data : "", plain.length);

    loomc_buffer_free(&plain);
    return copy;
}

/* ---- tokens ---------------------------------------------------------------------------------- */

static bool skip_word(const char **text, const char *word)
{
    size_t length = strlen(word);

    if (strncasecmp(*text, word, length) != 0 || isalnum((unsigned char)(*text)[length])) {
        return false;
    }
    *text += length;
    return true;
}

/* What may stand between `min` and its number: `min. 5`, `min: 5`, `min = 5`. */
static void skip_sign(const char **text)
{
    const char *p = *text;

    p += *p == '.' && p[1] != '.' ? 1 : 0;
    p += strspn(p, " ");
    p += *p == ':' || *p == '=' ? 1 : 0;
    *text = p;
}

/* `64 B`; b would be bits. */
static bool skip_byte_sign(const char **text)
{
    bool found = **text == 'B' && !isalnum((unsigned char)(*text)[1]);

    *text += found ? 1 : 0;
    return found;
}

static bool read_word(const char **text, struct loomc_token_of_range *token)
{
    static const struct {
        const char *word;
        enum loomc_mark mark;
    } words[] = {
        {"to", LOOMC_MARK_TO},         {"through", LOOMC_MARK_TO},     {"or", LOOMC_MARK_LIST},
        {"and", LOOMC_MARK_LIST},      {"bytes", LOOMC_MARK_BYTES},    {"byte", LOOMC_MARK_BYTES},
        {"octets", LOOMC_MARK_BYTES},  {"octet", LOOMC_MARK_BYTES},    {"bits", LOOMC_MARK_BITS},
        {"bit", LOOMC_MARK_BITS},      {"-bits", LOOMC_MARK_BITS},     {"-bit", LOOMC_MARK_BITS},
        {"-bytes", LOOMC_MARK_BYTES},  {"-byte", LOOMC_MARK_BYTES},    {"min", LOOMC_MARK_LEAST},
        {"minimum", LOOMC_MARK_LEAST}, {"at least", LOOMC_MARK_LEAST}, {"max", LOOMC_MARK_MOST},
        {"maximum", LOOMC_MARK_MOST},  {"at most", LOOMC_MARK_MOST},   {"up to", LOOMC_MARK_MOST},
    };

    for (size_t i = 0; i < COUNT(words); i++) {
        const char *word = *text;

        if (!skip_word(text, words[i].word)) {
            continue;
        }
        token->mark = words[i].mark;
        if (token->mark == LOOMC_MARK_LEAST || token->mark == LOOMC_MARK_MOST) {
            token->sign = '=';
            skip_sign(text);
        } else if (token->mark == LOOMC_MARK_LIST) {
            token->sign = *word == 'a' || *word == 'A' ? '&' : '|';
        }
        return true;
    }
    if (skip_byte_sign(text)) {
        token->mark = LOOMC_MARK_BYTES;
        return true;
    }
    return false;
}

static enum loomc_mark mark_of(char c)
{
    switch (c) {
    case '~':
        return LOOMC_MARK_TO;
    case '-':
        return LOOMC_MARK_HYPHEN;
    case ':':
        return LOOMC_MARK_COLON;
    case ',':
        return LOOMC_MARK_COMMA;
    case ';':
    case '|':
    case '/':
        return LOOMC_MARK_LIST;
    case '[':
    case '(':
    case '{':
        return LOOMC_MARK_OPEN;
    case ']':
    case ')':
    case '}':
        return LOOMC_MARK_CLOSE;
    case '>':
        return LOOMC_MARK_LEAST;
    case '<':
        return LOOMC_MARK_MOST;
    default:
        return LOOMC_MARK_END;
    }
}

static bool read_sign(const char **text, struct loomc_token_of_range *token)
{
    const char *p = *text;

    if (p[0] == '.' && p[1] == '.') {
        token->mark = LOOMC_MARK_TO;
        *text += p[2] == '.' ? 3 : 2;
        return true;
    }
    token->mark = mark_of(*p);
    if (token->mark == LOOMC_MARK_END) {
        return false;
    }
    token->sign = *p++;
    if ((token->mark == LOOMC_MARK_LEAST || token->mark == LOOMC_MARK_MOST) && *p == '=') {
        token->sign = *p++;
    }
    *text = p;
    return true;
}

/* A sign belongs to the number that it touches where no number can have ended before it. */
static bool takes_number(enum loomc_mark before, const char *p)
{
    bool signed_one = *p == '-' || *p == '+';

    return !signed_one || (before != LOOMC_MARK_NUMBER && before != LOOMC_MARK_CLOSE);
}

bool loomc_range_scan(struct loomc_arena *arena, const char *text,
                      struct loomc_token_of_range *tokens)
{
    const char *p = loomc_range_plain_text(arena, text, false);
    enum loomc_mark before = LOOMC_MARK_END;
    size_t count = 0;

    for (;;) {
        struct loomc_token_of_range *token = &tokens[count];
        size_t blanks = strspn(p, " ");

        p += blanks;
        memset(token, 0, sizeof *token);
        token->blank_before = blanks > 0;
        if (count > 0) {
            tokens[count - 1].blank_after = blanks > 0;
        }
        if (*p == '\0' || (p[0] == '.' && p[1] == '\0' && count > 0)) {
            token->mark = LOOMC_MARK_END;
            return true;
        }
        if (++count == LOOMC_MARKS_MAX) {
            return false;
        }
        if (takes_number(before, p) && loomc_number_read(arena, &p, &token->number)) {
            token->mark = LOOMC_MARK_NUMBER;
        } else if (!read_word(&p, token) && !read_sign(&p, token)) {
            return false;
        }
        before = token->mark;
    }
}
