/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the files of the interface of Leshan's demo server share, and their handlers; for these
 * files only.
 */
#ifndef LOOM_WEB_LESHAN_PARTS_H
#define LOOM_WEB_LESHAN_PARTS_H

#include "web/leshan_state.h"
#include "web/leshan_text.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- leshan_clients.c ------------------------------------------------------------------------ */

/** The client of a path. @return NULL: there is none, and the request is answered */
const struct loom_dm_client *loom_leshan_client(const struct loom_web_leshan *web,
                                                struct loom_http_request *request);

/** A registration as it is shown. @return NULL without memory */
json_t *loom_leshan_shown(const struct loom_web_leshan *web, const struct loom_dm_client *client);

void loom_leshan_list_clients(void *user, struct loom_http_request *request);
void loom_leshan_show_client(void *user, struct loom_http_request *request);
void loom_leshan_list_models(void *user, struct loom_http_request *request);

/* ---- leshan_commands.c ----------------------------------------------------------------------- */

/** Gives a command, and answers when it has ended; takes the reference to its body. */
void loom_leshan_give(struct loom_web_leshan *web, struct loom_http_request *request, json_t *body);

/** The same, in the format that an argument of the query names. */
void loom_leshan_give_in_format(struct loom_web_leshan *web, struct loom_http_request *request,
                                const char *name, json_t *body);

/** A command has ended. @return whether somebody was told that it is delayed, or may have been
 *  before the server began */
bool loom_leshan_was_delayed(struct loom_web_leshan *web, const struct loom_command *command);

/** What a device has answered to a command. @return NULL without memory */
json_t *loom_leshan_response(const struct loom_command *command);

/* ---- leshan_operations.c --------------------------------------------------------------------- */

void loom_leshan_get(void *user, struct loom_http_request *request);
void loom_leshan_put(void *user, struct loom_http_request *request);
void loom_leshan_post(void *user, struct loom_http_request *request);
void loom_leshan_delete(void *user, struct loom_http_request *request);

/* ---- leshan_composites.c --------------------------------------------------------------------- */

void loom_leshan_read_composite(void *user, struct loom_http_request *request);
void loom_leshan_write_composite(void *user, struct loom_http_request *request);
void loom_leshan_observe_composite(void *user, struct loom_http_request *request);

/** `paths=/3/0/0,/1/0/1` @return a new list of texts */
json_t *loom_leshan_paths(const struct loom_http_request *request);

/* ---- leshan_observations.c ------------------------------------------------------------------- */

/** Ends the observation of a path: with `active` by a request, else the next notification is
 *  answered with a Reset. */
void loom_leshan_end_observation(struct loom_web_leshan *web, struct loom_http_request *request,
                                 const struct loom_path *path);
void loom_leshan_end_composite(void *user, struct loom_http_request *request);

/** Hears of an event: a request that ended an observation may be answered now. */
void loom_leshan_observation_hear(struct loom_web_leshan *web,
                                  const struct loom_timeline_event *event);

/* ---- leshan_events.c ------------------------------------------------------------------------- */

void loom_leshan_stream_events(void *user, struct loom_http_request *request);
bool loom_leshan_events_begin(struct loom_web_leshan *web);

/** Sends an event to who reads those of an endpoint. */
void loom_leshan_tell(const struct loom_web_leshan *web, struct loom_text endpoint, uint64_t id,
                      const char *name, const json_t *told);

#ifdef __cplusplus
}
#endif

#endif
