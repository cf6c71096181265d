/* SPDX-License-Identifier: Apache-2.0 */
/* The sessions that there are, and how they are found. */
#include "bootstrap/bootstrap_session.h"

#include "common/text.h"

#include <stdlib.h>
#include <string.h>

void loom_bs_sessions_begin(struct loom_bootstrap_server *server)
{
    loom_list_begin(&server->idle);
    loom_list_begin(&server->running);
    loom_list_begin(&server->ready);
    loom_list_begin(&server->waiting);
    loom_list_begin(&server->adopted);
    /* The keys are endpoints of the store and the server's own numbers: no peer chooses them. */
    loom_index_begin(&server->by_endpoint, 0);
    loom_index_begin(&server->by_known, 0);
    loom_index_begin(&server->by_link, 0);
    loom_index_begin(&server->by_exchange, 0);
}

void loom_bs_sessions_end(struct loom_bootstrap_server *server)
{
    while (!loom_list_is_empty(&server->idle)) {
        struct loom_bs_session *session =
            LOOM_LIST_ENTRY(server->idle.next, struct loom_bs_session, order);
        loom_bs_session_set_known(server, session, NULL);
        loom_bs_session_forget_idle(server, session);
    }
    loom_index_end(&server->by_endpoint);
    loom_index_end(&server->by_known);
    loom_index_end(&server->by_link);
    loom_index_end(&server->by_exchange);
}

static uint64_t endpoint_hash(const struct loom_bootstrap_server *server, struct loom_text endpoint)
{
    return loom_index_hash(&server->by_endpoint, endpoint.data, endpoint.length);
}

struct loom_bs_session *loom_bs_session_find(const struct loom_bootstrap_server *server,
                                             struct loom_text endpoint)
{
    struct loom_index_link *link =
        loom_index_first(&server->by_endpoint, endpoint_hash(server, endpoint));
    while (link != NULL) {
        struct loom_bs_session *session =
            LOOM_INDEX_ENTRY(link, struct loom_bs_session, by_endpoint);
        if (loom_text_same(session->account->endpoint, endpoint)) {
            return session;
        }
        link = loom_index_next(link);
    }
    return NULL;
}

struct loom_bs_session *loom_bs_session_new(struct loom_bootstrap_server *server,
                                            const struct loom_fleet_account *account)
{
    struct loom_bs_session *session = calloc(1, sizeof *session);
    if (session != NULL) {
        session->account = loom_fleet_account_hold(account);
        loom_list_begin(&session->order);
        loom_list_begin(&session->turn);
        loom_list_append(&server->idle, &session->order);
        loom_index_add(&server->by_endpoint, &session->by_endpoint,
                       endpoint_hash(server, account->endpoint));
    }
    return session;
}

void loom_bs_session_forget_idle(struct loom_bootstrap_server *server,
                                 struct loom_bs_session *session)
{
    if (session->running || session->known != NULL) {
        return;
    }
    loom_list_remove(&session->order);
    loom_index_remove(&server->by_endpoint, &session->by_endpoint);
    loom_fleet_account_release(session->account);
    free(session);
}

static uint64_t session_hash(const struct loom_index *index, const struct loom_session *session)
{
    return loom_index_hash(index, &session, sizeof session);
}

static void replace(struct loom_index *index, struct loom_index_link *link,
                    struct loom_session **member, struct loom_session *session)
{
    if (*member != NULL) {
        loom_index_remove(index, link);
    }
    *member = session;
    if (session != NULL) {
        loom_index_add(index, link, session_hash(index, session));
    }
}

void loom_bs_session_set_known(struct loom_bootstrap_server *server,
                               struct loom_bs_session *session, struct loom_session *known)
{
    replace(&server->by_known, &session->by_known, &session->known, known);
}

void loom_bs_session_set_link(struct loom_bootstrap_server *server, struct loom_bs_session *session,
                              struct loom_session *link)
{
    replace(&server->by_link, &session->by_link, &session->link, link);
}

void loom_bs_session_set_waiting(struct loom_bootstrap_server *server,
                                 struct loom_bs_session *session, bool waiting)
{
    if (session->waiting) {
        loom_index_remove(&server->by_exchange, &session->by_exchange);
    }
    session->waiting = waiting;
    if (waiting) {
        loom_index_add(
            &server->by_exchange, &session->by_exchange,
            loom_index_hash(&server->by_exchange, &session->exchange, sizeof session->exchange));
    }
}

struct loom_bs_session *loom_bs_session_by_known(const struct loom_bootstrap_server *server,
                                                 const struct loom_session *known)
{
    struct loom_index_link *link =
        loom_index_first(&server->by_known, session_hash(&server->by_known, known));
    while (link != NULL) {
        struct loom_bs_session *session = LOOM_INDEX_ENTRY(link, struct loom_bs_session, by_known);
        if (session->known == known) {
            return session;
        }
        link = loom_index_next(link);
    }
    return NULL;
}

struct loom_bs_session *loom_bs_session_by_link(const struct loom_bootstrap_server *server,
                                                const struct loom_session *of)
{
    struct loom_index_link *link =
        loom_index_first(&server->by_link, session_hash(&server->by_link, of));
    while (link != NULL) {
        struct loom_bs_session *session = LOOM_INDEX_ENTRY(link, struct loom_bs_session, by_link);
        if (session->link == of) {
            return session;
        }
        link = loom_index_next(link);
    }
    return NULL;
}

struct loom_bs_session *loom_bs_session_by_exchange(const struct loom_bootstrap_server *server,
                                                    uint32_t exchange)
{
    struct loom_index_link *link = loom_index_first(
        &server->by_exchange, loom_index_hash(&server->by_exchange, &exchange, sizeof exchange));
    while (link != NULL) {
        struct loom_bs_session *session =
            LOOM_INDEX_ENTRY(link, struct loom_bs_session, by_exchange);
        if (session->exchange == exchange) {
            return session;
        }
        link = loom_index_next(link);
    }
    return NULL;
}
