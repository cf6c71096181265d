/* SPDX-License-Identifier: Apache-2.0 */
/* The directory in a database: what was changed is there again, keys are sealed, and nodes that
 * share it have the same. */
#define _POSIX_C_SOURCE 200809L
#include "accounts/kept.h"
#include "catalog/standard.h"
#include "database_bench.h"
#include "directory_bench.h"
#include "store/schema.h"
#include "store/stored_document.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEAL  "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n"
#define OTHER "f0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n"
#define KEY   "000102030405060708090a0b0c0d0e0f"
#define PROFILE                                                                                    \
    "{\"identity\":\"bs-{endpoint}\",\"key\":\"generate\",\"servers\":{\"101\":{\"uri\":\"coaps:"  \
    "//dm\",\"identity\":\"{endpoint}\",\"key\":\"generate\",\"lifetime\":300}}}"

static const struct directory_condition any = {.absent = false};
static char said[4096];

/* A server with a database: what it is in memory, and how it is kept. */
struct server {
    struct loom_seal *seal;
    struct loom_writer *writer;
    uint64_t adopted;
    bool adopted_good;
    struct loom_kept *kept;
    struct loom_directory *directory;
    struct loom_fleet_store store;
    struct loom_kept_counts counts;
    enum loom_database_status loaded;
};

static int64_t time_now = 1000;

static int64_t now(void)
{
    return time_now;
}

static void report(void *user, const char *at, const char *detail)
{
    size_t used = strlen(said);
    (void)user;
    (void)snprintf(said + used, sizeof said - used, "%s: %s\n", at, detail);
}

/* A connection of its own, as each server has. */
static struct server start(struct database_bench *bench, const char *seal)
{
    struct server server = {.seal = NULL};
    struct loom_directory_options options = {
        .server = LOOM_FLEET_BOOTSTRAP, .catalog = &loom_catalog_standard, .seed = 1};
    struct loom_database *database = database_bench_open(bench);
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
    server.writer = loom_writer_create(database, NULL);
    cr_assert_not_null(server.writer);
    loom_kept_begin(server.kept, server.directory, server.writer, report, NULL);
    return server;
}

static void stop(struct server *server)
{
    loom_writer_end(server->writer, 10000);
    loom_directory_destroy(server->directory);
    loom_kept_destroy(server->kept);
    loom_seal_close(server->seal);
}

/* One turn of the loop of a server. */
static void turn(void *user)
{
    struct server *server = user;
    struct pollfd watched = {loom_writer_descriptor(server->writer), POLLIN, 0};
    loom_writer_step(server->writer);
    loom_directory_step(server->directory);
    loom_kept_step(server->kept);
    if (!loom_directory_is_ready(server->directory) &&
        (loom_directory_is_busy(server->directory) ||
         loom_kept_deadline(server->kept) == INT64_MAX)) {
        (void)poll(&watched, 1, 1000);
    }
}

/* What others have changed is known afterwards. */
static void look(struct server *server)
{
    time_now += LOOM_KEPT_LOOK_MS;
    loom_kept_step(server->kept);
    while (loom_kept_deadline(server->kept) == INT64_MAX) {
        turn(server);
    }
}

static struct loom_text text_of(const char *text)
{
    return (struct loom_text){text, strlen(text)};
}

static enum loom_status put_if(struct server *server, enum loom_directory_kind kind,
                               const char *name, const char *text,
                               struct directory_condition condition)
{
    struct directory_change change = {.condition = condition, .report = report};
    return directory_change_now(&change, server->directory, kind, name, text, false, turn, server);
}

static enum loom_status put(struct server *server, enum loom_directory_kind kind, const char *name,
                            const char *text)
{
    return put_if(server, kind, name, text, any);
}

static enum loom_status take_away(struct server *server, enum loom_directory_kind kind,
                                  const char *name)
{
    return put_if(server, kind, name, NULL, any);
}

static void on_adopted(void *user, uint64_t number, bool good)
{
    struct server *server = user;
    server->adopted = number;
    server->adopted_good = good;
}

static void post_adoption(struct server *server, const char *identity, const char *name)
{
    struct loom_bytes bytes = {(const uint8_t *)identity, strlen(identity)};
    uint64_t number = 0;
    loom_directory_on_adopted(server->directory, on_adopted, server);
    server->adopted = 0;
    cr_assert(
        eq(int, server->store.adopt(server->store.self, bytes, text_of(name), &number), LOOM_OK));
}

static void end_adoption(struct server *server)
{
    while (server->adopted == 0) {
        turn(server);
    }
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
    struct server server = start(bench, SEAL);
    cr_assert(eq(int, server.loaded, LOOM_DATABASE_OK));
    put_fleet(&server);
    const struct loom_fleet_account *account =
        server.store.by_endpoint(server.store.self, text_of("a"));
    cr_assert_not_null(account);
    for (size_t i = 0; i < 4; i++) {
        before[i] = shown(&server, all[i].kind, all[i].name);
    }
    stop(&server);
    server = start(bench, SEAL);
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
    cr_expect(eq(int, take_away(&server, LOOM_DIRECTORY_ACCOUNT, "a"), LOOM_OK));
    stop(&server);
    server = start(bench, SEAL);
    cr_expect(eq(sz, loom_directory_count(server.directory, LOOM_DIRECTORY_ACCOUNT), 1));
    stop(&server);
}

/* A device that was adopted is known after a restart, with the keys that it was given. */
BOTH(kept_directory, who_was_adopted_stays)
{
    struct server server = start(bench, SEAL);
    put_fleet(&server);
    struct loom_peer peer = {.secure = true, .identity = {(const uint8_t *)"gh-7", 4}};
    const struct loom_fleet_account *account;
    post_adoption(&server, "gh-7", "7");
    end_adoption(&server);
    cr_expect(server.adopted_good);
    cr_assert(eq(int, loom_fleet_admit(&server.store, &peer, text_of("7"), &account),
                 LOOM_FLEET_ADMITTED));
    stop(&server);
    server = start(bench, SEAL);
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
    struct server server = start(bench, SEAL);
    const struct loom_stored_since all = {text_of("bootstrap"), 0, {"", 0}};
    put_fleet(&server);
    cr_expect(eq(int, loom_stored_document_since(bench->database, &all, look_for_keys, NULL),
                 LOOM_DATABASE_OK));
    stop(&server);
    server = start(bench, OTHER);
    cr_expect(eq(int, server.loaded, LOOM_DATABASE_ERROR));
    cr_expect(eq(sz, loom_directory_count(server.directory, LOOM_DIRECTORY_ACCOUNT), 0));
    stop(&server);
}

/* ---- two nodes ------------------------------------------------------------------------------- */

static struct loom_bytes key_of(struct server *server, const char *name)
{
    static uint8_t key[16];
    const struct loom_fleet_account *account =
        server->store.by_endpoint(server->store.self, text_of(name));
    cr_assert_not_null(account, "%s", name);
    const struct loom_fleet_write *write = account->writes;
    for (size_t i = 0; i < write->setting_count; i++) {
        if (write->settings[i].resource == 5) {
            memcpy(key, write->settings[i].value.as.opaque.data, sizeof key);
        }
    }
    loom_fleet_account_release(account);
    return (struct loom_bytes){key, sizeof key};
}

static void same_key(struct server *one, struct server *other, const char *name)
{
    uint8_t first[16];
    memcpy(first, key_of(one, name).data, sizeof first);
    cr_expect(zero(memcmp(first, key_of(other, name).data, sizeof first)), "%s", name);
}

static void same(struct server *one, struct server *other, enum loom_directory_kind kind,
                 const char *name)
{
    char *first = shown(one, kind, name);
    char *second = shown(other, kind, name);
    cr_expect(eq(str, first, second));
    free(first);
    free(second);
}

/* Whatever one changes the other one has, with its keys, and what is removed is gone. */
BOTH(kept_directory, a_node_takes_in_what_another_one_changes)
{
    struct server first = start(bench, SEAL);
    struct server second = start(bench, SEAL);
    put_fleet(&first);
    cr_expect(eq(sz, loom_directory_count(second.directory, LOOM_DIRECTORY_ACCOUNT), 0));
    look(&second);
    same(&first, &second, LOOM_DIRECTORY_PROFILE, "p");
    same(&first, &second, LOOM_DIRECTORY_GROUP, "g");
    same(&first, &second, LOOM_DIRECTORY_ACCOUNT, "a");
    same_key(&first, &second, "a");
    /* All of a fleet gets one more key. */
    cr_assert(eq(int,
                 put(&first, LOOM_DIRECTORY_PROFILE, "p",
                     "{\"identity\":\"new-{endpoint}\",\"key\":\"generate\",\"servers\":{\"101\":{"
                     "\"uri\":\"coaps://dm\",\"identity\":\"{endpoint}\",\"key\":\"generate\"},"
                     "\"102\":{\"uri\":\"coaps://dm2\",\"identity\":\"{endpoint}\",\"key\":"
                     "\"generate\"}}}"),
                 LOOM_OK),
              "%s", said);
    cr_assert(eq(int, take_away(&first, LOOM_DIRECTORY_ACCOUNT, "b"), LOOM_OK));
    look(&second);
    same(&first, &second, LOOM_DIRECTORY_ACCOUNT, "a");
    same_key(&first, &second, "a");
    cr_expect(eq(sz, loom_directory_count(second.directory, LOOM_DIRECTORY_ACCOUNT), 1));
    const struct loom_fleet_account *a = second.store.by_identity(
        second.store.self, (struct loom_bytes){(const uint8_t *)"new-a", 5});
    cr_expect_not_null(a);
    loom_fleet_account_release(a);
    /* Also what is made again under the same name. */
    cr_assert(eq(int, put(&first, LOOM_DIRECTORY_ACCOUNT, "b", "{\"group\":\"g\"}"), LOOM_OK));
    look(&second);
    same_key(&first, &second, "b");
    cr_assert(eq(int, take_away(&first, LOOM_DIRECTORY_ACCOUNT, "a"), LOOM_OK));
    cr_assert(eq(int, take_away(&first, LOOM_DIRECTORY_ACCOUNT, "b"), LOOM_OK));
    cr_assert(eq(int, take_away(&first, LOOM_DIRECTORY_GROUP, "g"), LOOM_OK));
    cr_assert(eq(int, take_away(&first, LOOM_DIRECTORY_PROFILE, "p"), LOOM_OK));
    look(&second);
    cr_expect(eq(sz, loom_directory_count(second.directory, LOOM_DIRECTORY_PROFILE), 0));
    cr_expect(eq(str, said, ""));
    stop(&second);
    stop(&first);
}

/* Another node has changed something: whoever has not seen that does not write over it, but looks,
 * and is judged by what is there. */
BOTH(kept_directory, two_nodes_do_not_write_over_each_other)
{
    struct server first = start(bench, SEAL);
    put_fleet(&first);
    struct server second = start(bench, SEAL);
    int64_t seen = 0;
    json_decref(
        loom_directory_get(first.directory, LOOM_DIRECTORY_ACCOUNT, text_of("a"), false, &seen));
    cr_expect(eq(int, put(&second, LOOM_DIRECTORY_ACCOUNT, "a", "{\"group\":\"g\",\"holdOff\":1}"),
                 LOOM_OK));
    cr_expect(eq(int,
                 put_if(&first, LOOM_DIRECTORY_ACCOUNT, "a", "{\"group\":\"g\"}",
                        (struct directory_condition){.generation = seen}),
                 LOOM_PRECONDITION_FAILED));
    same(&first, &second, LOOM_DIRECTORY_ACCOUNT, "a");
    /* Identities and keys are nobody else's, at whichever node they were given. */
    cr_expect(
        eq(int, put(&second, LOOM_DIRECTORY_ACCOUNT, "c", "{\"group\":\"g\",\"identity\":\"one\"}"),
           LOOM_OK));
    said[0] = '\0';
    cr_expect(eq(int,
                 put(&first, LOOM_DIRECTORY_ACCOUNT, "d", "{\"group\":\"g\",\"identity\":\"one\"}"),
                 LOOM_BAD_REQUEST));
    cr_expect_not_null(strstr(said, "the account c has this identity"), "%s", said);
    /* What another one has given accounts stays. */
    cr_expect(eq(int, take_away(&second, LOOM_DIRECTORY_ACCOUNT, "c"), LOOM_OK));
    cr_expect(eq(int, take_away(&second, LOOM_DIRECTORY_ACCOUNT, "a"), LOOM_OK));
    cr_expect(eq(int, take_away(&second, LOOM_DIRECTORY_ACCOUNT, "b"), LOOM_OK));
    cr_expect(eq(int, put(&first, LOOM_DIRECTORY_ACCOUNT, "e", "{\"group\":\"g\"}"), LOOM_OK));
    cr_expect(eq(int, take_away(&second, LOOM_DIRECTORY_GROUP, "g"), LOOM_CONFLICT));
    stop(&second);
    stop(&first);
}

/* One of two that adopt a device at once is the first; the other one goes on with what it has made.
 */
BOTH(kept_directory, two_nodes_adopt_a_device_once)
{
    struct server first = start(bench, SEAL);
    put_fleet(&first);
    struct server second = start(bench, SEAL);
    post_adoption(&first, "gh-7", "7");
    post_adoption(&second, "gh-7", "7");
    loom_directory_step(first.directory);
    loom_directory_step(second.directory);
    end_adoption(&first);
    end_adoption(&second);
    cr_expect(first.adopted_good);
    cr_expect(second.adopted_good);
    look(&first);
    same(&first, &second, LOOM_DIRECTORY_ACCOUNT, "7");
    same_key(&first, &second, "7");
    stop(&second);
    stop(&first);
}

/* A device is not adopted into a group that another node has removed or changed meanwhile. */
BOTH(kept_directory, a_device_is_adopted_as_its_group_is_now)
{
    struct server first = start(bench, SEAL);
    put_fleet(&first);
    struct server second = start(bench, SEAL);
    cr_expect(eq(int, put(&second, LOOM_DIRECTORY_GROUP, "g", "{\"profile\":\"p\"}"), LOOM_OK));
    post_adoption(&first, "gh-7", "7");
    end_adoption(&first);
    cr_expect_not(first.adopted_good);
    cr_expect(eq(sz, loom_directory_count(first.directory, LOOM_DIRECTORY_ACCOUNT), 2));
    stop(&second);
    stop(&first);
}

/* What was written by a connection that was lost may be in the store though nobody was told so: it
 * is read as if another one had written it. */
BOTH(kept_directory, what_may_be_stored_is_looked_for)
{
    struct directory_change change = {.report = report};
    if (bench->kind == DATABASE_SQLITE) {
        return; /* a file is not lost while somebody writes to it */
    }
    struct server server = start(bench, SEAL);
    put_fleet(&server);
    cr_assert(eq(int, loom_database_begin(bench->database), LOOM_DATABASE_OK));
    cr_assert(eq(int, loom_stored_document_lock(bench->database), LOOM_DATABASE_OK));
    directory_change_post(&change, server.directory, LOOM_DIRECTORY_ACCOUNT, "n",
                          "{\"group\":\"g\"}", false);
    loom_directory_step(server.directory);
    loom_writer_end(server.writer, 0);
    cr_expect(eq(int, change.status, LOOM_UNAVAILABLE));
    /* As if it had been stored: under the name of the one that has lost its connection. */
    cr_assert(eq(int,
                 loom_database_execute(
                     bench->database,
                     "INSERT INTO documents (server, kind, name, parent, document, generation,"
                     " created, changed, author) SELECT server, kind, 'n', parent, document,"
                     " (SELECT value + 1 FROM counters WHERE name = 'generation'), created,"
                     " changed, author FROM documents WHERE kind = 'account' AND name = 'a'"),
                 LOOM_DATABASE_OK),
              "%s", loom_database_error(bench->database));
    cr_assert(
        eq(int,
           loom_database_execute(bench->database,
                                 "UPDATE counters SET value = value + 1 WHERE name = 'generation'"),
           LOOM_DATABASE_OK));
    cr_assert(eq(int, loom_database_commit(bench->database), LOOM_DATABASE_OK));
    server.writer = loom_writer_create(database_bench_open(bench), NULL);
    loom_kept_begin(server.kept, server.directory, server.writer, report, NULL);
    look(&server);
    cr_expect(eq(sz, loom_directory_count(server.directory, LOOM_DIRECTORY_ACCOUNT), 3));
    stop(&server);
}

/* Who has been away for longer than removals are remembered reads all again. */
BOTH(kept_directory, a_node_that_was_away_for_long_forgets_what_is_gone)
{
    struct server first = start(bench, SEAL);
    put_fleet(&first);
    struct server second = start(bench, SEAL);
    cr_expect(eq(int, take_away(&first, LOOM_DIRECTORY_ACCOUNT, "a"), LOOM_OK));
    time_now += LOOM_KEPT_REMOVALS_MS + 1;
    look(&first);
    cr_expect(eq(int, put(&first, LOOM_DIRECTORY_ACCOUNT, "n", "{\"group\":\"g\"}"), LOOM_OK));
    look(&second);
    cr_expect(eq(sz, loom_directory_count(second.directory, LOOM_DIRECTORY_ACCOUNT), 2));
    same(&first, &second, LOOM_DIRECTORY_ACCOUNT, "b");
    same_key(&first, &second, "n");
    stop(&second);
    stop(&first);
}

/* A document that cannot be used is told of, and the others are there. */
BOTH(kept_directory, a_broken_document_costs_no_other)
{
    struct server server = start(bench, SEAL);
    put_fleet(&server);
    stop(&server);
    cr_assert(eq(int,
                 loom_database_execute(bench->database, "UPDATE documents SET document = '{\"gr' "
                                                        "WHERE name = 'a'"),
                 LOOM_DATABASE_OK));
    server = start(bench, SEAL);
    cr_expect(eq(int, server.loaded, LOOM_DATABASE_OK));
    cr_expect(eq(sz, server.counts.unusable, 1));
    cr_expect_not_null(strstr(said, "a: it is not JSON"), "%s", said);
    const struct loom_fleet_account *b = server.store.by_endpoint(server.store.self, text_of("b"));
    cr_expect_not_null(b);
    loom_fleet_account_release(b);
    stop(&server);
}
