/* SPDX-License-Identifier: Apache-2.0 */
/* The directory in a database: what was changed is there again, keys are sealed. */
#include "accounts/kept.h"
#include "catalog/standard.h"
#include "database_bench.h"
#include "store/schema.h"
#include "store/stored_document.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEAL  "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n"
#define OTHER "f0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n"
#define KEY   "000102030405060708090a0b0c0d0e0f"
#define PROFILE                                                                                    \
    "{\"identity\":\"bs-{endpoint}\",\"key\":\"generate\",\"servers\":{\"101\":{\"uri\":\"coaps:"  \
    "//dm\",\"identity\":\"{endpoint}\",\"key\":\"generate\",\"lifetime\":300}}}"

static const struct loom_directory_condition any = {.absent = false};
static char said[4096];

/* A server with a database: what it is in memory, and how it is kept. */
struct server {
    struct loom_seal *seal;
    struct loom_kept *kept;
    struct loom_directory *directory;
    struct loom_fleet_store store;
    struct loom_kept_counts counts;
    enum loom_database_status loaded;
};

static int64_t now(void)
{
    return 1000;
}

static void report(void *user, const char *at, const char *detail)
{
    size_t used = strlen(said);
    (void)user;
    (void)snprintf(said + used, sizeof said - used, "%s: %s\n", at, detail);
}

static struct server start(struct loom_database *database, const char *seal)
{
    struct server server = {.seal = NULL};
    struct loom_directory_options options = {
        .server = LOOM_FLEET_BOOTSTRAP, .catalog = &loom_catalog_standard, .seed = 1};
    said[0] = '\0';
    cr_assert_null(loom_seal_parse((struct loom_text){seal, strlen(seal)}, &server.seal));
    cr_assert(eq(int, loom_store_migrate(database), LOOM_DATABASE_OK));
    server.kept = loom_kept_create(database, server.seal, LOOM_FLEET_BOOTSTRAP, now);
    cr_assert_not_null(server.kept);
    server.loaded = loom_kept_secret(server.kept, options.secret);
    options.keeper = loom_kept_keeper(server.kept);
    server.directory = loom_directory_create(&options);
    cr_assert_not_null(server.directory);
    server.store = loom_directory_store(server.directory);
    if (server.loaded == LOOM_DATABASE_OK) {
        server.loaded = loom_kept_load(server.kept, server.directory, &server.counts, report, NULL);
    }
    return server;
}

static void stop(struct server *server)
{
    loom_directory_destroy(server->directory);
    loom_kept_destroy(server->kept);
    loom_seal_close(server->seal);
}

static struct loom_text text_of(const char *text)
{
    return (struct loom_text){text, strlen(text)};
}

static enum loom_status put(struct server *server, enum loom_directory_kind kind, const char *name,
                            const char *text)
{
    json_t *document = json_loads(text, 0, NULL);
    enum loom_status status = loom_directory_put(server->directory, kind, text_of(name), document,
                                                 &any, false, report, NULL, NULL);
    json_decref(document);
    return status;
}

static void put_fleet(struct server *server)
{
    cr_assert(eq(int, put(server, LOOM_DIRECTORY_PROFILE, "p", PROFILE), LOOM_OK), "%s", said);
    cr_assert(
        eq(int,
           put(server, LOOM_DIRECTORY_GROUP, "g",
               "{\"profile\":\"p\",\"adopt\":{\"identityPrefix\":\"gh-\",\"key\":\"" KEY "\"}}"),
           LOOM_OK),
        "%s", said);
    cr_assert(eq(int, put(server, LOOM_DIRECTORY_ACCOUNT, "a", "{\"group\":\"g\"}"), LOOM_OK));
    cr_assert(eq(int,
                 put(server, LOOM_DIRECTORY_ACCOUNT, "b",
                     "{\"group\":\"g\",\"servers\":{\"101\":{\"lifetime\":60}}}"),
                 LOOM_OK));
}

static char *shown(struct server *server, enum loom_directory_kind kind, const char *name)
{
    int64_t generation = 0;
    json_t *json = loom_directory_get(server->directory, kind, text_of(name), false, &generation);
    cr_assert_not_null(json, "%s", name);
    (void)json_object_set_new(json, "generation", json_integer(generation));
    char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(json);
    return text;
}

BOTH(kept_directory, everything_is_there_again)
{
    static const struct {
        enum loom_directory_kind kind;
        const char *name;
    } all[] = {{LOOM_DIRECTORY_PROFILE, "p"},
               {LOOM_DIRECTORY_GROUP, "g"},
               {LOOM_DIRECTORY_ACCOUNT, "a"},
               {LOOM_DIRECTORY_ACCOUNT, "b"}};
    char *before[4];
    struct server server = start(bench->database, SEAL);
    cr_assert(eq(int, server.loaded, LOOM_DATABASE_OK));
    put_fleet(&server);
    const struct loom_fleet_account *account =
        server.store.by_endpoint(server.store.self, text_of("a"));
    cr_assert_not_null(account);
    for (size_t i = 0; i < 4; i++) {
        before[i] = shown(&server, all[i].kind, all[i].name);
    }
    stop(&server);
    server = start(bench->database, SEAL);
    cr_assert(eq(int, server.loaded, LOOM_DATABASE_OK), "%s", said);
    cr_expect(eq(sz, server.counts.documents, 4));
    cr_expect(eq(sz, server.counts.keys, 5));
    cr_expect(eq(sz, server.counts.unusable, 0), "%s", said);
    for (size_t i = 0; i < 4; i++) {
        char *after = shown(&server, all[i].kind, all[i].name);
        cr_expect(eq(str, after, before[i]));
        free(after);
        free(before[i]);
    }
    const struct loom_fleet_account *again =
        server.store.by_endpoint(server.store.self, text_of("a"));
    cr_assert_not_null(again);
    cr_expect(zero(memcmp(account->key.data, again->key.data, 16)));
    loom_fleet_account_release(account);
    loom_fleet_account_release(again);
    /* It goes on from there: conditions hold, and what is removed is gone. */
    cr_expect(eq(int, put(&server, LOOM_DIRECTORY_ACCOUNT, "b", "{\"group\":\"g\"}"), LOOM_OK));
    cr_expect(
        eq(int, loom_directory_remove(server.directory, LOOM_DIRECTORY_ACCOUNT, text_of("a"), &any),
           LOOM_OK));
    stop(&server);
    server = start(bench->database, SEAL);
    cr_expect(eq(sz, loom_directory_count(server.directory, LOOM_DIRECTORY_ACCOUNT), 1));
    stop(&server);
}

/* A device that was adopted is known after a restart, with the keys that it was given. */
BOTH(kept_directory, who_was_adopted_stays)
{
    struct server server = start(bench->database, SEAL);
    put_fleet(&server);
    struct loom_peer peer = {.secure = true, .identity = {(const uint8_t *)"gh-7", 4}};
    const struct loom_fleet_account *account;
    cr_assert(eq(int, loom_fleet_admit(&server.store, &peer, text_of("7"), &account),
                 LOOM_FLEET_ADMITTED));
    stop(&server);
    server = start(bench->database, SEAL);
    const struct loom_fleet_account *again =
        server.store.by_identity(server.store.self, peer.identity);
    cr_assert_not_null(again);
    cr_assert(eq(sz, again->write_count, account->write_count));
    cr_expect(eq(u8, again->key.data[15], 15));
    loom_fleet_account_release(account);
    loom_fleet_account_release(again);
    stop(&server);
}

/* Nothing in the database is a key that could be read. */
static bool look_for_keys(void *user, const struct loom_stored_document *document)
{
    (void)user;
    for (size_t i = 0; i + sizeof KEY - 1 <= document->document.length; i++) {
        cr_expect(ne(int, memcmp(document->document.data + i, KEY, sizeof KEY - 1), 0));
    }
    return true;
}

BOTH(kept_directory, without_the_key_file_it_is_worth_nothing)
{
    struct server server = start(bench->database, SEAL);
    struct loom_stored_name of = {text_of("bootstrap"), text_of("group"), {"", 0}};
    put_fleet(&server);
    cr_expect(eq(int,
                 loom_stored_document_page(bench->database, &of, (struct loom_text){NULL, 0}, 0,
                                           look_for_keys, NULL),
                 LOOM_DATABASE_OK));
    stop(&server);
    server = start(bench->database, OTHER);
    cr_expect(eq(int, server.loaded, LOOM_DATABASE_ERROR));
    cr_expect(eq(sz, loom_directory_count(server.directory, LOOM_DIRECTORY_ACCOUNT), 0));
    stop(&server);
}

/* Another node has changed the document: whoever has not seen that does not write over it. */
BOTH(kept_directory, two_nodes_do_not_write_over_each_other)
{
    struct server first = start(bench->database, SEAL);
    put_fleet(&first);
    struct loom_database *connection = database_bench_open(bench);
    struct server second = start(connection, SEAL);
    cr_expect(eq(int, put(&second, LOOM_DIRECTORY_ACCOUNT, "a", "{\"group\":\"g\",\"holdOff\":1}"),
                 LOOM_OK));
    cr_expect(
        eq(int, put(&first, LOOM_DIRECTORY_ACCOUNT, "a", "{\"group\":\"g\"}"), LOOM_CONFLICT));
    cr_expect(eq(int, put(&first, LOOM_DIRECTORY_ACCOUNT, "b", "{\"group\":\"g\"}"), LOOM_OK));
    stop(&second);
    stop(&first);
    loom_database_close(connection);
}

/* A document that cannot be used is told of, and the others are there. */
BOTH(kept_directory, a_broken_document_costs_no_other)
{
    struct server server = start(bench->database, SEAL);
    put_fleet(&server);
    stop(&server);
    cr_assert(eq(int,
                 loom_database_execute(bench->database, "UPDATE documents SET document = '{\"gr' "
                                                        "WHERE name = 'a'"),
                 LOOM_DATABASE_OK));
    server = start(bench->database, SEAL);
    cr_expect(eq(int, server.loaded, LOOM_DATABASE_OK));
    cr_expect(eq(sz, server.counts.unusable, 1));
    cr_expect_not_null(strstr(said, "a: it is not JSON"), "%s", said);
    const struct loom_fleet_account *b = server.store.by_endpoint(server.store.self, text_of("b"));
    cr_expect_not_null(b);
    loom_fleet_account_release(b);
    stop(&server);
}
