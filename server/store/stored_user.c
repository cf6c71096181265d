/* SPDX-License-Identifier: Apache-2.0 */
#include "store/stored_user.h"

static const struct loom_statement count_change = {
    "UPDATE counters SET value = value + 1 WHERE name = 'users'"};
static const struct loom_statement changes_so_far = {
    "SELECT value FROM counters WHERE name = 'users'"};

static const struct loom_statement add_user = {
    "INSERT INTO users (name, password, role, generation, changed, created)"
    " VALUES ($1, $2, $3, $4, $5, $6)"};
static const struct loom_statement put_user = {
    "UPDATE users SET password = $2, role = $3, generation = $4, changed = $5"
    " WHERE name = $1 AND generation = $6"};
static const struct loom_statement remove_user = {
    "DELETE FROM users WHERE name = $1 AND generation = $2"};
static const struct loom_statement count_administrators = {
    "SELECT COUNT(*) FROM users WHERE role = 'administrator'"};
static const struct loom_statement each_user = {
    "SELECT name, password, role, generation, created, changed FROM users ORDER BY name"};

static const struct loom_statement put_token = {
    "INSERT INTO tokens (id, digest, user_name, label, role, created, expires, last_used)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    " ON CONFLICT (id) DO UPDATE SET digest = excluded.digest, user_name = excluded.user_name,"
    " label = excluded.label, role = excluded.role, created = excluded.created,"
    " expires = excluded.expires, last_used = excluded.last_used"};
static const struct loom_statement remove_token = {"DELETE FROM tokens WHERE id = $1"};
static const struct loom_statement expire_tokens = {
    "DELETE FROM tokens WHERE expires > 0 AND expires <= $1"};
static const struct loom_statement count_expired = {
    "SELECT COUNT(*) FROM tokens WHERE expires > 0 AND expires <= $1"};
static const struct loom_statement use_token = {"UPDATE tokens SET last_used = $2 WHERE id = $1"};
static const struct loom_statement each_token = {
    "SELECT id, digest, user_name, label, role, created, expires, last_used FROM tokens"
    " ORDER BY user_name, id"};

static const struct loom_statement add_deed = {
    "INSERT INTO audit (time, user_name, address, action, target, status, detail)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)"};
static const struct loom_statement page_deeds = {
    "SELECT number, time, user_name, address, action, target, status, detail FROM audit"
    " WHERE number < $1 ORDER BY number DESC LIMIT $2"};
static const struct loom_statement deed_of_time = {
    "SELECT number FROM audit WHERE time < $1 ORDER BY time DESC, number DESC LIMIT 1"};
static const struct loom_statement prune_deeds = {"DELETE FROM audit WHERE time < $1"};
/* Each kind has an index of its own, to find the last one that stays. */
#define LAST_OF(kind)                                                                              \
    "DELETE FROM audit WHERE " kind " AND number <="                                               \
    " (SELECT number FROM audit WHERE " kind " ORDER BY number DESC LIMIT 1 OFFSET $1)"
static const struct loom_statement prune_failed = {LAST_OF(LOOM_STORED_FAILED_LOGIN)};
static const struct loom_statement prune_others = {LAST_OF(LOOM_STORED_NO_FAILED_LOGIN)};

static const struct loom_statement put_setting = {
    "INSERT INTO settings (name, value, changed) VALUES ($1, $2, $3)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed = excluded.changed"};
static const struct loom_statement remove_setting = {"DELETE FROM settings WHERE name = $1"};
static const struct loom_statement each_setting = {
    "SELECT name, value FROM settings ORDER BY name"};

/* A change that meets nothing was made for something else. */
static enum loom_database_status met(struct loom_database *database,
                                     enum loom_database_status status)
{
    return status == LOOM_DATABASE_OK && loom_database_changes(database) == 0
               ? LOOM_DATABASE_CONFLICT
               : status;
}

/* So that other nodes know of it. It comes before all else of a change: nodes change users one
 * after the other, and never wait for each other crosswise. */
static enum loom_database_status count(struct loom_database *database)
{
    return loom_database_run(database, &count_change, NULL, 0, NULL, NULL);
}

static enum loom_database_status change(struct loom_database *database,
                                        const struct loom_statement *statement,
                                        const struct loom_database_value *values, size_t number)
{
    enum loom_database_status status = count(database);
    return status == LOOM_DATABASE_OK
               ? loom_database_run(database, statement, values, number, NULL, NULL)
               : status;
}

static bool take_number(void *user, const struct loom_database_value *columns, size_t count)
{
    (void)count;
    *(int64_t *)user = loom_database_as_integer(&columns[0]);
    return true;
}

enum loom_database_status loom_stored_user_changes(struct loom_database *database, int64_t *changes)
{
    *changes = 0;
    return loom_database_run(database, &changes_so_far, NULL, 0, take_number, changes);
}

/* ---- users ----------------------------------------------------------------------------------- */

static enum loom_database_status administrators(struct loom_database *database, int64_t *number)
{
    *number = 0;
    return loom_database_run(database, &count_administrators, NULL, 0, take_number, number);
}

/* Two nodes that take one administrator away each would leave none. */
static enum loom_database_status change_user(struct loom_database *database,
                                             const struct loom_statement *statement,
                                             const struct loom_database_value *values,
                                             size_t number)
{
    int64_t before = 0;
    int64_t after = 0;
    enum loom_database_status status = count(database);
    if (status == LOOM_DATABASE_OK) {
        status = administrators(database, &before);
    }
    if (status == LOOM_DATABASE_OK) {
        status = met(database, loom_database_run(database, statement, values, number, NULL, NULL));
    }
    if (status == LOOM_DATABASE_OK) {
        status = administrators(database, &after);
    }
    return status == LOOM_DATABASE_OK && before > 0 && after == 0 ? LOOM_DATABASE_CONFLICT : status;
}

enum loom_database_status loom_stored_user_save(struct loom_database *database,
                                                const struct loom_stored_user *user,
                                                int64_t expected)
{
    struct loom_database_value values[] = {
        loom_database_text(user->name),
        loom_database_text(user->password),
        loom_database_text(user->role),
        loom_database_integer(expected + 1),
        loom_database_integer(user->changed),
        loom_database_integer(expected == 0 ? user->created : expected),
    };
    return change_user(database, expected == 0 ? &add_user : &put_user, values, 6);
}

enum loom_database_status loom_stored_user_remove(struct loom_database *database,
                                                  struct loom_text name, int64_t expected)
{
    struct loom_database_value values[] = {loom_database_text(name),
                                           loom_database_integer(expected)};
    return change_user(database, &remove_user, values, 2);
}

struct user_visit {
    loom_stored_user_visitor *visit;
    void *user;
};

static bool show_user(void *user, const struct loom_database_value *columns, size_t count)
{
    const struct user_visit *visit = user;
    struct loom_stored_user stored = {
        .name = loom_database_as_text(&columns[0]),
        .password = loom_database_as_text(&columns[1]),
        .role = loom_database_as_text(&columns[2]),
        .generation = loom_database_as_integer(&columns[3]),
        .created = loom_database_as_integer(&columns[4]),
        .changed = loom_database_as_integer(&columns[5]),
    };
    (void)count;
    return visit->visit(visit->user, &stored);
}

enum loom_database_status loom_stored_user_each(struct loom_database *database,
                                                loom_stored_user_visitor *visit, void *user)
{
    struct user_visit one = {visit, user};
    return loom_database_run(database, &each_user, NULL, 0, show_user, &one);
}

/* ---- tokens ---------------------------------------------------------------------------------- */

enum loom_database_status loom_stored_token_save(struct loom_database *database,
                                                 const struct loom_stored_token *token)
{
    struct loom_database_value values[] = {
        loom_database_text(token->id),         loom_database_bytes(token->digest),
        loom_database_text(token->user),       loom_database_text(token->label),
        loom_database_text(token->role),       loom_database_integer(token->created),
        loom_database_integer(token->expires), loom_database_integer(token->last_used),
    };
    return change(database, &put_token, values, 8);
}

enum loom_database_status loom_stored_token_remove(struct loom_database *database,
                                                   struct loom_text id)
{
    struct loom_database_value value = loom_database_text(id);
    return change(database, &remove_token, &value, 1);
}

enum loom_database_status loom_stored_token_expire(struct loom_database *database, int64_t now)
{
    struct loom_database_value value = loom_database_integer(now);
    int64_t expired = 0;
    enum loom_database_status status =
        loom_database_run(database, &count_expired, &value, 1, take_number, &expired);
    return status == LOOM_DATABASE_OK && expired > 0 ? change(database, &expire_tokens, &value, 1)
                                                     : status;
}

enum loom_database_status loom_stored_token_used(struct loom_database *database,
                                                 struct loom_text id, int64_t now)
{
    struct loom_database_value values[] = {loom_database_text(id), loom_database_integer(now)};
    return change(database, &use_token, values, 2);
}

struct token_visit {
    loom_stored_token_visitor *visit;
    void *user;
};

static bool show_token(void *user, const struct loom_database_value *columns, size_t count)
{
    const struct token_visit *visit = user;
    struct loom_stored_token token = {
        .id = loom_database_as_text(&columns[0]),
        .digest = loom_database_as_bytes(&columns[1]),
        .user = loom_database_as_text(&columns[2]),
        .label = loom_database_as_text(&columns[3]),
        .role = loom_database_as_text(&columns[4]),
        .created = loom_database_as_integer(&columns[5]),
        .expires = loom_database_as_integer(&columns[6]),
        .last_used = loom_database_as_integer(&columns[7]),
    };
    (void)count;
    return visit->visit(visit->user, &token);
}

enum loom_database_status loom_stored_token_each(struct loom_database *database,
                                                 loom_stored_token_visitor *visit, void *user)
{
    struct token_visit one = {visit, user};
    return loom_database_run(database, &each_token, NULL, 0, show_token, &one);
}

/* ---- the record ------------------------------------------------------------------------------ */

enum loom_database_status loom_stored_deed_add(struct loom_database *database,
                                               const struct loom_stored_deed *deed)
{
    struct loom_database_value values[] = {
        loom_database_integer(deed->time),        loom_database_text(deed->user),
        loom_database_text(deed->address),        loom_database_text(deed->action),
        loom_database_text(deed->target),         loom_database_integer(deed->status),
        loom_database_text_or_null(deed->detail),
    };
    return loom_database_run(database, &add_deed, values, 7, NULL, NULL);
}

struct deed_visit {
    loom_stored_deed_visitor *visit;
    void *user;
};

static bool show_deed(void *user, const struct loom_database_value *columns, size_t count)
{
    const struct deed_visit *visit = user;
    struct loom_stored_deed deed = {
        .number = loom_database_as_integer(&columns[0]),
        .time = loom_database_as_integer(&columns[1]),
        .user = loom_database_as_text(&columns[2]),
        .address = loom_database_as_text(&columns[3]),
        .action = loom_database_as_text(&columns[4]),
        .target = loom_database_as_text(&columns[5]),
        .status = loom_database_as_integer(&columns[6]),
        .detail = loom_database_as_text(&columns[7]),
    };
    (void)count;
    return visit->visit(visit->user, &deed);
}

enum loom_database_status loom_stored_deed_page(struct loom_database *database, int64_t before,
                                                size_t limit, loom_stored_deed_visitor *visit,
                                                void *user)
{
    struct deed_visit one = {visit, user};
    struct loom_database_value values[] = {loom_database_integer(before == 0 ? INT64_MAX : before),
                                           loom_database_integer((int64_t)limit)};
    return loom_database_run(database, &page_deeds, values, 2, show_deed, &one);
}

enum loom_database_status loom_stored_deed_of_time(struct loom_database *database, int64_t time,
                                                   int64_t *number)
{
    struct loom_database_value value = loom_database_integer(time);
    *number = 0;
    return loom_database_run(database, &deed_of_time, &value, 1, take_number, number);
}

enum loom_database_status loom_stored_deed_prune(struct loom_database *database, int64_t before,
                                                 size_t failed, size_t others)
{
    struct loom_database_value values[] = {loom_database_integer(before),
                                           loom_database_integer((int64_t)failed),
                                           loom_database_integer((int64_t)others)};
    const struct loom_statement *const statements[] = {&prune_deeds, &prune_failed, &prune_others};
    enum loom_database_status status = LOOM_DATABASE_OK;
    for (size_t i = 0; status == LOOM_DATABASE_OK && i < 3; i++) {
        status = loom_database_run(database, statements[i], &values[i], 1, NULL, NULL);
    }
    return status;
}

/* ---- settings -------------------------------------------------------------------------------- */

enum loom_database_status loom_stored_setting_save(struct loom_database *database,
                                                   struct loom_text name, struct loom_text value,
                                                   int64_t now)
{
    struct loom_database_value values[] = {loom_database_text(name), loom_database_text(value),
                                           loom_database_integer(now)};
    return value.data == NULL ? loom_database_run(database, &remove_setting, values, 1, NULL, NULL)
                              : loom_database_run(database, &put_setting, values, 3, NULL, NULL);
}

struct setting_visit {
    loom_stored_setting_visitor *visit;
    void *user;
};

static bool show_setting(void *user, const struct loom_database_value *columns, size_t count)
{
    const struct setting_visit *visit = user;
    (void)count;
    return visit->visit(visit->user, loom_database_as_text(&columns[0]),
                        loom_database_as_text(&columns[1]));
}

enum loom_database_status loom_stored_setting_each(struct loom_database *database,
                                                   loom_stored_setting_visitor *visit, void *user)
{
    struct setting_visit one = {visit, user};
    return loom_database_run(database, &each_setting, NULL, 0, show_setting, &one);
}
