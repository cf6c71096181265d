/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to locations that are not here: another server may have had them. */
#include "management/clients.h"

#include "common/text.h"

#include <stdlib.h>
#include <string.h>

/* A request that waits, in a block of its own: that of the port does not last. */
struct loom_dm_asked {
    struct loom_request request;
    char texts[];
};

static size_t size_of(const struct loom_request *request)
{
    size_t size = request->payload.length;
    for (size_t i = 0; i < request->path_count; i++) {
        size += request->path[i].length;
    }
    for (size_t i = 0; i < request->query_count; i++) {
        size += request->query[i].length;
    }
    return size;
}

static struct loom_text put(char **at, struct loom_text text)
{
    struct loom_text copy = {*at, text.length};
    if (text.length > 0) {
        memcpy(*at, text.data, text.length);
    }
    *at += text.length;
    return copy;
}

static struct loom_dm_asked *copy_of(const struct loom_request *request)
{
    struct loom_dm_asked *asked = malloc(sizeof *asked + size_of(request) + 1);
    if (asked == NULL) {
        return NULL;
    }
    char *at = asked->texts;
    struct loom_text payload = {(const char *)request->payload.data, request->payload.length};
    asked->request = *request;
    for (size_t i = 0; i < request->path_count; i++) {
        asked->request.path[i] = put(&at, request->path[i]);
    }
    for (size_t i = 0; i < request->query_count; i++) {
        asked->request.query[i] = put(&at, request->query[i]);
    }
    payload = put(&at, payload);
    asked->request.payload.data = (const uint8_t *)payload.data;
    return asked;
}

void loom_dm_asked_free(struct loom_dm_asked *asked)
{
    free(asked);
}

/* What is answered if all is well; until then nobody sees it. */
static uint8_t code_of(const struct loom_request *request)
{
    return request->method == LOOM_POST ? LOOM_CHANGED : LOOM_DELETED;
}

static bool may_be_elsewhere(const struct loom_management_server *server,
                             const struct loom_request *request)
{
    return server->keeper != NULL && server->keeper->unknown != NULL &&
           server->port->revise != NULL && loom_registry_is_location(request->path[1]) &&
           loom_registry_by_location(&server->registry, request->path[1]) == NULL &&
           size_of(request) <= LOOM_DM_UNKNOWN_BYTES;
}

/* @return false: it cannot be asked now, and nothing has changed */
static bool ask(struct loom_management_server *server, struct loom_session *link,
                const struct loom_peer *peer, const struct loom_request *request,
                struct loom_reply *reply)
{
    const struct loom_dm_keeper *keeper = server->keeper;
    struct loom_dm_asked *asked =
        loom_dm_keeper_ready(server, reply) && server->unknown < LOOM_DM_UNKNOWN_MAX
            ? copy_of(request)
            : NULL;
    struct loom_dm_unsettled *unsettled = asked == NULL ? NULL : loom_dm_unsettled_new(server);
    uint64_t mark = unsettled == NULL ? 0 : keeper->unknown(keeper->self, request->path[1], peer);
    if (mark == 0) {
        loom_dm_unsettled_drop(unsettled);
        free(asked);
        return false;
    }
    unsettled->mark = mark;
    unsettled->held = mark;
    unsettled->link = link;
    unsettled->asked = asked;
    server->unknown++;
    reply->held = mark;
    return true;
}

bool loom_dm_ask_keeper(struct loom_management_server *server, struct loom_session *link,
                        const struct loom_peer *peer, const struct loom_request *request,
                        struct loom_reply *reply)
{
    static const struct loom_text nobody = {NULL, 0};
    if (!may_be_elsewhere(server, request)) {
        return false;
    }
    reply->code = code_of(request);
    if (!ask(server, link, peer, request, reply)) {
        loom_dm_refuse(server, reply, nobody, peer->address, LOOM_DM_NO_STORE, 0);
    }
    return true;
}

/* A De-register waits once more, until it is stored. @return false: another one does already */
static bool wait_again(const struct loom_management_server *server, uint64_t mark, uint64_t held)
{
    struct loom_dm_unsettled *leaving =
        LOOM_LIST_ENTRY(server->unsettled.previous, struct loom_dm_unsettled, place);
    if (leaving->mark != mark || leaving->held != mark) {
        return false;
    }
    leaving->held = held;
    return true;
}

bool loom_dm_answer_asked(struct loom_management_server *server,
                          struct loom_dm_unsettled *unsettled)
{
    const struct loom_port *port = server->port;
    const struct loom_request *request = &unsettled->asked->request;
    struct loom_reply reply = {.content_format = LOOM_FORMAT_ABSENT};
    if (unsettled->link == NULL) {
        return true;
    }
    loom_dm_on_location(server, unsettled->link, request, false, &reply);
    if (reply.held != 0 && wait_again(server, reply.held, unsettled->held)) {
        return false;
    }
    if (reply.held != 0 || reply.code == LOOM_UNAVAILABLE) {
        port->settle(port->self, unsettled->held, false); /* it asks again */
        return false;
    }
    if (reply.code != code_of(request)) {
        port->revise(port->self, unsettled->held, reply.code);
    }
    return true;
}
