/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A device that has shown by its identity that it belongs here gets an account, which has to be
 * durable before the device learns anything of it: its Bootstrap-Request is answered then.
 */
#include "bootstrap/bootstrap_server.h"

#include "bootstrap/bootstrap_session.h"

#include <stdlib.h>
#include <string.h>

/* Seconds after which a device that cannot be adopted now should ask again. */
#define MAX_AGE 10u

#define ADOPTION_OF(list) LOOM_LIST_ENTRY(list, struct adoption, place)

/* A request whose answer is held. */
struct adoption {
    struct loom_list place;
    uint64_t number;
    struct loom_session *link; /* NULL: it has gone */
    uint16_t format;
    bool pack;
    bool named;
    size_t length;
    char endpoint[];
};

static struct adoption *make(const struct loom_bs_request *request)
{
    size_t length = request->endpoint.length;
    struct adoption *adoption = calloc(1, sizeof *adoption + length + 1);
    if (adoption != NULL) {
        loom_list_begin(&adoption->place);
        adoption->link = request->link;
        adoption->format = request->format;
        adoption->pack = request->pack;
        adoption->named = request->endpoint.data != NULL;
        adoption->length = length;
        if (length > 0) {
            memcpy(adoption->endpoint, request->endpoint.data, length);
        }
    }
    return adoption;
}

enum loom_bs_reason loom_bs_adopt(struct loom_bootstrap_server *server,
                                  const struct loom_bs_request *request, struct loom_reply *reply)
{
    const struct loom_fleet_store *store = server->store;
    if (!request->peer.secure || store->adopt == NULL || server->port->settle == NULL) {
        return LOOM_BS_UNKNOWN_ENDPOINT;
    }
    struct adoption *adoption = make(request);
    if (adoption == NULL) {
        return LOOM_BS_NO_MEMORY;
    }
    switch (
        store->adopt(store->self, request->peer.identity, request->endpoint, &adoption->number)) {
    case LOOM_OK:
        loom_list_append(&server->adopted, &adoption->place);
        reply->code = LOOM_CHANGED;
        reply->held = adoption->number;
        return LOOM_BS_NO_REASON;
    case LOOM_UNAVAILABLE:
        free(adoption);
        reply->max_age = MAX_AGE;
        return LOOM_BS_NO_STORE;
    default:
        free(adoption);
        return LOOM_BS_UNKNOWN_ENDPOINT;
    }
}

/* The account may be one that another node has made: whether it is this device's is asked again.
 * A pack is the answer itself, which was not there yet: the device asks again. */
static bool begin(struct loom_bootstrap_server *server, const struct adoption *adoption)
{
    const struct loom_fleet_account *account = NULL;
    struct loom_bs_session *session = NULL;
    struct loom_peer peer;
    struct loom_text endpoint = {adoption->named ? adoption->endpoint : NULL, adoption->length};
    if (adoption->link == NULL || adoption->pack || server->draining) {
        return false;
    }
    server->port->peer(server->port->self, adoption->link, &peer);
    if (loom_fleet_admit(server->store, &peer, endpoint, &account) == LOOM_FLEET_ADMITTED &&
        account != NULL) {
        session = loom_bs_session_heard(server, account, adoption->link);
    }
    if (session != NULL) {
        loom_bs_session_begin(server, session, account, adoption->link, adoption->format,
                              LOOM_BS_REQUESTED);
    }
    loom_fleet_account_release(account);
    return session != NULL;
}

void loom_bootstrap_server_adopted(struct loom_bootstrap_server *server, uint64_t number, bool good)
{
    const struct loom_port *port = server->port;
    server->now = port->now(port->self);
    while (!loom_list_is_empty(&server->adopted)) {
        struct adoption *adoption = ADOPTION_OF(server->adopted.next);
        if (adoption->number > number) {
            break;
        }
        loom_list_remove(&adoption->place);
        bool begun = good && adoption->number == number && begin(server, adoption);
        port->settle(port->self, adoption->number, begun);
        free(adoption);
    }
}

void loom_bs_adoption_lost(struct loom_bootstrap_server *server, const struct loom_session *link)
{
    for (struct loom_list *place = server->adopted.next; place != &server->adopted;
         place = place->next) {
        if (ADOPTION_OF(place)->link == link) {
            ADOPTION_OF(place)->link = NULL;
        }
    }
}

void loom_bs_adoption_end(struct loom_bootstrap_server *server)
{
    while (!loom_list_is_empty(&server->adopted)) {
        struct adoption *adoption = ADOPTION_OF(server->adopted.next);
        loom_list_remove(&adoption->place);
        free(adoption);
    }
}
