/* SPDX-License-Identifier: Apache-2.0 */
#include "http/sessions.h"

#include <stdlib.h>
#include <string.h>

#define IDLE_MS    ((uint64_t)LOOM_HTTP_SESSION_IDLE_S * 1000u)
#define LONGEST_MS ((uint64_t)LOOM_HTTP_SESSION_LONGEST_S * 1000u)

void loom_http_sessions_begin(struct loom_http_sessions *sessions, uint64_t seed)
{
    loom_index_begin(&sessions->index, seed);
    loom_list_begin(&sessions->all);
    sessions->count = 0;
}

void loom_http_sessions_remove(struct loom_http_sessions *sessions,
                               struct loom_http_session *session)
{
    loom_index_remove(&sessions->index, &session->link);
    loom_list_remove(&session->age);
    sessions->count--;
    free(session);
}

static struct loom_http_session *entry_of(struct loom_list *link)
{
    return LOOM_LIST_ENTRY(link, struct loom_http_session, age);
}

void loom_http_sessions_end(struct loom_http_sessions *sessions)
{
    while (!loom_list_is_empty(&sessions->all)) {
        loom_http_sessions_remove(sessions, entry_of(sessions->all.next));
    }
    loom_index_end(&sessions->index);
}

uint64_t loom_http_session_rest(const struct loom_http_session *session, uint64_t now)
{
    uint64_t idle = session->used + IDLE_MS;
    uint64_t longest = session->began + LONGEST_MS;
    uint64_t end = idle < longest ? idle : longest;
    return end > now ? end - now : 0;
}

/* The oldest one of the user if there are many of this user, else those that are over, else the
 * oldest one of all. */
static void make_room(struct loom_http_sessions *sessions, const char *user, uint64_t now)
{
    size_t own = 0;
    struct loom_http_session *oldest = NULL;
    struct loom_list *next;
    for (struct loom_list *link = sessions->all.next; link != &sessions->all; link = next) {
        struct loom_http_session *session = entry_of(link);
        next = link->next;
        if (loom_http_session_rest(session, now) == 0) {
            loom_http_sessions_remove(sessions, session);
        } else if (strcmp(session->user, user) == 0) {
            oldest = oldest == NULL ? session : oldest;
            own++;
        }
    }
    if (own >= LOOM_HTTP_SESSIONS_OF_ONE) {
        loom_http_sessions_remove(sessions, oldest);
    } else if (sessions->count >= LOOM_HTTP_SESSIONS_MAX) {
        loom_http_sessions_remove(sessions, entry_of(sessions->all.next));
    }
}

struct loom_http_session *loom_http_sessions_add(struct loom_http_sessions *sessions,
                                                 const char *user, uint64_t now,
                                                 char secret[LOOM_HTTP_SECRET_TEXT])
{
    make_room(sessions, user, now);
    struct loom_http_session *session = calloc(1, sizeof *session);
    if (session == NULL || !loom_http_secret_make(secret, session->digest)) {
        free(session);
        return NULL;
    }
    strncpy(session->user, user, sizeof session->user - 1);
    session->began = now;
    session->used = now;
    loom_list_begin(&session->age);
    loom_list_append(&sessions->all, &session->age);
    loom_index_add(&sessions->index, &session->link,
                   loom_index_hash(&sessions->index, session->digest, LOOM_HTTP_DIGEST_SIZE));
    sessions->count++;
    return session;
}

struct loom_http_session *loom_http_sessions_find(struct loom_http_sessions *sessions,
                                                  const char *secret, uint64_t now)
{
    uint8_t digest[LOOM_HTTP_DIGEST_SIZE];
    if (!loom_http_secret_digest(secret, digest)) {
        return NULL;
    }
    uint64_t hash = loom_index_hash(&sessions->index, digest, sizeof digest);
    for (struct loom_index_link *link = loom_index_first(&sessions->index, hash); link != NULL;
         link = loom_index_next(link)) {
        struct loom_http_session *session = LOOM_INDEX_ENTRY(link, struct loom_http_session, link);
        if (!loom_http_same(session->digest, digest, sizeof digest)) {
            continue;
        }
        if (loom_http_session_rest(session, now) == 0) {
            loom_http_sessions_remove(sessions, session);
            return NULL;
        }
        return session;
    }
    return NULL;
}

void loom_http_sessions_remove_user(struct loom_http_sessions *sessions, const char *user,
                                    const struct loom_http_session *but)
{
    struct loom_list *next;
    for (struct loom_list *link = sessions->all.next; link != &sessions->all; link = next) {
        struct loom_http_session *session = entry_of(link);
        next = link->next;
        if (session != but && strcmp(session->user, user) == 0) {
            loom_http_sessions_remove(sessions, session);
        }
    }
}
