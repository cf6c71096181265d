/* SPDX-License-Identifier: Apache-2.0 */
/* What other nodes change of users and tokens, and when tokens were used. */
#include "web/kept_users.h"

#include "common/memory.h"

#include <stdlib.h>
#include <string.h>

/* Uses of tokens that are written at once; the others are next time. */
#define USED_AT_ONCE 256u

struct used {
    char id[LOOM_HTTP_TOKEN_ID];
    int64_t time;
};

/* A job, with copies of its own. */
struct loom_kept_look {
    struct loom_kept_users *kept; /* NULL: nobody waits for it any more */
    int64_t now;                  /* milliseconds */
    int64_t changes;              /* that are known */
    int64_t found;                /* out */
    bool read;                    /* out: all was read */
    bool full;
    struct used used[USED_AT_ONCE];
    size_t used_count;
    struct loom_http_users_kept all;
};

static void drop(struct loom_kept_look *look)
{
    if (look->all.users != NULL) {
        loom_memory_wipe(look->all.users, look->all.user_count * sizeof look->all.users[0]);
    }
    free(look->all.users);
    free(look->all.tokens);
    look->all = (struct loom_http_users_kept){NULL, 0, NULL, 0};
}

/* ---- on the writer's thread ------------------------------------------------------------------ */

static bool add_user(void *self, const struct loom_stored_user *stored)
{
    struct loom_kept_look *look = self;
    look->full |= look->all.user_count == LOOM_HTTP_USERS_MAX;
    if (!look->full && loom_kept_user_read(stored, &look->all.users[look->all.user_count])) {
        look->all.user_count++;
    }
    return !look->full;
}

static bool add_token(void *self, const struct loom_stored_token *stored)
{
    struct loom_kept_look *look = self;
    look->full |= look->all.token_count == LOOM_HTTP_TOKENS_MAX;
    if (!look->full && loom_kept_token_read(stored, &look->all.tokens[look->all.token_count])) {
        look->all.token_count++;
    }
    return !look->full;
}

static enum loom_database_status read_all(struct loom_database *database,
                                          struct loom_kept_look *look)
{
    look->all.users = calloc(LOOM_HTTP_USERS_MAX, sizeof look->all.users[0]);
    look->all.tokens = calloc(LOOM_HTTP_TOKENS_MAX, sizeof look->all.tokens[0]);
    if (look->all.users == NULL || look->all.tokens == NULL) {
        return LOOM_DATABASE_ERROR;
    }
    enum loom_database_status status = loom_stored_user_each(database, add_user, look);
    if (status == LOOM_DATABASE_OK && !look->full) {
        status = loom_stored_token_each(database, add_token, look);
    }
    look->read = true;
    return status == LOOM_DATABASE_OK && look->full ? LOOM_DATABASE_ERROR : status;
}

static enum loom_database_status run(struct loom_database *database, void *data)
{
    struct loom_kept_look *look = data;
    int64_t changes = 0;
    enum loom_database_status status = LOOM_DATABASE_OK;
    drop(look);
    look->read = false;
    look->full = false;
    for (size_t i = 0; status == LOOM_DATABASE_OK && i < look->used_count; i++) {
        const struct loom_text id = {look->used[i].id, strlen(look->used[i].id)};
        status = loom_stored_token_used(database, id, look->used[i].time * 1000);
    }
    if (status == LOOM_DATABASE_OK) {
        status = loom_stored_token_expire(database, look->now);
    }
    if (status == LOOM_DATABASE_OK) {
        status = loom_stored_user_changes(database, &changes);
    }
    if (status == LOOM_DATABASE_OK && changes != look->changes) {
        status = read_all(database, look);
    }
    look->found = changes;
    return status;
}

/* ---- on the loop's thread -------------------------------------------------------------------- */

static void done(void *data, enum loom_database_status status)
{
    struct loom_kept_look *look = data;
    struct loom_kept_users *kept = look->kept;
    if (kept != NULL) {
        kept->look = NULL;
    }
    if (kept != NULL && status == LOOM_DATABASE_OK && look->read) {
        kept->changes = look->found;
        loom_http_users_replace(kept->users, &look->all, kept->ended, kept->user);
    }
    drop(look);
    free(look);
}

static void take_used(struct loom_kept_look *look, struct loom_http_users *users)
{
    const struct loom_http_token *token;
    while (look->used_count < USED_AT_ONCE && (token = loom_http_users_next_used(users)) != NULL) {
        struct used *used = &look->used[look->used_count++];
        memcpy(used->id, token->id, sizeof used->id);
        used->time = token->used;
    }
}

void loom_kept_users_look(struct loom_kept_users *kept, struct loom_http_users *users,
                          void (*ended)(void *user, const char *name), void *user)
{
    kept->users = users;
    kept->ended = ended;
    kept->user = user;
    kept->changes = -1; /* what was read before may be old by now */
}

void loom_kept_users_step(struct loom_kept_users *kept, int64_t now)
{
    bool due = now - kept->looked >= LOOM_KEPT_USERS_LOOK_MS || now < kept->looked;
    if (kept->users == NULL || kept->writer == NULL || kept->look != NULL || !due) {
        return;
    }
    struct loom_kept_look *look = calloc(1, sizeof *look);
    const struct loom_writer_job job = {run, done, look};
    kept->looked = now;
    if (look == NULL || loom_writer_lost(kept->writer)) {
        free(look);
        return;
    }
    look->kept = kept;
    look->now = now;
    look->changes = kept->changes;
    take_used(look, kept->users);
    if (loom_writer_post(kept->writer, &job) == 0) {
        free(look); /* the uses are lost, which is no harm */
    } else {
        kept->look = look;
    }
}

int64_t loom_kept_users_deadline(const struct loom_kept_users *kept)
{
    return kept->users == NULL || kept->writer == NULL || kept->look != NULL
               ? INT64_MAX
               : kept->looked + LOOM_KEPT_USERS_LOOK_MS;
}

void loom_kept_users_stop_looking(struct loom_kept_users *kept)
{
    if (kept->look != NULL) {
        kept->look->kept = NULL;
        kept->look = NULL;
    }
    kept->users = NULL;
}
