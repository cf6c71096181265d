/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The demo as it is told: the programs' events as lines of time, who and what.
 */
#ifndef LOOM_DEMO_STORY_H
#define LOOM_DEMO_STORY_H

#include <stdbool.h>
#include <stdint.h>

#include "loom/value.h"

/** Who acts. What two of them say at the same time is told in this order, in which one leads to the
 *  other: a bootstrap to a Register, a Register to a registration. */
enum demo_role { DEMO_BOOTSTRAP, DEMO_DEVICE, DEMO_SERVER, DEMO_ROLE_COUNT };

struct demo_story {
    uint64_t begin; /**< demo_now() at the start */
    bool colour;
    /** What the server was last told to write, empty if nothing: its answers do not repeat it. */
    char written[128];
};

/** Begins; with colours if standard output is a terminal that has them. */
void demo_story_begin(struct demo_story *story);

/** @return a role's name for people, `bootstrap server`. */
const char *demo_role_name(enum demo_role role);

/** Tells one line. `format` as of printf(). */
void demo_story_tell(const struct demo_story *story, enum demo_role who, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Tells what a program printed: an event, or a complaint in plain text. Not every event is worth a
 *  line: what one side says, the other does not repeat. */
void demo_story_line(const struct demo_story *story, enum demo_role who, struct loom_text line);

#endif
