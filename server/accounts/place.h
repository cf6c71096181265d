/* SPDX-License-Identifier: Apache-2.0 */
/** JSON pointers (RFC 6901) while a document is walked through. */
#ifndef LOOM_DOCUMENT_PLACE_H
#define LOOM_DOCUMENT_PLACE_H

#include <stddef.h>

/** Bytes of a place, with its NUL. */
#define LOOM_DOCUMENT_PLACE_SIZE 160u

/** Cut off, never overrun: names come from anybody. */
struct loom_place {
    char text[LOOM_DOCUMENT_PLACE_SIZE];
    size_t length;
};

/** Goes to a member. @return where it was, for loom_place_leave() */
static inline size_t loom_place_enter(struct loom_place *place, const char *name)
{
    size_t before = place->length;
    size_t at = before;
    if (at + 1 < sizeof place->text) {
        place->text[at++] = '/';
    }
    for (; *name != '\0' && at + 2 < sizeof place->text; name++) {
        bool escaped = *name == '~' || *name == '/';
        place->text[at++] = escaped ? '~' : *name;
        if (escaped) {
            place->text[at++] = *name == '~' ? '0' : '1';
        }
    }
    place->text[at] = '\0';
    place->length = at;
    return before;
}

static inline void loom_place_leave(struct loom_place *place, size_t before)
{
    place->text[before] = '\0';
    place->length = before;
}

#endif
