/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "http/users.h"

#include "common/index.h"
#include "common/memory.h"

#include <stdlib.h>
#include <string.h>

struct token {
    struct loom_index_link link;
    struct loom_http_token token;
};

struct loom_http_users {
    bool has_keeper;
    struct loom_http_keeper keeper;
    size_t user_count;
    struct loom_http_user *users[LOOM_HTTP_USERS_MAX]; /**< in the order of names */
    size_t token_count;
    struct token **tokens; /**< in the order of ids */
    struct loom_index by_digest;
    bool has_administrator_change; /**< one is on its way */
};

/* A change on its way. */
struct change {
    struct loom_http_users *users;
    enum loom_http_change what;
    struct loom_http_user user;
    struct loom_http_token token;
    bool of_administrator;
    loom_http_kept_done *done;
    void *data;
};

struct loom_http_users *loom_http_users_create(const struct loom_http_keeper *keeper)
{
    struct loom_http_users *users = calloc(1, sizeof *users);
    uint64_t seed = 0;
    if (users == NULL || !loom_http_random(&seed, sizeof seed)) {
        free(users);
        return NULL;
    }
    users->has_keeper = keeper != NULL;
    if (users->has_keeper) {
        users->keeper = *keeper;
    }
    loom_index_begin(&users->by_digest, seed);
    return users;
}

static void free_user(struct loom_http_user *user)
{
    loom_memory_wipe(user, sizeof *user);
    free(user);
}

void loom_http_users_destroy(struct loom_http_users *users)
{
    if (users == NULL) {
        return;
    }
    for (size_t i = 0; i < users->user_count; i++) {
        free_user(users->users[i]);
    }
    for (size_t i = 0; i < users->token_count; i++) {
        free(users->tokens[i]);
    }
    free(users->tokens);
    loom_index_end(&users->by_digest);
    free(users);
}

/* ---- finding --------------------------------------------------------------------------------- */

/* The first place whose name is not before `name`. */
static size_t place_of(const struct loom_http_users *users, const char *name)
{
    size_t low = 0;
    size_t high = users->user_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(users->users[middle]->name, name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static size_t token_place_of(const struct loom_http_users *users, const char *id)
{
    size_t low = 0;
    size_t high = users->token_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(users->tokens[middle]->token.id, id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool user_is_at(const struct loom_http_users *users, size_t place, const char *name)
{
    return place < users->user_count && strcmp(users->users[place]->name, name) == 0;
}

static bool token_is_at(const struct loom_http_users *users, size_t place, const char *id)
{
    return place < users->token_count && strcmp(users->tokens[place]->token.id, id) == 0;
}

size_t loom_http_users_count(const struct loom_http_users *users)
{
    return users->user_count;
}

const struct loom_http_user *loom_http_users_find(const struct loom_http_users *users,
                                                  const char *name)
{
    size_t place = place_of(users, name);
    return user_is_at(users, place, name) ? users->users[place] : NULL;
}

const struct loom_http_user *loom_http_users_after(const struct loom_http_users *users,
                                                   const char *name)
{
    size_t place = place_of(users, name);
    place += user_is_at(users, place, name) ? 1 : 0;
    return place < users->user_count ? users->users[place] : NULL;
}

const struct loom_http_token *
loom_http_users_find_token(const struct loom_http_users *users,
                           const uint8_t digest[LOOM_HTTP_DIGEST_SIZE])
{
    uint64_t hash = loom_index_hash(&users->by_digest, digest, LOOM_HTTP_DIGEST_SIZE);
    for (struct loom_index_link *link = loom_index_first(&users->by_digest, hash); link != NULL;
         link = loom_index_next(link)) {
        const struct token *token = LOOM_INDEX_ENTRY(link, struct token, link);
        if (loom_http_same(token->token.digest, digest, LOOM_HTTP_DIGEST_SIZE)) {
            return &token->token;
        }
    }
    return NULL;
}

const struct loom_http_token *loom_http_users_token(const struct loom_http_users *users,
                                                    const char *id)
{
    size_t place = token_place_of(users, id);
    return token_is_at(users, place, id) ? &users->tokens[place]->token : NULL;
}

const struct loom_http_token *loom_http_users_token_after(const struct loom_http_users *users,
                                                          const char *id)
{
    size_t place = token_place_of(users, id);
    place += token_is_at(users, place, id) ? 1 : 0;
    return place < users->token_count ? &users->tokens[place]->token : NULL;
}

bool loom_http_users_has_other_administrator(const struct loom_http_users *users, const char *name)
{
    for (size_t i = 0; i < users->user_count; i++) {
        if (users->users[i]->role == LOOM_HTTP_ADMINISTRATOR &&
            strcmp(users->users[i]->name, name) != 0) {
            return true;
        }
    }
    return false;
}

/* ---- what is in memory ----------------------------------------------------------------------- */

bool loom_http_users_load_user(struct loom_http_users *users, const struct loom_http_user *user)
{
    size_t place = place_of(users, user->name);
    if (user_is_at(users, place, user->name)) {
        *users->users[place] = *user;
        return true;
    }
    struct loom_http_user *copy =
        users->user_count < LOOM_HTTP_USERS_MAX ? malloc(sizeof *copy) : NULL;
    if (copy == NULL) {
        return false;
    }
    *copy = *user;
    memmove(&users->users[place + 1], &users->users[place],
            (users->user_count - place) * sizeof(struct loom_http_user *));
    users->users[place] = copy;
    users->user_count++;
    return true;
}

bool loom_http_users_load_token(struct loom_http_users *users, const struct loom_http_token *token)
{
    size_t place = token_place_of(users, token->id);
    if (token_is_at(users, place, token->id) || users->token_count >= LOOM_HTTP_TOKENS_MAX) {
        return false;
    }
    struct token **tokens =
        loom_memory_grow(users->tokens, users->token_count, sizeof(struct token *));
    if (tokens == NULL) {
        return false;
    }
    users->tokens = tokens;
    struct token *copy = malloc(sizeof *copy);
    if (copy == NULL) {
        return false;
    }
    copy->token = *token;
    memmove(&tokens[place + 1], &tokens[place],
            (users->token_count - place) * sizeof(struct token *));
    tokens[place] = copy;
    users->token_count++;
    loom_index_add(&users->by_digest, &copy->link,
                   loom_index_hash(&users->by_digest, token->digest, LOOM_HTTP_DIGEST_SIZE));
    return true;
}

static void forget_token(struct loom_http_users *users, size_t place)
{
    struct token *token = users->tokens[place];
    loom_index_remove(&users->by_digest, &token->link);
    users->token_count--;
    memmove(&users->tokens[place], &users->tokens[place + 1],
            (users->token_count - place) * sizeof(struct token *));
    free(token);
}

static void forget_user(struct loom_http_users *users, const char *name)
{
    size_t place = place_of(users, name);
    for (size_t i = users->token_count; i > 0; i--) {
        if (strcmp(users->tokens[i - 1]->token.user, name) == 0) {
            forget_token(users, i - 1);
        }
    }
    if (user_is_at(users, place, name)) {
        free_user(users->users[place]);
        users->user_count--;
        memmove(&users->users[place], &users->users[place + 1],
                (users->user_count - place) * sizeof(struct loom_http_user *));
    }
}

/* ---- when tokens were used ------------------------------------------------------------------- */

enum { MINUTE_S = 60 };

void loom_http_users_use(struct loom_http_users *users, const struct loom_http_token *token,
                         int64_t now)
{
    struct loom_http_token *used = &users->tokens[token_place_of(users, token->id)]->token;
    if (now < used->used || now - used->used >= MINUTE_S) {
        used->used = now;
        used->use_is_unknown = true;
    }
}

const struct loom_http_token *loom_http_users_next_used(struct loom_http_users *users)
{
    for (size_t i = 0; i < users->token_count; i++) {
        struct loom_http_token *token = &users->tokens[i]->token;
        if (token->use_is_unknown) {
            token->use_is_unknown = false;
            return token;
        }
    }
    return NULL;
}

/* ---- what others have changed ---------------------------------------------------------------- */

static int compare_users(const void *left, const void *right)
{
    return strcmp(((const struct loom_http_user *)left)->name,
                  ((const struct loom_http_user *)right)->name);
}

static int compare_tokens(const void *left, const void *right)
{
    return strcmp(((const struct loom_http_token *)left)->id,
                  ((const struct loom_http_token *)right)->id);
}

static const struct loom_http_user *kept_user(const struct loom_http_users_kept *kept,
                                              const struct loom_http_user *user)
{
    return kept->user_count == 0
               ? NULL
               : bsearch(user, kept->users, kept->user_count, sizeof *user, compare_users);
}

static const struct loom_http_token *kept_token(const struct loom_http_users_kept *kept,
                                                const struct loom_http_token *token)
{
    return kept->token_count == 0
               ? NULL
               : bsearch(token, kept->tokens, kept->token_count, sizeof *token, compare_tokens);
}

static void forget_what_went(struct loom_http_users *users, const struct loom_http_users_kept *kept,
                             void (*ended)(void *user, const char *name), void *data)
{
    for (size_t i = users->user_count; i > 0; i--) {
        const struct loom_http_user *user = users->users[i - 1];
        const struct loom_http_user *now = kept_user(kept, user);
        if (now == NULL || strcmp(now->hash, user->hash) != 0) {
            ended(data, user->name);
        }
        if (now == NULL) {
            char name[LOOM_HTTP_NAME_SIZE];
            memcpy(name, user->name, sizeof name);
            forget_user(users, name);
        }
    }
    for (size_t i = users->token_count; i > 0; i--) {
        const struct loom_http_token *token = &users->tokens[i - 1]->token;
        const struct loom_http_token *now = kept_token(kept, token);
        if (now == NULL || memcmp(now->digest, token->digest, sizeof token->digest) != 0) {
            forget_token(users, i - 1);
        }
    }
}

void loom_http_users_replace(struct loom_http_users *users, struct loom_http_users_kept *kept,
                             void (*ended)(void *user, const char *name), void *data)
{
    if (kept->user_count > 1) {
        qsort(kept->users, kept->user_count, sizeof kept->users[0], compare_users);
    }
    if (kept->token_count > 1) {
        qsort(kept->tokens, kept->token_count, sizeof kept->tokens[0], compare_tokens);
    }
    forget_what_went(users, kept, ended, data);
    for (size_t i = 0; i < kept->user_count; i++) {
        (void)loom_http_users_load_user(users, &kept->users[i]);
    }
    for (size_t i = 0; i < kept->token_count; i++) {
        size_t place = token_place_of(users, kept->tokens[i].id);
        if (!token_is_at(users, place, kept->tokens[i].id)) {
            (void)loom_http_users_load_token(users, &kept->tokens[i]);
        } else if (users->tokens[place]->token.used < kept->tokens[i].used) {
            users->tokens[place]->token.used = kept->tokens[i].used;
        }
    }
}

/* ---- changes --------------------------------------------------------------------------------- */

static bool apply(struct loom_http_users *users, const struct change *change)
{
    size_t place;
    switch (change->what) {
    case LOOM_HTTP_PUT_USER:
        return loom_http_users_load_user(users, &change->user);
    case LOOM_HTTP_DROP_USER:
        forget_user(users, change->user.name);
        return true;
    case LOOM_HTTP_PUT_TOKEN:
        return loom_http_users_load_token(users, &change->token);
    default:
        place = token_place_of(users, change->token.id);
        if (token_is_at(users, place, change->token.id)) {
            forget_token(users, place);
        }
        return true;
    }
}

static void on_kept(void *data, enum loom_http_kept result)
{
    struct change *change = data;
    if (result == LOOM_HTTP_KEPT && !apply(change->users, change)) {
        result = LOOM_HTTP_KEPT_FULL;
    }
    if (change->of_administrator) {
        change->users->has_administrator_change = false;
    }
    loom_http_kept_done *done = change->done;
    void *user = change->data;
    loom_memory_wipe(change, sizeof *change);
    free(change);
    done(user, result);
}

static struct change *begin(struct loom_http_users *users, enum loom_http_change what,
                            loom_http_kept_done *done, void *data)
{
    struct change *change = calloc(1, sizeof *change);
    if (change == NULL) {
        done(data, LOOM_HTTP_KEPT_FULL);
        return NULL;
    }
    change->users = users;
    change->what = what;
    change->done = done;
    change->data = data;
    return change;
}

static void keep(struct change *change, uint64_t version)
{
    const struct loom_http_users *users = change->users;
    if (users->has_keeper) {
        users->keeper.keep(users->keeper.self, change->what, &change->user, &change->token, version,
                           on_kept, change);
    } else {
        on_kept(change, LOOM_HTTP_KEPT);
    }
}

static bool is_administrator(const struct loom_http_user *user)
{
    return user != NULL && user->role == LOOM_HTTP_ADMINISTRATOR;
}

/* Whether a user may become one of this role, LOOM_HTTP_NOBODY: go. Of administrators one at a time
 * is changed, because two that go at once would each leave the other one; and one stays. */
static bool may_become(const struct loom_http_users *users, const struct loom_http_user *user,
                       enum loom_http_role role)
{
    return !is_administrator(user) ||
           (!users->has_administrator_change &&
            (role == LOOM_HTTP_ADMINISTRATOR ||
             loom_http_users_has_other_administrator(users, user->name)));
}

static void keep_user(struct change *change, const struct loom_http_user *before, uint64_t version)
{
    change->of_administrator = is_administrator(before);
    if (change->of_administrator) {
        change->users->has_administrator_change = true;
    }
    keep(change, version);
}

void loom_http_users_put(struct loom_http_users *users, const struct loom_http_user *user,
                         uint64_t version, loom_http_kept_done *done, void *data)
{
    const struct loom_http_user *before = loom_http_users_find(users, user->name);
    if ((before == NULL ? 0 : before->version) != version ||
        !may_become(users, before, user->role)) {
        done(data, LOOM_HTTP_KEPT_CONFLICT);
        return;
    }
    if (version == 0 && users->user_count == LOOM_HTTP_USERS_MAX) {
        done(data, LOOM_HTTP_KEPT_FULL);
        return;
    }
    struct change *change = begin(users, LOOM_HTTP_PUT_USER, done, data);
    if (change != NULL) {
        change->user = *user;
        change->user.version = version + 1;
        keep_user(change, before, version);
    }
}

void loom_http_users_drop(struct loom_http_users *users, const char *name, uint64_t version,
                          loom_http_kept_done *done, void *data)
{
    const struct loom_http_user *user = loom_http_users_find(users, name);
    if (user == NULL || user->version != version || !may_become(users, user, LOOM_HTTP_NOBODY)) {
        done(data, LOOM_HTTP_KEPT_CONFLICT);
        return;
    }
    struct change *change = begin(users, LOOM_HTTP_DROP_USER, done, data);
    if (change != NULL) {
        change->user = *user;
        keep_user(change, user, version);
    }
}

void loom_http_users_put_token(struct loom_http_users *users, const struct loom_http_token *token,
                               loom_http_kept_done *done, void *data)
{
    if (users->token_count >= LOOM_HTTP_TOKENS_MAX) {
        done(data, LOOM_HTTP_KEPT_FULL);
        return;
    }
    struct change *change = begin(users, LOOM_HTTP_PUT_TOKEN, done, data);
    if (change != NULL) {
        change->token = *token;
        keep(change, 0);
    }
}

void loom_http_users_drop_token(struct loom_http_users *users, const char *id,
                                loom_http_kept_done *done, void *data)
{
    size_t place = token_place_of(users, id);
    if (!token_is_at(users, place, id)) {
        done(data, LOOM_HTTP_KEPT_CONFLICT);
        return;
    }
    struct change *change = begin(users, LOOM_HTTP_DROP_TOKEN, done, data);
    if (change != NULL) {
        change->token = users->tokens[place]->token;
        keep(change, 0);
    }
}

/* ---- names ----------------------------------------------------------------------------------- */

bool loom_http_name_is_good(struct loom_text name)
{
    for (size_t i = 0; i < name.length; i++) {
        char c = name.data[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            (c == '\0' || strchr("._-@", c) == NULL)) {
            return false;
        }
    }
    return name.length > 0 && name.length < LOOM_HTTP_NAME_SIZE;
}

static const char *const roles[] = {"nobody", "viewer", "operator", "administrator"};

const char *loom_http_role_name(enum loom_http_role role)
{
    return roles[role];
}

bool loom_http_role_read(const char *name, enum loom_http_role *role)
{
    for (unsigned i = LOOM_HTTP_VIEWER; i <= LOOM_HTTP_ADMINISTRATOR; i++) {
        if (strcmp(name, roles[i]) == 0) {
            *role = (enum loom_http_role)i;
            return true;
        }
    }
    return false;
}
