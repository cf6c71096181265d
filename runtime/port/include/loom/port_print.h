/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Events as lines for people, for programs with stdio. Control characters in data of a peer
 * are shown as `\x1b`.
 */
#ifndef LOOM_PORT_PRINT_H
#define LOOM_PORT_PRINT_H

#include <stdio.h>

#include "loom/event.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Prints an event as one line, such as `registered server 1 at /rd/8f2a`, and flushes it. It can
 * be the event function of a client, with a stream as `user`:
 *
 *     struct loom_client_config config = {.event = loom_event_print, .user = stdout, ...};
 *
 * Events contain no keys.
 * @param file a `FILE *`
 */
void loom_event_print(void *file, const struct loom_event *event);

void loom_text_print(FILE *file, struct loom_text text);

/** Prints a path, such as `/3/0/13`. */
void loom_path_print(FILE *file, const struct loom_path *path);

#ifdef __cplusplus
}
#endif

#endif
