/* SPDX-License-Identifier: Apache-2.0 */
/* Documents and their keys: who writes over what he has not seen is refused, and others learn of
 * what has changed in the order in which it did. */
#include "database/seal.h"
#include "database_bench.h"
#include "sqlite_steps.h"
#include "store/schema.h"
#include "store/stored_document.h"

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

static struct loom_stored_document make(const char *kind, const char *name, const char *text)
{
    struct loom_stored_document document = {
        .name = {TEXT("bootstrap"), {kind, strlen(kind)}, {name, strlen(name)}},
        .document = {text, strlen(text)},
        .created = 1000,
        .changed = 2000};
    return document;
}

static void good(struct database_bench *bench, enum loom_database_status status)
{
    cr_assert_eq(status, LOOM_DATABASE_OK, "%s", loom_database_error(bench->database));
}

struct list {
    char all[512];
    size_t wanted;
    struct {
        int64_t generation;
        int64_t created;
        int64_t changed;
    } last;
};

static bool add_to_list(void *user, const struct loom_stored_document *got)
{
    struct list *list = user;
    char line[128];
    (void)snprintf(line, sizeof line, "%.*s/%.*s/%.*s<%.*s=%.*s ", (int)got->name.server.length,
                   got->name.server.data, (int)got->name.kind.length, got->name.kind.data,
                   (int)got->name.name.length, got->name.name.data, (int)got->parent.length,
                   got->parent.data == NULL ? "" : got->parent.data, (int)got->document.length,
                   got->document.data == NULL ? "" : got->document.data);
    (void)strncat(list->all, line, sizeof list->all - strlen(list->all) - 1);
    list->last.generation = got->generation;
    list->last.created = got->created;
    list->last.changed = got->changed;
    return --list->wanted > 0;
}

/* Removes a document at a time. */
static enum loom_database_status take_away(struct database_bench *bench,
                                           const struct loom_stored_document *document,
                                           int64_t expected, int64_t time)
{
    struct loom_stored_document removed = *document;
    removed.changed = time;
    return loom_stored_document_remove(bench->database, &removed, expected, NULL);
}

static struct list find(struct database_bench *bench, const struct loom_stored_document *document)
{
    struct list list = {.wanted = 2};
    good(bench, loom_stored_document_find(bench->database, &document->name, add_to_list, &list));
    return list;
}

/* ---- documents ------------------------------------------------------------------------------- */

BOTH(documents, are_not_written_over_unseen)
{
    struct loom_stored_document document = make("account", "a", "{}");
    int64_t first = 0;
    int64_t second = 0;
    good(bench, loom_store_migrate(bench->database));
    good(bench, loom_stored_document_save(bench->database, &document, LOOM_STORED_NEW, &first));
    cr_assert_eq(loom_stored_document_save(bench->database, &document, LOOM_STORED_NEW, &second),
                 LOOM_DATABASE_CONFLICT);
    document.document = (struct loom_text)TEXT("{\"a\":1}");
    document.parent = (struct loom_text)TEXT("p");
    document.created = 5000;
    document.changed = 6000;
    good(bench, loom_stored_document_save(bench->database, &document, first, &second));
    cr_assert_gt(second, first);
    cr_assert_eq(loom_stored_document_save(bench->database, &document, first, NULL),
                 LOOM_DATABASE_CONFLICT);
    struct list list = find(bench, &document);
    cr_assert_str_eq(list.all, "bootstrap/account/a<p={\"a\":1} ");
    cr_assert_eq(list.last.generation, second);
    cr_assert_eq(list.last.created, 1000);
    cr_assert_eq(list.last.changed, 6000);
    good(bench, loom_stored_document_save(bench->database, &document, LOOM_STORED_ANY, &first));
    cr_assert_eq(find(bench, &document).last.generation, first);
    cr_assert_eq(find(bench, &document).last.created, 1000);
    cr_assert_eq(take_away(bench, &document, second, 7000), LOOM_DATABASE_CONFLICT);
    good(bench, take_away(bench, &document, first, 7000));
    cr_assert_str_eq(find(bench, &document).all, "");
    cr_assert_eq(take_away(bench, &document, first, 7000), LOOM_DATABASE_CONFLICT);
    good(bench, take_away(bench, &document, LOOM_STORED_ANY, 0));
    /* One that comes again has no generation that was seen before. */
    good(bench, loom_stored_document_save(bench->database, &document, LOOM_STORED_ANY, &second));
    cr_assert_gt(second, first);
}

BOTH(documents, are_told_from_those_of_another_server_or_kind)
{
    struct loom_stored_document account = make("account", "a", "1");
    struct loom_stored_document profile = make("profile", "a", "2");
    struct loom_stored_document other = make("account", "a", "3");
    other.name.server = (struct loom_text)TEXT("management");
    good(bench, loom_store_migrate(bench->database));
    good(bench, loom_stored_document_save(bench->database, &account, LOOM_STORED_NEW, NULL));
    good(bench, loom_stored_document_save(bench->database, &profile, LOOM_STORED_NEW, NULL));
    good(bench, loom_stored_document_save(bench->database, &other, LOOM_STORED_NEW, NULL));
    good(bench, take_away(bench, &other, LOOM_STORED_ANY, 1));
    cr_assert_str_eq(find(bench, &account).all, "bootstrap/account/a<=1 ");
    cr_assert_str_eq(find(bench, &profile).all, "bootstrap/profile/a<=2 ");
    cr_assert_str_eq(find(bench, &other).all, "");
}

BOTH(documents, tell_others_what_has_changed)
{
    struct loom_stored_document a = make("account", "a", "1");
    struct loom_stored_document b = make("account", "b", "2");
    struct loom_stored_document c = make("profile", "c", "3");
    struct list list = {.wanted = 100};
    int64_t seen = 0;
    int64_t now = 0;
    int64_t forgotten = 1;
    good(bench, loom_store_migrate(bench->database));
    good(bench, loom_stored_document_save(bench->database, &a, LOOM_STORED_NEW, NULL));
    good(bench, loom_stored_document_save(bench->database, &b, LOOM_STORED_NEW, NULL));
    good(bench, loom_stored_document_generation(bench->database, &seen, &forgotten));
    cr_assert_eq(forgotten, 0);
    c.author = (struct loom_text)TEXT("n1");
    good(bench, loom_stored_document_save(bench->database, &c, LOOM_STORED_NEW, NULL));
    good(bench, take_away(bench, &b, LOOM_STORED_ANY, 9000));
    good(bench, loom_stored_document_save(bench->database, &a, LOOM_STORED_ANY, &now));
    struct loom_stored_since since = {a.name.server, seen, TEXT("")};
    good(bench, loom_stored_document_since(bench->database, &since, add_to_list, &list));
    cr_assert_str_eq(list.all,
                     "bootstrap/profile/c<=3 bootstrap/account/b<= bootstrap/account/a<=1 ");
    cr_assert_eq(list.last.generation, now);
    /* Not what one has written oneself, nor what is of another server. */
    since.author = c.author;
    list = (struct list){.wanted = 100};
    good(bench, loom_stored_document_since(bench->database, &since, add_to_list, &list));
    cr_assert_str_eq(list.all, "bootstrap/account/b<= bootstrap/account/a<=1 ");
    since.server = (struct loom_text)TEXT("management");
    list = (struct list){.wanted = 100};
    good(bench, loom_stored_document_since(bench->database, &since, add_to_list, &list));
    cr_assert_str_eq(list.all, "");
}

/* Removals are not kept for ever: who has seen less than what is forgotten has to read all. */
BOTH(documents, forget_old_removals)
{
    struct loom_stored_document a = make("account", "a", "1");
    struct loom_stored_document b = make("account", "b", "2");
    struct loom_stored_since since = {a.name.server, 0, TEXT("")};
    struct list list = {.wanted = 100};
    int64_t last = 0;
    int64_t forgotten = 0;
    int64_t second = 0;
    good(bench, loom_store_migrate(bench->database));
    good(bench, loom_stored_document_save(bench->database, &a, LOOM_STORED_NEW, NULL));
    good(bench, loom_stored_document_save(bench->database, &b, LOOM_STORED_NEW, NULL));
    good(bench, take_away(bench, &a, LOOM_STORED_ANY, 1000));
    good(bench, loom_stored_document_generation(bench->database, &second, &forgotten));
    good(bench, take_away(bench, &b, LOOM_STORED_ANY, 2000));
    good(bench, loom_stored_document_forget(bench->database, 1000));
    good(bench, loom_stored_document_generation(bench->database, &last, &forgotten));
    cr_assert_eq(forgotten, 0);
    good(bench, loom_stored_document_forget(bench->database, 1500));
    good(bench, loom_stored_document_since(bench->database, &since, add_to_list, &list));
    cr_assert_str_eq(list.all, "bootstrap/account/b<= ");
    good(bench, loom_stored_document_generation(bench->database, &last, &forgotten));
    cr_assert_eq(forgotten, second);
    /* Nothing to forget does not change it. */
    good(bench, loom_stored_document_forget(bench->database, 1500));
    good(bench, loom_stored_document_generation(bench->database, &last, &forgotten));
    cr_assert_eq(forgotten, second);
}

/* Who has seen a generation has seen all before it: the next one waits for the end of the
 * transaction. */
BOTH(documents, become_visible_in_the_order_of_their_generations)
{
    struct loom_stored_document a = make("account", "a", "1");
    struct loom_stored_document b = make("account", "b", "2");
    struct loom_database *other = database_bench_open(bench);
    struct loom_stored_since since = {a.name.server, 0, TEXT("")};
    struct list list = {.wanted = 100};
    int64_t first = 0;
    int64_t second = 0;
    good(bench, loom_store_migrate(bench->database));
    good(bench, loom_database_begin(bench->database));
    good(bench, loom_stored_document_save(bench->database, &a, LOOM_STORED_NEW, &first));
    cr_assert_eq(loom_stored_document_save(other, &b, LOOM_STORED_NEW, &second),
                 LOOM_DATABASE_AGAIN);
    cr_assert_eq(loom_stored_document_since(other, &since, add_to_list, &list), LOOM_DATABASE_OK);
    cr_assert_str_eq(list.all, "");
    good(bench, loom_database_commit(bench->database));
    cr_assert_eq(loom_stored_document_save(other, &b, LOOM_STORED_NEW, &second), LOOM_DATABASE_OK);
    cr_assert_gt(second, first);
    loom_database_close(other);
}

static void count_since_on_sqlite(struct database_bench *bench)
{
    enum { DOCUMENTS = 5000, STEPS_MAX = 500 };
    static const char fill[] =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
        " INSERT INTO documents (server, kind, name, document, generation, created, changed)"
        " SELECT 'bootstrap', 'account', 'd' || i, '{}', i, 0, 0 FROM n";
    struct loom_stored_since since = {TEXT("bootstrap"), DOCUMENTS - 1, TEXT("")};
    struct list list = {.wanted = 100};
    sqlite_steps_count();
    struct loom_database *database = database_bench_open(bench);
    cr_assert_eq(loom_store_migrate(database), LOOM_DATABASE_OK);
    cr_assert_eq(loom_database_execute(database, fill), LOOM_DATABASE_OK);
    sqlite_steps = 0;
    cr_assert_eq(loom_stored_document_since(database, &since, add_to_list, &list),
                 LOOM_DATABASE_OK);
    cr_expect_gt(sqlite_steps, 0);
    cr_expect_lt(sqlite_steps, STEPS_MAX, "%lld", sqlite_steps);
    loom_database_close(database);
}

/* Each change and each look of a node asks: what has changed costs that, and not what there is. */
Test(documents, of_late_are_found_by_their_generation)
{
    database_bench_run(DATABASE_SQLITE, count_since_on_sqlite);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static bool add_key(void *user, const struct loom_stored_key *got)
{
    struct list *list = user;
    char line[128];
    (void)snprintf(line, sizeof line, "%.*s/%.*s.%d=%.*s:%.*s(%.*s) ", (int)got->of.name.length,
                   got->of.name.data, (int)got->place.length, got->place.data, (int)got->version,
                   (int)got->identity.length,
                   got->identity.data == NULL ? "" : (const char *)got->identity.data,
                   (int)got->sealed.length, (const char *)got->sealed.data, (int)got->state.length,
                   got->state.data);
    (void)strncat(list->all, line, sizeof list->all - strlen(list->all) - 1);
    list->last.created = got->created;
    return true;
}

static struct list keys_of(struct database_bench *bench, const struct loom_stored_name *of)
{
    struct list list = {.wanted = 0};
    good(bench, loom_stored_key_find(bench->database, of, add_key, &list));
    return list;
}

BOTH(keys, belong_to_a_document)
{
    struct loom_stored_document document = make("account", "a", "1");
    struct loom_stored_key key = {.of = document.name,
                                  .place = TEXT("own"),
                                  .version = 1,
                                  .identity = BYTES("who"),
                                  .sealed = BYTES("sealed"),
                                  .state = TEXT("stable"),
                                  .created = 77};
    struct list list = {.wanted = 0};
    good(bench, loom_store_migrate(bench->database));
    cr_assert_eq(loom_stored_key_save(bench->database, &key), LOOM_DATABASE_CONFLICT);
    good(bench, loom_stored_document_save(bench->database, &document, LOOM_STORED_NEW, NULL));
    good(bench, loom_stored_key_save(bench->database, &key));
    key.version = 2;
    key.identity = (struct loom_bytes){NULL, 0};
    good(bench, loom_stored_key_save(bench->database, &key));
    key.sealed = (struct loom_bytes)BYTES("again");
    good(bench, loom_stored_key_save(bench->database, &key));
    cr_assert_str_eq(keys_of(bench, &document.name).all,
                     "a/own.1=who:sealed(stable) a/own.2=:again(stable) ");
    cr_assert_eq(keys_of(bench, &document.name).last.created, 77);
    good(bench, loom_stored_key_each(bench->database, document.name.server, add_key, &list));
    cr_assert_str_eq(list.all, keys_of(bench, &document.name).all);
    /* A change of the document leaves its keys; they go with it. */
    good(bench, loom_stored_document_save(bench->database, &document, LOOM_STORED_ANY, NULL));
    cr_assert_str_neq(keys_of(bench, &document.name).all, "");
    good(bench, take_away(bench, &document, LOOM_STORED_ANY, 1));
    cr_assert_str_eq(keys_of(bench, &document.name).all, "");
}

/* Two rows whose names put together are the same text. */
Test(keys, belong_to_no_other_row)
{
    struct loom_stored_key a = {
        .of = {TEXT("s"), TEXT("account"), TEXT("x 3:own")}, .place = TEXT("y"), .version = 1};
    struct loom_stored_key b = a;
    char first[LOOM_STORED_BELONGS_MAX];
    char second[LOOM_STORED_BELONGS_MAX];
    char long_name[LOOM_STORED_BELONGS_MAX];
    struct loom_text one;
    struct loom_text other;
    b.of.name = (struct loom_text)TEXT("x");
    b.place = (struct loom_text)TEXT("own 1:y");
    cr_assert(loom_stored_key_belongs(&a, first, &one));
    cr_assert(loom_stored_key_belongs(&b, second, &other));
    cr_assert(one.length != other.length || memcmp(one.data, other.data, one.length) != 0);
    b = a;
    b.version = 2;
    cr_assert(loom_stored_key_belongs(&b, second, &other));
    cr_assert(one.length != other.length || memcmp(one.data, other.data, one.length) != 0);
    memset(long_name, 'x', sizeof long_name);
    for (size_t length = LOOM_STORED_BELONGS_MAX - 64; length <= sizeof long_name; length++) {
        a.of.name = (struct loom_text){long_name, length};
        bool fits = loom_stored_key_belongs(&a, first, &one);
        cr_assert(fits ? one.length <= LOOM_STORED_BELONGS_MAX : length > 900);
    }
    cr_assert_not(loom_stored_key_belongs(&a, first, &one));
}
