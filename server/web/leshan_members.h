/* SPDX-License-Identifier: Apache-2.0 */
/** Names that configurations of Leshan have, and what they are in documents; for leshan_config.h
 *  only. */
#ifndef LOOM_WEB_LESHAN_MEMBERS_H
#define LOOM_WEB_LESHAN_MEMBERS_H

#include <jansson.h>
#include <stddef.h>

enum loom_leshan_kind {
    LOOM_LESHAN_NUMBER,
    LOOM_LESHAN_TRUTH,
    LOOM_LESHAN_LETTERS,
    LOOM_LESHAN_APN /**< the instance of /11 that a link is to */
};

/** A member of a server. */
struct loom_leshan_member {
    const char *name;
    const char *resource; /**< of object 1: its number */
    const char *word;     /**< and its name in documents */
    enum loom_leshan_kind kind;
    int usual; /**< where nothing is said: a number, 0 or 1, a letter; -1: nothing */
};

#define LOOM_LESHAN_MEMBERS 18

extern const struct loom_leshan_member loom_leshan_members[LOOM_LESHAN_MEMBERS];

/** What a member is where nothing is said. @return NULL: nothing */
json_t *loom_leshan_usual(const struct loom_leshan_member *member);

extern const char *const loom_leshan_matching_types[4];
extern const char *const loom_leshan_usages[4];
extern const char *const loom_leshan_modes[5];

/** Places in `loom_leshan_modes`, and modes of Security. */
enum { LOOM_LESHAN_PSK = 0, LOOM_LESHAN_NOSEC = 3 };

#endif
