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

/** A page of the commands of a device. */
struct loom_web_command_page {
    struct loom_text endpoint;
    struct loom_text before; /**< `next` of the page before */
    size_t limit;
    bool all; /**< false: without those in memory, which were shown before */
};

/** Answers with a page from the database. */
void loom_web_command_page(const struct loom_devices *devices, struct loom_writer *reader,
                           struct loom_http_request *request,
                           const struct loom_web_command_page *page);

/** Answers with one command, or with 404. */
void loom_web_command_find(const struct loom_devices *devices, struct loom_writer *reader,
                           struct loom_http_request *request, uint64_t id);

/** Cancels a command that waits, whichever node has it, and answers with it; 404, or 409 if it
 * waits no more. */
void loom_web_command_cancel(struct loom_devices *devices, struct loom_writer *writer,
                             struct loom_http_request *request, uint64_t id);

/** Answers why a command cannot be cancelled. */
void loom_web_command_refuse(struct loom_http_request *request, enum loom_commands_status status);

#ifdef __cplusplus
}
#endif

#endif
