/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "web/kept_users.h"

#include "common/memory.h"
#include "store/stored_user.h"

#include <stdlib.h>
#include <string.h>

/* Deeds are kept for a year; old ones go with one of so many new ones. */
#define DEED_AGE_MS  (366ll * 86400000ll)
#define DEEDS_BEFORE 256u
#define FAILED_MAX   100000u
#define OTHERS_MAX   900000u

/* The writer's thread has copies of its own: what they were made of may be gone before it is done.
 */
struct job {
    struct loom_list place;
    enum loom_http_change change;
    struct loom_http_user user;
    struct loom_http_token token;
    uint64_t version;
    loom_http_kept_done *done; /**< NULL: nobody waits any more */
    void *data;
};

static struct loom_text text_of(const char *text)
{
    return (struct loom_text){text, strlen(text)};
}

/* ---- reading --------------------------------------------------------------------------------- */

struct loading {
    struct loom_http_users *users;
    bool full;
};

/* @return false: it is too long */
static bool copy(char *to, size_t size, struct loom_text from)
{
    if (from.length >= size) {
        return false;
    }
    memcpy(to, from.data, from.length);
    to[from.length] = '\0';
    return true;
}

static bool read_role(struct loom_text text, enum loom_http_role *role)
{
    char name[32];
    return copy(name, sizeof name, text) && loom_http_role_read(name, role);
}

/* What no program of ours has written is left out: a user whom nobody understands may do nothing.
 */
bool loom_kept_user_read(const struct loom_stored_user *stored, struct loom_http_user *user)
{
    *user = (struct loom_http_user){.version = (uint64_t)stored->generation,
                                    .created = stored->created / 1000,
                                    .changed = stored->changed / 1000};
    return copy(user->name, sizeof user->name, stored->name) &&
           copy(user->hash, sizeof user->hash, stored->password) &&
           read_role(stored->role, &user->role);
}

bool loom_kept_token_read(const struct loom_stored_token *stored, struct loom_http_token *token)
{
    *token = (struct loom_http_token){.created = stored->created / 1000,
                                      .expires = stored->expires / 1000,
                                      .used = stored->last_used / 1000};
    bool good = copy(token->id, sizeof token->id, stored->id) &&
                copy(token->user, sizeof token->user, stored->user) &&
                copy(token->name, sizeof token->name, stored->label) &&
                read_role(stored->role, &token->role) &&
                stored->digest.length == sizeof token->digest;
    if (good) {
        memcpy(token->digest, stored->digest.data, sizeof token->digest);
    }
    return good;
}

static bool load_user(void *self, const struct loom_stored_user *stored)
{
    struct loading *loading = self;
    struct loom_http_user user;
    if (loom_kept_user_read(stored, &user)) {
        loading->full = !loom_http_users_load_user(loading->users, &user);
    }
    return !loading->full;
}

static bool load_token(void *self, const struct loom_stored_token *stored)
{
    struct loading *loading = self;
    struct loom_http_token token;
    if (loom_kept_token_read(stored, &token)) {
        loading->full = !loom_http_users_load_token(loading->users, &token);
    }
    return !loading->full;
}

enum loom_database_status loom_kept_users_load(struct loom_database *database,
                                               struct loom_http_users *users)
{
    struct loading loading = {users, false};
    enum loom_database_status status = loom_stored_user_each(database, load_user, &loading);
    if (status == LOOM_DATABASE_OK && !loading.full) {
        status = loom_stored_token_each(database, load_token, &loading);
    }
    return status == LOOM_DATABASE_OK && loading.full ? LOOM_DATABASE_FULL : status;
}

/* ---- writing --------------------------------------------------------------------------------- */

static enum loom_database_status save_user(struct loom_database *database,
                                           const struct loom_http_user *user, uint64_t version)
{
    const struct loom_stored_user stored = {.name = text_of(user->name),
                                            .password = text_of(user->hash),
                                            .role = text_of(loom_http_role_name(user->role)),
                                            .created = user->created * 1000,
                                            .changed = user->changed * 1000};
    return loom_stored_user_save(database, &stored, (int64_t)version);
}

static enum loom_database_status save_token(struct loom_database *database,
                                            const struct loom_http_token *token)
{
    const struct loom_stored_token stored = {.id = text_of(token->id),
                                             .digest = {token->digest, sizeof token->digest},
                                             .user = text_of(token->user),
                                             .label = text_of(token->name),
                                             .role = text_of(loom_http_role_name(token->role)),
                                             .created = token->created * 1000,
                                             .expires = token->expires * 1000,
                                             .last_used = token->used * 1000};
    return loom_stored_token_save(database, &stored);
}

enum loom_database_status loom_kept_users_add(struct loom_database *database,
                                              const struct loom_http_user *user)
{
    enum loom_database_status status = loom_database_begin(database);
    if (status == LOOM_DATABASE_OK) {
        status = save_user(database, user, 0);
    }
    if (status == LOOM_DATABASE_OK) {
        return loom_database_commit(database);
    }
    loom_database_rollback(database);
    return status;
}

static enum loom_database_status run(struct loom_database *database, void *data)
{
    const struct job *job = data;
    switch (job->change) {
    case LOOM_HTTP_PUT_USER:
        return save_user(database, &job->user, job->version);
    case LOOM_HTTP_DROP_USER:
        return loom_stored_user_remove(database, text_of(job->user.name), (int64_t)job->version);
    case LOOM_HTTP_PUT_TOKEN:
        return save_token(database, &job->token);
    default:
        return loom_stored_token_remove(database, text_of(job->token.id));
    }
}

static enum loom_http_kept kept_of(enum loom_database_status status)
{
    switch (status) {
    case LOOM_DATABASE_OK:
        return LOOM_HTTP_KEPT;
    case LOOM_DATABASE_CONFLICT:
        return LOOM_HTTP_KEPT_CONFLICT;
    default:
        return LOOM_HTTP_KEPT_UNAVAILABLE;
    }
}

static void done(void *data, enum loom_database_status status)
{
    struct job *job = data;
    loom_http_kept_done *told = job->done;
    void *user = job->data;
    loom_list_remove(&job->place);
    loom_memory_wipe(job, sizeof *job);
    free(job);
    if (told != NULL) {
        told(user, kept_of(status));
    }
}

static void keep(void *self, enum loom_http_change change, const struct loom_http_user *user,
                 const struct loom_http_token *token, uint64_t version, loom_http_kept_done *told,
                 void *data)
{
    struct loom_kept_users *kept = self;
    struct job *job = kept->writer == NULL ? NULL : calloc(1, sizeof *job);
    if (job != NULL) {
        job->change = change;
        job->user = *user;
        job->token = *token;
        job->version = version;
        job->done = told;
        job->data = data;
        loom_list_begin(&job->place);
        const struct loom_writer_job posted = {run, done, job};
        if (loom_writer_post(kept->writer, &posted) != 0) {
            loom_list_append(&kept->jobs, &job->place);
            return;
        }
        free(job);
    }
    told(data, LOOM_HTTP_KEPT_UNAVAILABLE);
}

struct loom_http_keeper loom_kept_users_keeper(struct loom_kept_users *kept)
{
    return (struct loom_http_keeper){keep, kept};
}

/* ---- deeds ----------------------------------------------------------------------------------- */

struct noted {
    int64_t now;
    bool prunes;
    unsigned status;
    char who[LOOM_HTTP_NAME_SIZE];
    char address[64];
    char action[64];
    char target[256];
    char detail[64];
};

static enum loom_database_status run_noted(struct loom_database *database, void *data)
{
    const struct noted *noted = data;
    const struct loom_stored_deed deed = {
        .time = noted->now,
        .user = text_of(noted->who),
        .address = text_of(noted->address),
        .action = text_of(noted->action),
        .target = text_of(noted->target),
        .status = noted->status,
        .detail = noted->detail[0] == '\0' ? (struct loom_text){NULL, 0} : text_of(noted->detail)};
    enum loom_database_status status = loom_stored_deed_add(database, &deed);
    return status == LOOM_DATABASE_OK && noted->prunes
               ? loom_stored_deed_prune(database, noted->now - DEED_AGE_MS, FAILED_MAX, OTHERS_MAX)
               : status;
}

static void noted_done(void *data, enum loom_database_status status)
{
    (void)status;
    free(data);
}

/* Cuts text of a stranger off; between characters, because a database takes UTF-8 alone. */
static void cut(char *to, size_t size, const char *from)
{
    size_t length = strlen(from);
    length = length < size ? length : size - 1;
    while (length > 0 && from[length] != '\0' && ((unsigned char)from[length] & 0xC0u) == 0x80u) {
        length--;
    }
    memcpy(to, from, length);
    to[length] = '\0';
}

void loom_kept_users_deed(struct loom_kept_users *kept, const struct loom_kept_deed *deed,
                          int64_t now_ms)
{
    struct noted *noted = kept->writer == NULL ? NULL : calloc(1, sizeof *noted);
    if (noted == NULL) {
        return;
    }
    noted->now = now_ms;
    noted->prunes = kept->deeds++ % DEEDS_BEFORE == 0;
    noted->status = deed->status;
    cut(noted->who, sizeof noted->who, deed->who);
    cut(noted->address, sizeof noted->address, deed->address);
    cut(noted->action, sizeof noted->action, deed->action);
    cut(noted->target, sizeof noted->target, deed->target);
    cut(noted->detail, sizeof noted->detail, deed->detail == NULL ? "" : deed->detail);
    const struct loom_writer_job posted = {run_noted, noted_done, noted};
    if (loom_writer_post(kept->writer, &posted) == 0) {
        free(noted);
    }
}

/* ---- beginning and end ----------------------------------------------------------------------- */

void loom_kept_users_begin(struct loom_kept_users *kept)
{
    memset(kept, 0, sizeof *kept);
    loom_list_begin(&kept->jobs);
}

void loom_kept_users_write(struct loom_kept_users *kept, struct loom_writer *writer)
{
    kept->writer = writer;
}

void loom_kept_users_end(struct loom_kept_users *kept)
{
    kept->writer = NULL;
    loom_kept_users_stop_looking(kept);
    while (!loom_list_is_empty(&kept->jobs)) {
        struct job *job = LOOM_LIST_ENTRY(kept->jobs.next, struct job, place);
        loom_http_kept_done *told = job->done;
        loom_list_remove(&job->place);
        job->done = NULL;
        told(job->data, LOOM_HTTP_KEPT_UNAVAILABLE);
    }
}
