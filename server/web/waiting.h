/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Requests that are answered when a command has ended, or when they have waited long enough.
 */
#ifndef LOOM_WEB_WAITING_H
#define LOOM_WEB_WAITING_H

#include "common/list.h"
#include "http/http.h"
#include "service/devices.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What became of the command. */
enum loom_web_outcome {
    LOOM_WEB_ENDED,
    LOOM_WEB_LATE,    /**< it has not ended in time, or another node has it */
    LOOM_WEB_NOT_KEPT /**< it could not be stored, and is not there */
};

/** Answers a request. */
typedef void loom_web_answer(void *user, struct loom_http_request *request,
                             const struct loom_command *command, enum loom_web_outcome outcome);

/** Members are private. */
struct loom_web_waiting {
    struct loom_devices *devices;
    struct loom_list list;
};

/** Hears of commands from now on. @return false: `devices` has no room for one more listener */
bool loom_web_waiting_begin(struct loom_web_waiting *waiting, struct loom_devices *devices);

/**
 * Answers a request when its command has ended, at `until` at the latest.
 * @param until milliseconds since 1970; 0: as soon as the command is kept, whatever its state
 */
void loom_web_wait(struct loom_web_waiting *waiting, struct loom_http_request *request, uint64_t id,
                   int64_t until, loom_web_answer *answer, void *user);

/** Answers what has waited long enough. */
void loom_web_waiting_step(struct loom_web_waiting *waiting, int64_t now);

/** @return when the next step is due, in milliseconds since 1970; INT64_MAX: never */
int64_t loom_web_waiting_deadline(const struct loom_web_waiting *waiting);

#ifdef __cplusplus
}
#endif

#endif
