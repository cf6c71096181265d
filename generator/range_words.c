/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "range_words.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- words ----------------------------------------------------------------------------------- */

static bool is_word_at(const char *text, const char *p, const char *word)
{
    size_t length = strlen(word);

    return strncasecmp(p, word, length) == 0 && !isalnum((unsigned char)p[length]) &&
           (p == text || !isalnum((unsigned char)p[-1]));
}

static const char *find_word(const char *text, const char *word)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (is_word_at(text, p, word)) {
            return p;
        }
    }
    return NULL;
}

static size_t trimmed(const char *text, size_t length)
{
    while (length > 0 && text[length - 1] == ' ') {
        length--;
    }
    return length;
}

bool loomc_range_is_none(const char *text)
{
    static const char *const words[] = {
        "n/a",      "na",       "n.a.",      "none", "any",           "-", "--", "any value",
        "no limit", "no range", "unlimited", "null", "not applicable"};

    for (size_t i = 0; i < COUNT(words); i++) {
        if (strcasecmp(text, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

bool loomc_range_counts_characters(const char *text)
{
    static const char *const words[] = {"characters", "character", "chars",
                                        "char",       "letters",   "symbols"};

    for (size_t i = 0; i < COUNT(words); i++) {
        if (find_word(text, words[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* ---- what stands behind ---------------------------------------------------------------------- */

/* Whether a remark is all that follows: one number at most, and nothing that parts items. */
static bool is_remark(const char *p)
{
    char closer = *p == '(' ? ')' : *p == '[' ? ']' : '\0';
    size_t length = strlen(p);
    size_t numbers = 0;

    if (closer != '\0' && p[length - 1] != closer) {
        return false;
    }
    for (size_t i = 1; i < length; i++) {
        bool last = i + 1 == length && closer != '\0';
        bool digit = isdigit((unsigned char)p[i]) != 0;

        if (!last && strchr(",;|/()[]{}~<>", p[i]) != NULL) {
            return false;
        }
        if (p[i] == '.' && p[i + 1] == '.') {
            return false;
        }
        numbers += digit && !isdigit((unsigned char)p[i - 1]) && p[i - 1] != '.' ? 1 : 0;
    }
    return numbers <= 1;
}

/* `0..9 (default 3)`, `0..9, default: 3`, `0..9 (inclusive)` */
static const char *cut_remark(struct loomc_arena *arena, const char *text)
{
    static const char *const words[] = {"default", "defaults", "inclusive", "incl"};

    for (size_t i = 0; i < COUNT(words); i++) {
        const char *word = find_word(text, words[i]);
        size_t begin = word != NULL ? trimmed(text, (size_t)(word - text)) : 0;
        bool sign = begin > 0 && strchr("(,;[", text[begin - 1]) != NULL;
        size_t end = trimmed(text, begin - (sign ? 1 : 0));

        if (end > 0 && strchr("0123456789])}", text[end - 1]) != NULL &&
            is_remark(sign ? text + begin - 1 : word - 1)) {
            return loomc_copy(arena, text, end);
        }
    }
    return text;
}

/* ---- what stands before ---------------------------------------------------------------------- */

static const char *cut_from(const char *text)
{
    return is_word_at(text, text, "from") && find_word(text, "to") != NULL ? text + 5 : text;
}

/* `exactly 5` is a set of one. */
static const char *write_exactly(struct loomc_arena *arena, const char *text)
{
    static const char *const words[] = {"exactly", "exact"};

    for (size_t i = 0; i < COUNT(words); i++) {
        size_t length = strlen(words[i]);
        const char *number = text + length + (text[length] == ' ' ? 1 : 0);
        size_t digits = strspn(number, "0123456789");

        if (is_word_at(text, text, words[i]) && digits > 0) {
            return loomc_format(arena, "{%.*s}%s", (int)digits, number, number + digits);
        }
    }
    return text;
}

/* ---- powers ---------------------------------------------------------------------------------- */

/* `(2^8-1)`, `(2^28)-1`: parentheses that are of the number. */
static const char *open_powers(struct loomc_arena *arena, const char *text)
{
    char *copy = loomc_copy(arena, text, strlen(text));

    for (char *p = copy; (p = strchr(p, '(')) != NULL; p++) {
        size_t inside = strspn(p + 1, "0123456789^*-+ ");
        char *close = p + 1 + inside;

        if (*close == ')' && (memchr(p, '^', inside) != NULL || memchr(p, '*', inside) != NULL)) {
            memmove(close, close + 1, strlen(close));
            memmove(p, p + 1, strlen(p));
        }
    }
    return copy;
}

/* ---- comparisons ----------------------------------------------------------------------------- */

static size_t operator_length(const char *p)
{
    return *p != '<' && *p != '>' ? 0 : p[1] == '=' ? 2 : 1;
}

/* Where the operator that ends a text begins, or NULL. */
static const char *operator_at_end(const char *text, size_t end)
{
    const char *p = text + end - (end > 0 && text[end - 1] == '=' ? 2 : 1);

    return end > 0 && p >= text && operator_length(p) == (size_t)(text + end - p) ? p : NULL;
}

/* `0 <=` as `>= 0`. @return NULL if the text is no number with an operator behind it */
static const char *flip(struct loomc_arena *arena, const char *text, size_t length)
{
    const char *operator= operator_at_end(text, trimmed(text, length));
    size_t number = operator!= NULL ? trimmed(text, (size_t)(operator- text)) : 0;

    if (number == 0 || strspn(text, "0123456789.+-^*eExX") != number) {
        return NULL;
    }
    return loomc_format(arena, "%s%s %.*s",
                        *operator== '<' ? ">" : "<", operator[1] == '=' ? "=" : "", (int)number,
                        text);
}

/* `x >= 3`, `3 <= x`, `0 <= x < 9`; the text itself if it is none of them. */
static const char *cut_variable(struct loomc_arena *arena, const char *text)
{
    static const char *const variables[] = {"x", "n", "v", "value", "val"};

    for (size_t i = 0; i < COUNT(variables); i++) {
        const char *variable = find_word(text, variables[i]);

        if (variable == NULL) {
            continue;
        }
        const char *after = variable + strlen(variables[i]);

        after += strspn(after, " ");
        const char *flipped = flip(arena, text, (size_t)(variable - text));

        if (operator_length(after) > 0 && trimmed(text, (size_t)(variable - text)) == 0) {
            return after;
        }
        if (flipped != NULL && (*after == '\0' || operator_length(after) > 0)) {
            return loomc_format(arena, "%s%s%s", flipped, *after != '\0' ? " and " : "", after);
        }
    }
    return text;
}

const char *loomc_range_without_words(struct loomc_arena *arena, const char *text)
{
    text = cut_remark(arena, text);
    text = write_exactly(arena, cut_from(text));
    return cut_variable(arena, open_powers(arena, text));
}
