/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Commands that are no longer in memory, from the database.
 */
#ifndef LOOM_WEB_COMMAND_HISTORY_H
#define LOOM_WEB_COMMAND_HISTORY_H

#include "database/writer.h"
#include "http/http.h"
#include "service/devices.h"

#ifdef __cplusplus
extern "C" {
#endif

/** `next` of a list of what is in memory: behind it the database begins. */
#define LOOM_WEB_COMMANDS_STORED "stored"

/**
 * Answers with a page of the commands of a device that are not in memory.
 * @param before `next` of the page before
 */
void loom_web_command_page(const struct loom_devices *devices, struct loom_writer *reader,
                           struct loom_http_request *request, struct loom_text endpoint,
                           struct loom_text before, size_t limit);

/** Answers with one command, or with 404. */
void loom_web_command_find(const struct loom_devices *devices, struct loom_writer *reader,
                           struct loom_http_request *request, uint64_t id);

#ifdef __cplusplus
}
#endif

#endif
