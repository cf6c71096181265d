/* SPDX-License-Identifier: Apache-2.0 */
/* Users, tokens, the record of what was done, and settings. */
#include "database_bench.h"
#include "store/schema.h"
#include "store/stored_user.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#define TEXT(literal)                                                                              \
    {                                                                                              \
        literal, sizeof literal - 1                                                                \
    }
#define BYTES(literal)                                                                             \
    {                                                                                              \
        (const uint8_t *)(literal), sizeof literal - 1                                             \
    }

static const struct loom_stored_user anna = {.name = TEXT("anna"),
                                             .password = TEXT("$y$hash"),
                                             .role = TEXT("operator"),
                                             .created = 10,
                                             .changed = 20};
static const struct loom_stored_token key = {.id = TEXT("t1"),
                                             .digest = BYTES("\x01\x00\x02"),
                                             .user = TEXT("anna"),
                                             .label = TEXT("script"),
                                             .role = TEXT("viewer"),
                                             .created = 30,
                                             .expires = 40,
                                             .last_used = 0};

static void good(struct database_bench *bench, enum loom_database_status status)
{
    cr_assert_eq(status, LOOM_DATABASE_OK, "%s", loom_database_error(bench->database));
}

static void add_line(char *all, size_t size, const char *line)
{
    cr_assert_lt(strlen(all) + strlen(line), size);
    (void)strcat(all, line);
}

static bool list_user(void *user, const struct loom_stored_user *got)
{
    char line[128];
    (void)snprintf(line, sizeof line, "%.*s %.*s %.*s g%d %d %d;", (int)got->name.length,
                   got->name.data, (int)got->password.length, got->password.data,
                   (int)got->role.length, got->role.data, (int)got->generation, (int)got->created,
                   (int)got->changed);
    add_line(user, 512, line);
    return true;
}

static const char *users_of(struct database_bench *bench)
{
    static char all[512];
    all[0] = '\0';
    good(bench, loom_stored_user_each(bench->database, list_user, all));
    return all;
}

static bool list_token(void *user, const struct loom_stored_token *got)
{
    char line[128];
    (void)snprintf(line, sizeof line, "%.*s %zu %.*s %.*s %.*s %d %d %d;", (int)got->id.length,
                   got->id.data, got->digest.length, (int)got->user.length, got->user.data,
                   (int)got->label.length, got->label.data, (int)got->role.length, got->role.data,
                   (int)got->created, (int)got->expires, (int)got->last_used);
    add_line(user, 512, line);
    return true;
}

static const char *tokens_of(struct database_bench *bench)
{
    static char all[512];
    all[0] = '\0';
    good(bench, loom_stored_token_each(bench->database, list_token, all));
    return all;
}

BOTH(users, are_changed_by_who_has_seen_them)
{
    struct loom_stored_user changed = anna;
    struct loom_stored_user other = anna;
    good(bench, loom_store_migrate(bench->database));
    good(bench, loom_stored_user_save(bench->database, &anna, 0));
    cr_assert_eq(loom_stored_user_save(bench->database, &anna, 0), LOOM_DATABASE_CONFLICT);
    changed.role = (struct loom_text)TEXT("viewer");
    changed.created = 99;
    changed.changed = 21;
    good(bench, loom_stored_user_save(bench->database, &changed, 1));
    cr_assert_eq(loom_stored_user_save(bench->database, &changed, 1), LOOM_DATABASE_CONFLICT);
    cr_assert_eq(loom_stored_user_save(bench->database, &changed, 3), LOOM_DATABASE_CONFLICT);
    other.name = (struct loom_text)TEXT("Zoe");
    cr_assert_eq(loom_stored_user_save(bench->database, &other, 1), LOOM_DATABASE_CONFLICT);
    good(bench, loom_stored_user_save(bench->database, &other, 0));
    /* Byte by byte: large letters come first. */
    cr_assert_str_eq(users_of(bench),
                     "Zoe $y$hash operator g1 10 20;anna $y$hash viewer g2 10 21;");
    cr_assert_eq(loom_stored_user_remove(bench->database, anna.name, 1), LOOM_DATABASE_CONFLICT);
    good(bench, loom_stored_user_remove(bench->database, anna.name, 2));
    cr_assert_eq(loom_stored_user_remove(bench->database, anna.name, 2), LOOM_DATABASE_CONFLICT);
    cr_assert_str_eq(users_of(bench), "Zoe $y$hash operator g1 10 20;");
}

static void refused(struct database_bench *bench, enum loom_database_status status)
{
    cr_assert_eq(status, LOOM_DATABASE_CONFLICT);
    loom_database_rollback(bench->database);
}

/* Of two nodes that take an administrator away at the same time, each sees the other one stay. */
BOTH(users, keep_an_administrator)
{
    struct loom_stored_user ada = anna;
    struct loom_stored_user bob = anna;
    ada.name = (struct loom_text)TEXT("ada");
    bob.name = (struct loom_text)TEXT("bob");
    ada.role = bob.role = (struct loom_text)TEXT("administrator");
    good(bench, loom_store_migrate(bench->database));
    good(bench, loom_stored_user_save(bench->database, &anna, 0));
    good(bench, loom_stored_user_save(bench->database, &anna, 1)); /* there was none before */
    good(bench, loom_stored_user_save(bench->database, &ada, 0));
    good(bench, loom_stored_user_save(bench->database, &bob, 0));
    good(bench, loom_stored_user_remove(bench->database, ada.name, 1));
    good(bench, loom_database_begin(bench->database));
    refused(bench, loom_stored_user_remove(bench->database, bob.name, 1));
    bob.role = anna.role;
    good(bench, loom_database_begin(bench->database));
    refused(bench, loom_stored_user_save(bench->database, &bob, 1));
    cr_assert_str_eq(users_of(bench), "anna $y$hash operator g2 10 20;"
                                      "bob $y$hash administrator g1 10 20;");
    good(bench, loom_stored_user_remove(bench->database, anna.name, 2));
}

BOTH(users, have_tokens_that_go_with_them)
{
    struct loom_stored_token other = key;
    good(bench, loom_store_migrate(bench->database));
    cr_assert_eq(loom_stored_token_save(bench->database, &key), LOOM_DATABASE_CONFLICT);
    good(bench, loom_stored_user_save(bench->database, &anna, 0));
    good(bench, loom_stored_token_save(bench->database, &key));
    other.id = (struct loom_text)TEXT("t2");
    cr_assert_eq(loom_stored_token_save(bench->database, &other), LOOM_DATABASE_CONFLICT);
    other.digest = (struct loom_bytes)BYTES("\x05");
    other.expires = 0;
    good(bench, loom_stored_token_save(bench->database, &other));
    good(bench, loom_stored_token_used(bench->database, other.id, 35));
    cr_assert_str_eq(tokens_of(bench),
                     "t1 3 anna script viewer 30 40 0;t2 1 anna script viewer 30 0 35;");
    good(bench, loom_stored_token_expire(bench->database, 39));
    cr_assert_str_neq(tokens_of(bench), "t2 1 anna script viewer 30 0 35;");
    good(bench, loom_stored_token_expire(bench->database, 40));
    cr_assert_str_eq(tokens_of(bench), "t2 1 anna script viewer 30 0 35;");
    good(bench, loom_stored_token_save(bench->database, &key));
    good(bench, loom_stored_token_remove(bench->database, other.id));
    cr_assert_str_eq(tokens_of(bench), "t1 3 anna script viewer 30 40 0;");
    good(bench, loom_stored_user_remove(bench->database, anna.name, 1));
    cr_assert_str_eq(tokens_of(bench), "");
}

/* ---- the record ------------------------------------------------------------------------------ */

struct record {
    char all[256];
    int64_t oldest;
};

static bool list_deed(void *user, const struct loom_stored_deed *got)
{
    struct record *record = user;
    char line[128];
    (void)snprintf(line, sizeof line, "%d %.*s %.*s %.*s %.*s %d %.*s;", (int)got->time,
                   (int)got->user.length, got->user.data, (int)got->address.length,
                   got->address.data, (int)got->action.length, got->action.data,
                   (int)got->target.length, got->target.data, (int)got->status,
                   (int)got->detail.length, got->detail.data == NULL ? "" : got->detail.data);
    add_line(record->all, sizeof record->all, line);
    record->oldest = got->number;
    return true;
}

static struct record deeds_before(struct database_bench *bench, int64_t before, size_t limit)
{
    struct record record = {"", 0};
    good(bench, loom_stored_deed_page(bench->database, before, limit, list_deed, &record));
    return record;
}

BOTH(record, shows_the_newest_first)
{
    struct loom_stored_deed deed = {.user = TEXT("anna"),
                                    .address = TEXT("::1"),
                                    .action = TEXT("PUT"),
                                    .target = TEXT("/v1/x"),
                                    .status = 204};
    good(bench, loom_store_migrate(bench->database));
    for (int64_t time = 1; time <= 3; time++) {
        deed.time = time;
        good(bench, loom_stored_deed_add(bench->database, &deed));
        deed.detail = (struct loom_text)TEXT("why");
    }
    struct record record = deeds_before(bench, 0, 2);
    cr_assert_str_eq(record.all, "3 anna ::1 PUT /v1/x 204 why;2 anna ::1 PUT /v1/x 204 why;");
    record = deeds_before(bench, record.oldest, 2);
    cr_assert_str_eq(record.all, "1 anna ::1 PUT /v1/x 204 ;");
    cr_assert_str_eq(deeds_before(bench, record.oldest, 2).all, "");
    good(bench, loom_stored_deed_prune(bench->database, 3, 9, 9));
    cr_assert_str_eq(deeds_before(bench, 0, 9).all, "3 anna ::1 PUT /v1/x 204 why;");
}

/* What strangers can cause pushes out nothing else, and both have an end. */
BOTH(record, has_a_limit_of_its_own_for_failed_logins)
{
    static const struct loom_text details[] = {TEXT("done"), TEXT("no-password"), {NULL, 0}};
    struct loom_stored_deed deed = {
        .user = TEXT("a"), .address = TEXT("::1"), .action = TEXT("login"), .target = TEXT("")};
    good(bench, loom_store_migrate(bench->database));
    for (int64_t time = 1; time <= 12; time++) {
        deed.time = time;
        deed.detail = details[time % 3];
        good(bench, loom_stored_deed_add(bench->database, &deed));
    }
    good(bench, loom_stored_deed_prune(bench->database, 0, 2, 9));
    cr_assert_str_eq(deeds_before(bench, 0, 4).all,
                     "12 a ::1 login  0 done;11 a ::1 login  0 ;10 a ::1 login  0 no-password;9 a "
                     "::1 login  0 done;");
    cr_assert_str_eq(deeds_before(bench, 7, 9).all,
                     "6 a ::1 login  0 done;5 a ::1 login  0 ;3 a ::1 login  0 done;2 a ::1 login  "
                     "0 ;");
    good(bench, loom_stored_deed_prune(bench->database, 0, 2, 1));
    cr_assert_str_eq(
        deeds_before(bench, 0, 9).all,
        "12 a ::1 login  0 done;10 a ::1 login  0 no-password;7 a ::1 login  0 no-password;");
}

/* ---- settings -------------------------------------------------------------------------------- */

static bool list_setting(void *user, struct loom_text name, struct loom_text value)
{
    char line[128];
    (void)snprintf(line, sizeof line, "%.*s=%.*s;", (int)name.length, name.data, (int)value.length,
                   value.data);
    add_line(user, 128, line);
    return true;
}

BOTH(settings, are_made_and_taken_back)
{
    char all[128] = "";
    struct loom_text a = TEXT("a");
    struct loom_text b = TEXT("b");
    good(bench, loom_store_migrate(bench->database));
    good(bench, loom_stored_setting_save(bench->database, b, a, 1));
    good(bench, loom_stored_setting_save(bench->database, a, a, 1));
    good(bench, loom_stored_setting_save(bench->database, a, b, 2));
    good(bench, loom_stored_setting_each(bench->database, list_setting, all));
    cr_assert_str_eq(all, "a=b;b=a;");
    all[0] = '\0';
    good(bench, loom_stored_setting_save(bench->database, b, (struct loom_text){NULL, 0}, 3));
    good(bench, loom_stored_setting_save(bench->database, a, (struct loom_text){NULL, 0}, 3));
    good(bench, loom_stored_setting_each(bench->database, list_setting, all));
    cr_assert_str_eq(all, "");
}
