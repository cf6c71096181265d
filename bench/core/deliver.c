/* SPDX-License-Identifier: Apache-2.0 */
#include "measure.h"

static int session;

/* A session is the port's own; the core keeps the pointer alone. */
struct loom_session *const deliver_session = (struct loom_session *)&session;

uint8_t deliver_request(struct loom_client *client, void *owner, const struct loom_request *request,
                        struct loom_reply *reply)
{
    loom_client_side.request(client, owner, deliver_session, request, reply);
    return reply->code;
}

void deliver_response(struct loom_client *client, void *owner, uint32_t exchange,
                      const struct loom_response *response)
{
    loom_client_side.response(client, owner, deliver_session, exchange, response,
                              LOOM_FAILURE_NONE);
}

bool deliver_change(struct loom_model *model, const struct loom_path *path, int64_t value)
{
    return loom_set_integer(model, *path, value) == LOOM_OK;
}

void deliver_step(struct loom_client *client)
{
    loom_client_step(client);
}
