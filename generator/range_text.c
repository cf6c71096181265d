/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "range_text.h"

#include "range_scan.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

bool loomc_range_is_quoted(struct loomc_arena *arena, const char *text)
{
    const char *p = loomc_range_plain_text(arena, text, true);

    return is_quote(p[strspn(p, " [({")]);
}

/* `,`, `;`, `|`, `/`, `or` or `and`. @return what follows, or NULL. */
static const char *skip_separator(const char *p)
{
    const char *begin = p;

    p += strspn(p, " ");
    p += *p != '\0' && strchr(",;|/", *p) != NULL ? 1 : 0;
    p += strspn(p, " ");
    for (size_t length = 2; length <= 3; length++) {
        if (strncasecmp(p, length == 2 ? "or" : "and", length) == 0 &&
            !isalnum((unsigned char)p[length])) {
            p += length;
            p += strspn(p, " ");
        }
    }
    return p > begin ? p : NULL;
}

static bool is_new(const struct loomc_ranges *ranges, const char *text)
{
    for (size_t i = 0; i < ranges->text_count; i++) {
        if (strcmp(ranges->texts[i], text) == 0) {
            return false;
        }
    }
    return true;
}

static const char closers[] = "])}";

const char *loomc_range_read_texts(struct loomc_arena *arena, const char *text,
                                   struct loomc_ranges *ranges)
{
    static const char unreadable[] = "not enforced: not a list of strings in quotation marks";
    const char **texts = loomc_alloc(arena, LOOMC_RANGES_MAX * sizeof texts[0]);
    struct loomc_ranges read = {NULL, 0, texts, 0, false, false};
    const char *p = loomc_range_plain_text(arena, text, true);
    const char *bracket = strchr("[({", *p);
    char closer = bracket != NULL && *p != '\0' ? closers[bracket - "[({"] : '\0';
    bool repeated = false;

    p += closer != '\0' ? 1 : 0;
    p += strspn(p, " ");
    while (p != NULL && is_quote(*p)) {
        const char *end = strchr(p + 1, *p);

        if (end == NULL) {
            return unreadable;
        }
        const char *one = loomc_copy(arena, p + 1, (size_t)(end - p) - 1);

        if (!is_new(&read, one)) {
            repeated = true;
        } else if (read.text_count == LOOMC_RANGES_MAX) {
            return "not enforced: too many strings";
        } else {
            texts[read.text_count++] = one;
        }
        p = end + 1;
        if (p[strspn(p, " ")] == closer) {
            p += strspn(p, " ");
            p += closer != '\0' ? 1 : 0;
            if (*p != '\0') {
                return unreadable;
            }
            *ranges = read;
            return repeated ? "repeats a string; each counts once" : NULL;
        }
        p = skip_separator(p);
    }
    return unreadable;
}
