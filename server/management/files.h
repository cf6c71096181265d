/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Files that devices fetch from the LwM2M server. For that server only.
 */
#ifndef LOOM_MANAGEMENT_FILES_H
#define LOOM_MANAGEMENT_FILES_H

#include "loom/port.h"

struct loom_management_server;

/** First segment of the path of files. */
#define LOOM_DM_FILES "files"

/** Answers a request below `/files`. */
void loom_dm_serve_file(struct loom_management_server *server, struct loom_session *link,
                        const struct loom_request *request, struct loom_reply *reply);

#endif
