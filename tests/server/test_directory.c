/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles, groups and accounts: put together, changed as a whole or not at all, found as a store.
 */
#include "catalog/standard.h"
#include "directory_bench.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY   "000102030405060708090a0b0c0d0e0f"
#define KEY_2 "101112131415161718191a1b1c1d1e1f"

static struct loom_directory *directory;
static struct loom_fleet_store store;
static char said[8192];

static struct directory_bench bench;
static struct directory_change changed;

static void report(void *user, const char *at, const char *detail)
{
    size_t used = strlen(said);
    (void)user;
    (void)snprintf(said + used, sizeof said - used, "%s: %s\n", at, detail);
}

static void begin(void)
{
    struct loom_directory_options options = {.server = LOOM_FLEET_BOOTSTRAP,
                                             .catalog = &loom_catalog_standard,
                                             .seed = 1,
                                             .secret = {1, 2, 3},
                                             .keeper = directory_bench_begin(&bench)};
    said[0] = '\0';
    directory = loom_directory_create(&options);
    cr_assert_not_null(directory);
    store = loom_directory_store(directory);
}

static void end(void)
{
    loom_directory_destroy(directory);
}

TestSuite(directory, .init = begin, .fini = end);

static const struct directory_condition any = {.absent = false};

static struct loom_text text_of(const char *text)
{
    return (struct loom_text){text, strlen(text)};
}

static void run(void *user)
{
    (void)user;
    directory_bench_run(&bench, directory);
}

static enum loom_status put_if(enum loom_directory_kind kind, const char *name, const char *text,
                               const struct directory_condition *condition, bool try)
{
    said[0] = '\0';
    bench.said[0] = '\0';
    changed = (struct directory_change){.condition = *condition, .report = report};
    return directory_change_now(&changed, directory, kind, name, text, try, run, NULL);
}

static enum loom_status take_away(enum loom_directory_kind kind, const char *name,
                                  const struct directory_condition *condition)
{
    return put_if(kind, name, NULL, condition, false);
}

static void put(enum loom_directory_kind kind, const char *name, const char *text)
{
    cr_assert(eq(int, put_if(kind, name, text, &any, false), LOOM_OK), "%s: %s", name, said);
}

static void refuse(enum loom_directory_kind kind, const char *name, const char *text,
                   const char *why)
{
    cr_expect(eq(int, put_if(kind, name, text, &any, false), LOOM_BAD_REQUEST), "%s", text);
    cr_expect_not_null(strstr(said, why), "%s", said);
    cr_expect(eq(str, bench.said, ""));
}

static char *shown(enum loom_directory_kind kind, const char *name, bool whole)
{
    json_t *json = loom_directory_get(directory, kind, text_of(name), whole, NULL);
    char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(json);
    return text;
}

static const struct loom_fleet_account *find(const char *endpoint)
{
    return store.by_endpoint(store.self, text_of(endpoint));
}

static const struct loom_fleet_account *find_identity(const char *identity)
{
    return store.by_identity(store.self,
                             (struct loom_bytes){(const uint8_t *)identity, strlen(identity)});
}

#define PROFILE                                                                                    \
    "{\"identity\":\"bs-{endpoint}\",\"key\":\"generate\",\"servers\":{\"101\":{\"uri\":\"coaps:"  \
    "//dm\",\"identity\":\"{endpoint}\",\"key\":\"generate\",\"lifetime\":300}}}"

static void put_fleet(void)
{
    put(LOOM_DIRECTORY_PROFILE, "p", PROFILE);
    put(LOOM_DIRECTORY_GROUP, "g", "{\"profile\":\"p\"}");
    put(LOOM_DIRECTORY_ACCOUNT, "a", "{\"group\":\"g\"}");
    put(LOOM_DIRECTORY_ACCOUNT, "b",
        "{\"group\":\"g\",\"key\":\"" KEY "\",\"servers\":{\"101\":{\"lifetime\":60}}}");
}

static int64_t lifetime_of(const struct loom_fleet_account *account)
{
    for (size_t i = 0; i < account->writes[1].setting_count; i++) {
        if (account->writes[1].settings[i].resource == 1) {
            return account->writes[1].settings[i].value.as.integer;
        }
    }
    return -1;
}

static struct loom_bytes server_key_of(const struct loom_fleet_account *account)
{
    const struct loom_fleet_write *write = account->writes;
    while (write->target != LOOM_FLEET_SERVER_ACCOUNT) {
        write++;
    }
    for (size_t i = 0; i < write->setting_count; i++) {
        if (write->settings[i].resource == 5) {
            return write->settings[i].value.as.opaque;
        }
    }
    return (struct loom_bytes){NULL, 0};
}

/* ---- putting together ------------------------------------------------------------------------ */

Test(directory, an_account_is_what_profile_group_and_device_say)
{
    put_fleet();
    const struct loom_fleet_account *a = find("a");
    const struct loom_fleet_account *b = find_identity("bs-b");
    cr_assert_not_null(a);
    cr_assert_not_null(b);
    cr_expect(eq(i64, lifetime_of(a), 300));
    cr_expect(eq(i64, lifetime_of(b), 60));
    cr_expect(zero(memcmp(a->identity.data, "bs-a", 4)));
    cr_expect(eq(sz, b->key.length, 16));
    cr_expect(eq(u8, b->key.data[15], 15));
    cr_expect(eq(sz, server_key_of(a).length, 16));
    cr_expect(ne(int, memcmp(server_key_of(a).data, server_key_of(b).data, 16), 0));
    cr_expect_null(find("c"));
    cr_expect_null(find_identity("bs-c"));
    loom_fleet_account_release(a);
    loom_fleet_account_release(b);
}

/* A key that was made stays the same, whatever else is changed. */
Test(directory, keys_that_were_made_stay)
{
    put_fleet();
    const struct loom_fleet_account *before = find("a");
    put(LOOM_DIRECTORY_ACCOUNT, "a", "{\"group\":\"g\",\"holdOff\":3}");
    const struct loom_fleet_account *after = find("a");
    cr_expect(zero(memcmp(before->key.data, after->key.data, 16)));
    cr_expect(zero(memcmp(server_key_of(before).data, server_key_of(after).data, 16)));
    loom_fleet_account_release(before);
    loom_fleet_account_release(after);
}

/* A key that belongs to nothing any more is gone: a server that comes back gets another one. */
Test(directory, keys_go_with_what_they_belong_to)
{
    put_fleet();
    cr_assert(eq(int, take_away(LOOM_DIRECTORY_ACCOUNT, "b", &any), LOOM_OK));
    const struct loom_fleet_account *before = find("a");
    put(LOOM_DIRECTORY_PROFILE, "p",
        "{\"identity\":\"bs-{endpoint}\",\"key\":\"generate\",\"servers\":{\"7\":{\"uri\":\"coap://"
        "x\",\"nosec\":true},\"101\":null}}");
    cr_expect(eq(str, bench.said, "save p\nsave a\npost\n"));
    put(LOOM_DIRECTORY_PROFILE, "p", PROFILE);
    const struct loom_fleet_account *after = find("a");
    cr_expect(zero(memcmp(before->key.data, after->key.data, 16)));
    cr_expect(ne(int, memcmp(server_key_of(before).data, server_key_of(after).data, 16), 0));
    loom_fleet_account_release(before);
    loom_fleet_account_release(after);
}

Test(directory, no_document_gives_a_key_back)
{
    put_fleet();
    char *own = shown(LOOM_DIRECTORY_ACCOUNT, "b", false);
    char *whole = shown(LOOM_DIRECTORY_ACCOUNT, "b", true);
    cr_expect_null(strstr(own, "000102"), "%s", own);
    cr_expect_null(strstr(whole, "000102"), "%s", whole);
    cr_expect_not_null(strstr(own, "\"key\":{\"fingerprint\":\""), "%s", own);
    cr_expect_not_null(strstr(whole, "\"uri\":\"coaps://dm\""), "%s", whole);
    cr_expect_not_null(strstr(whole, "\"lifetime\":60"), "%s", whole);
    /* What was shown can be put again, and changes nothing. */
    const struct loom_fleet_account *before = find("b");
    put(LOOM_DIRECTORY_ACCOUNT, "b", own);
    const struct loom_fleet_account *after = find("b");
    cr_expect(zero(memcmp(before->key.data, after->key.data, 16)));
    cr_expect(zero(memcmp(server_key_of(before).data, server_key_of(after).data, 16)));
    loom_fleet_account_release(before);
    loom_fleet_account_release(after);
    free(own);
    free(whole);
}

/* A-9, H-3: what two accounts must not share. */
Test(directory, no_two_accounts_share_an_identity_or_a_key)
{
    put_fleet();
    refuse(LOOM_DIRECTORY_ACCOUNT, "c", "{\"group\":\"g\",\"identity\":\"bs-a\"}",
           "/identity: the account a has this identity\n");
    refuse(LOOM_DIRECTORY_ACCOUNT, "c", "{\"group\":\"g\",\"key\":\"" KEY "\"}",
           "/key: the account b has this key\n");
    refuse(LOOM_DIRECTORY_ACCOUNT, "c",
           "{\"group\":\"g\",\"servers\":{\"101\":{\"identity\":\"a\"}}}",
           "/servers/101/identity: the account a has this identity\n");
    refuse(LOOM_DIRECTORY_ACCOUNT, "c",
           "{\"group\":\"g\",\"servers\":{\"101\":{\"key\":\"" KEY "\"}}}",
           "/servers/101/key: the account b has this key\n");
    refuse(LOOM_DIRECTORY_ACCOUNT, "c",
           "{\"group\":\"g\",\"key\":\"" KEY_2 "\",\"servers\":{\"101\":{\"key\":\"" KEY_2 "\"}}}",
           "/servers/101/key: each account has a key of its own\n");
    /* The same identity at another server is another one. */
    put(LOOM_DIRECTORY_ACCOUNT, "c",
        "{\"identity\":\"a\",\"key\":\"" KEY_2 "\",\"servers\":{\"1\":{\"uri\":\"coap://x\","
        "\"nosec\":true}}}");
    /* What an account gives up is free. */
    put(LOOM_DIRECTORY_ACCOUNT, "b",
        "{\"group\":\"g\",\"key\":null,\"nosec\":true,"
        "\"identity\":null}");
    put(LOOM_DIRECTORY_ACCOUNT, "d", "{\"group\":\"g\",\"key\":\"" KEY "\"}");
}

Test(directory, what_is_shared_has_no_key)
{
    refuse(LOOM_DIRECTORY_PROFILE, "p", "{\"key\":\"" KEY "\"}",
           "/key: each account has a key of its own: write \"generate\"\n");
    refuse(LOOM_DIRECTORY_GROUP, "g", "{\"servers\":{\"1\":{\"key\":\"" KEY "\"}}}",
           "/servers/1/key: each account has a key of its own");
    cr_expect_null(strstr(said, "0001"));
    refuse(LOOM_DIRECTORY_GROUP, "g", "{\"profile\":\"q\"}", "/profile: there is no such profile");
    refuse(LOOM_DIRECTORY_ACCOUNT, "a", "{\"group\":\"q\"}", "/group: there is no such group");
    refuse(LOOM_DIRECTORY_PROFILE, "p", "[]", ": expected an object");
    refuse(LOOM_DIRECTORY_ACCOUNT, "\x01", "{}", ": a name is UTF-8");
    refuse(LOOM_DIRECTORY_ACCOUNT, "\xff", "{}", ": a name is UTF-8");
}

/* ---- changes --------------------------------------------------------------------------------- */

/* A change of a profile is one of all its accounts: all of them, or none. */
Test(directory, a_profile_changes_for_all_or_not_at_all)
{
    put_fleet();
    put(LOOM_DIRECTORY_ACCOUNT, "c",
        "{\"group\":\"g\",\"servers\":{\"7\":{\"uri\":\"coap://x\",\"nosec\":true}}}");
    char *before = shown(LOOM_DIRECTORY_PROFILE, "p", false);
    /* Account c has a server 7 of its own, and would lose the Access Control that it needs. */
    refuse(LOOM_DIRECTORY_PROFILE, "p",
           "{\"identity\":\"bs-{endpoint}\",\"key\":\"generate\",\"client\":{\"objects\":[]},"
           "\"servers\":{\"101\":{\"uri\":\"coaps://dm\",\"identity\":\"{endpoint}\",\"key\":"
           "\"generate\"}}}",
           ": account c: : /2: several servers need the Access Control object\n");
    char *after = shown(LOOM_DIRECTORY_PROFILE, "p", false);
    cr_expect(eq(str, before, after));
    free(before);
    free(after);
    refuse(LOOM_DIRECTORY_PROFILE, "p", "{\"identity\":\"same\",\"key\":\"generate\"}",
           "account a: ");
    /* One more server with a key of its own: all have one, and it is kept. */
    put(LOOM_DIRECTORY_PROFILE, "p",
        "{\"identity\":\"bs-{endpoint}\",\"key\":\"generate\",\"servers\":{\"101\":{\"uri\":"
        "\"coaps://dm\",\"identity\":\"{endpoint}\",\"key\":\"generate\"},\"102\":{\"uri\":"
        "\"coaps://dm2\",\"identity\":\"{endpoint}\",\"key\":\"generate\"}}}");
    cr_expect(eq(str, bench.said, "save p\nsave a\nsave b\nsave c\npost\n"));
    const struct loom_fleet_account *a = find("a");
    cr_expect(eq(sz, a->write_count, 4));
    loom_fleet_account_release(a);
}

/* ---- steps ----------------------------------------------------------------------------------- */

enum { MANY = 500, STEPS_MIN = 50 };

static uint64_t time_us;

/* Time goes on only when somebody asks for it. */
static uint64_t slow_clock(void)
{
    return time_us += 500;
}

static void begin_many(void)
{
    struct loom_directory_options options = {.server = LOOM_FLEET_BOOTSTRAP,
                                             .catalog = &loom_catalog_standard,
                                             .seed = 1,
                                             .keeper = directory_bench_begin(&bench),
                                             .clock = slow_clock};
    end();
    directory = loom_directory_create(&options);
    cr_assert_not_null(directory);
    store = loom_directory_store(directory);
    put(LOOM_DIRECTORY_PROFILE, "p", PROFILE);
    put(LOOM_DIRECTORY_GROUP, "g", "{\"profile\":\"p\"}");
    for (unsigned i = 0; i < MANY; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "d%u", i);
        put(LOOM_DIRECTORY_ACCOUNT, name, "{\"group\":\"g\"}");
    }
}

/* What a device gets: all of before, or all of after. */
static bool is_new(const char *name, const char *identity)
{
    const struct loom_fleet_account *account = find(name);
    const struct loom_fleet_account *known = find_identity(identity);
    cr_assert_not_null(account);
    cr_assert(eq(int, known != NULL, account->write_count == 4), "%s", name);
    cr_assert(known != NULL || account->write_count == 2);
    cr_assert(eq(sz, server_key_of(account).length, 16));
    loom_fleet_account_release(known);
    loom_fleet_account_release(account);
    return known != NULL;
}

/* A profile of many devices is changed in short steps. Between them each device gets what it got
 * before, until one moment, and then what is new; what else is wanted waits. */
Test(directory, a_large_change_stops_nobody)
{
    struct directory_change profile = {.report = report};
    struct directory_change account = {.report = report};
    unsigned steps = 0;
    uint8_t key[16];
    begin_many();
    const struct loom_fleet_account *before = find("d7");
    memcpy(key, server_key_of(before).data, sizeof key);
    loom_fleet_account_release(before);
    said[0] = '\0';
    bench.said[0] = '\0';
    bench.holds = true;
    directory_change_post(
        &profile, directory, LOOM_DIRECTORY_PROFILE, "p",
        "{\"identity\":\"new-{endpoint}\",\"key\":\"generate\",\"servers\":{\"101\":{\"uri\":"
        "\"coaps://"
        "dm\",\"identity\":\"{endpoint}\",\"key\":\"generate\",\"lifetime\":300},\"102\":{"
        "\"uri\":\"coaps://dm2\",\"identity\":\"{endpoint}\",\"key\":\"generate\"}}}",
        false);
    directory_change_post(&account, directory, LOOM_DIRECTORY_ACCOUNT, "d7", NULL, false);
    while (!profile.over) {
        uint64_t from = time_us;
        loom_directory_step(directory);
        cr_assert(le(u64, time_us - from, LOOM_DIRECTORY_STEP_US + 2 * 500));
        steps++;
        bool now_new = is_new("d7", "new-d7");
        cr_assert(eq(int, is_new("d0", "new-d0"), now_new));
        cr_assert(eq(int, is_new("d499", "new-d499"), now_new));
        cr_assert_not(account.over);
        if (bench.posted_count > 0 && !loom_directory_is_ready(directory)) {
            cr_assert_not(now_new); /* not before it is kept */
            directory_bench_decide(&bench, LOOM_OK);
        }
    }
    cr_expect(eq(int, profile.status, LOOM_OK), "%s", said);
    cr_expect(gt(uint, steps, STEPS_MIN));
    cr_expect(is_new("d7", "new-d7"));
    const struct loom_fleet_account *after = find("d7");
    cr_expect(zero(memcmp(key, server_key_of(after).data, sizeof key)));
    loom_fleet_account_release(after);
    cr_expect_null(find_identity("bs-d7"));
    for (unsigned i = 0; i < MANY; i++) {
        char name[16];
        char identity[16];
        (void)snprintf(name, sizeof name, "d%u", i);
        (void)snprintf(identity, sizeof identity, "new-d%u", i);
        cr_assert(is_new(name, identity));
    }
    bench.holds = false;
    directory_bench_run(&bench, directory);
    cr_expect(eq(int, account.status, LOOM_OK));
}

static const char two_servers[] =
    "{\"identity\":\"new-{endpoint}\",\"key\":\"generate\",\"servers\":{\"101\":{\"uri\":"
    "\"coaps://dm\",\"identity\":\"{endpoint}\",\"key\":\"generate\"},\"102\":{\"uri\":"
    "\"coaps://dm2\",\"identity\":\"{endpoint}\",\"key\":\"generate\"}}}";

/* Begins to try a change of all devices, and leaves it at that. */
static void begin_trial(struct directory_change *profile, unsigned steps)
{
    begin_many();
    said[0] = '\0';
    bench.said[0] = '\0';
    bench.holds = true;
    directory_change_post(profile, directory, LOOM_DIRECTORY_PROFILE, "p", two_servers, false);
    while (steps-- > 0) {
        loom_directory_step(directory);
    }
    cr_assert_not(profile->over);
    cr_assert(eq(sz, bench.posted_count, 0));
}

static void taken(void *user, size_t unusable)
{
    (void)user;
    cr_expect(eq(sz, unusable, 0));
}

static void take(struct loom_directory_row *rows, size_t count)
{
    const struct loom_directory_found found = {.rows = rows,
                                               .count = count,
                                               .generation = bench.generation,
                                               .report = report,
                                               .done = taken};
    cr_assert(loom_directory_take(directory, &found));
    while (loom_directory_is_taking(directory)) {
        loom_directory_step(directory);
    }
}

/* While a large change is tried, another node removes a device and makes others: the change is made
 * of what is there then, and of each device once. */
Test(directory, a_large_change_is_made_of_what_other_nodes_have_left)
{
    enum { OTHERS = 20 };
    struct directory_change profile = {.report = report};
    struct loom_directory_row rows[OTHERS + 1];
    struct loom_document_key *keys[OTHERS] = {NULL};
    char names[OTHERS][8];
    begin_trial(&profile, 8);
    memset(rows, 0, sizeof rows);
    rows[0] = (struct loom_directory_row){
        .kind = LOOM_DIRECTORY_ACCOUNT, .name = text_of("d0"), .generation = ++bench.generation};
    for (unsigned i = 0; i < OTHERS; i++) {
        uint8_t key[16] = {0xA0, (uint8_t)i};
        (void)snprintf(names[i], sizeof names[i], "a%u", i);
        cr_assert(loom_document_key_add(&keys[i], "/key", (struct loom_bytes){key, sizeof key}));
        key[0]++;
        cr_assert(loom_document_key_add(&keys[i], "/servers/101/key",
                                        (struct loom_bytes){key, sizeof key}));
        rows[i + 1] = (struct loom_directory_row){.kind = LOOM_DIRECTORY_ACCOUNT,
                                                  .name = text_of(names[i]),
                                                  .parent = text_of("g"),
                                                  .document = text_of("{\"group\":\"g\"}"),
                                                  .keys = keys[i],
                                                  .generation = ++bench.generation};
    }
    take(rows, 1);
    take(rows + 1, OTHERS);
    while (!profile.over) {
        loom_directory_step(directory);
        if (bench.posted_count > 0) {
            directory_bench_decide(&bench, LOOM_OK);
        }
    }
    cr_expect(eq(int, profile.status, LOOM_OK), "%s", said);
    cr_expect_null(find("d0"));
    for (unsigned i = 1; i < MANY; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "d%u", i);
        const struct loom_fleet_account *account = find(name);
        cr_assert_not_null(account, "%s", name);
        cr_assert(eq(sz, account->write_count, 4), "%s", name);
        loom_fleet_account_release(account);
    }
    for (unsigned i = 0; i < OTHERS; i++) {
        const struct loom_fleet_account *account = find(names[i]);
        cr_assert_not_null(account, "%s", names[i]);
        cr_assert(eq(sz, account->write_count, 4), "%s", names[i]);
        loom_fleet_account_release(account);
        loom_document_keys_free(keys[i]);
    }
}

/* What others change meanwhile does not make a mistake tell itself twice, and a change that others
 * are in the way of again and again ends. */
Test(directory, a_trial_that_others_disturb_ends)
{
    struct directory_change profile = {.report = report};
    struct loom_directory_row gone = {.kind = LOOM_DIRECTORY_ACCOUNT, .name = text_of("nobody")};
    begin_trial(&profile, 8);
    for (unsigned i = 0; i < 100 && !profile.over; i++) {
        gone.generation = ++bench.generation;
        take(&gone, 1);
        loom_directory_step(directory);
    }
    cr_assert(profile.over);
    cr_expect(eq(int, profile.status, LOOM_UNAVAILABLE));
    cr_expect(eq(str, said, ""));
    directory_change_post(&profile, directory, LOOM_DIRECTORY_PROFILE, "p",
                          "{\"identity\":\"same\",\"key\":\"generate\"}", false);
    while (strstr(said, "account d0:") == NULL) {
        loom_directory_step(directory);
        cr_assert_not(profile.over);
    }
    gone.generation = ++bench.generation;
    take(&gone, 1);
    while (!profile.over) {
        loom_directory_step(directory);
    }
    cr_expect(eq(int, profile.status, LOOM_BAD_REQUEST));
    const char *first = strstr(said, "account d0:");
    cr_assert_not_null(first, "%s", said);
    cr_expect_null(strstr(first + 1, "account d0:"), "%s", said);
    cr_expect(eq(sz, bench.posted_count, 0));
}

/* The directory ends while rows of a large change are made: none of them stays behind. */
Test(directory, rows_that_were_begun_end_with_the_directory)
{
    struct directory_change profile = {.report = report};
    begin_trial(&profile, 8);
    while (strstr(bench.said, "save d") == NULL) {
        loom_directory_step(directory);
    }
    cr_assert(eq(sz, bench.posted_count, 0));
    cr_assert(eq(sz, bench.begun, 1));
    end();
    directory = NULL;
    cr_expect(profile.over);
    cr_expect(eq(sz, bench.begun, 0));
}

#define PLAIN "{\"nosec\":true,\"servers\":{\"1\":{\"uri\":\"coap://x\",\"nosec\":true}}}"

/* Changes of accounts go to the keeper together, but none that another one is in the way of: that
 * is judged when the other one is in force. */
Test(directory, changes_that_do_not_meet_are_kept_together)
{
    struct directory_change a = {.report = report};
    struct directory_change b = {.report = report};
    struct directory_change again = {.report = report};
    struct directory_change thief = {.report = report};
    struct directory_change heir = {.report = report};
    put_fleet();
    said[0] = '\0';
    bench.holds = true;
    directory_change_post(&a, directory, LOOM_DIRECTORY_ACCOUNT, "x", "{\"group\":\"g\"}", false);
    directory_change_post(&b, directory, LOOM_DIRECTORY_ACCOUNT, "b",
                          "{\"group\":\"g\",\"key\":\"" KEY_2 "\"}", false);
    /* KEY_2 is that of b as soon as b has it, and KEY is free then. */
    directory_change_post(&thief, directory, LOOM_DIRECTORY_ACCOUNT, "thief",
                          "{\"group\":\"g\",\"key\":\"" KEY_2 "\"}", false);
    directory_change_post(&heir, directory, LOOM_DIRECTORY_ACCOUNT, "heir",
                          "{\"group\":\"g\",\"key\":\"" KEY "\"}", false);
    directory_bench_run(&bench, directory);
    cr_assert(eq(sz, bench.posted_count, 2));
    cr_expect_null(find("x"));
    directory_bench_decide(&bench, LOOM_OK);
    directory_bench_decide(&bench, LOOM_OK);
    cr_expect(a.over && b.over);
    directory_bench_run(&bench, directory);
    cr_expect(eq(int, thief.status, LOOM_BAD_REQUEST));
    cr_expect_not_null(strstr(said, "/key: the account b has this key\n"), "%s", said);
    /* The next change of an account waits for the one before, also of one without keys. */
    directory_change_post(&a, directory, LOOM_DIRECTORY_ACCOUNT, "plain", PLAIN, false);
    directory_change_post(&again, directory, LOOM_DIRECTORY_ACCOUNT, "plain", PLAIN, false);
    directory_bench_run(&bench, directory);
    cr_assert(eq(sz, bench.posted_count, 2));
    directory_bench_decide(&bench, LOOM_OK);
    cr_expect(eq(int, heir.status, LOOM_OK), "%s", said);
    bench.holds = false;
    directory_bench_run(&bench, directory);
    cr_expect(eq(int, again.status, LOOM_OK));
    cr_expect(gt(i64, again.generation, a.generation));
}

/* What another node was in the way of is tried again, in its order, when that is known; but not for
 * ever. */
Test(directory, a_change_that_meets_another_nodes_is_tried_again)
{
    struct directory_change a = {.report = report};
    struct directory_change b = {.report = report};
    put_fleet();
    bench.said[0] = '\0';
    bench.holds = true;
    directory_change_post(&a, directory, LOOM_DIRECTORY_ACCOUNT, "x", "{\"group\":\"g\"}", false);
    directory_change_post(&b, directory, LOOM_DIRECTORY_ACCOUNT, "y", "{\"group\":\"g\"}", false);
    unsigned tries = 0;
    loom_directory_step(directory);
    while (!a.over) {
        cr_assert(eq(sz, bench.posted_count, 2));
        directory_bench_decide(&bench, LOOM_CONFLICT);
        cr_assert(loom_directory_is_behind(directory));
        directory_bench_decide(&bench, LOOM_CONFLICT);
        tries++;
        directory_bench_run(&bench, directory);
    }
    cr_expect(eq(int, a.status, LOOM_UNAVAILABLE));
    cr_expect(gt(uint, tries, 4));
    cr_expect(
        eq(int, strncmp(bench.said, "save x\npost\nsave y\npost\nsave x\npost\nsave y\n", 43), 0));
    /* While it is not known what others have changed, nothing is posted; without the store all that
     * waits is refused. */
    directory_change_post(&a, directory, LOOM_DIRECTORY_ACCOUNT, "x", "{\"group\":\"g\"}", false);
    loom_directory_step(directory);
    directory_bench_decide(&bench, LOOM_UNAVAILABLE);
    cr_expect(eq(int, a.status, LOOM_UNAVAILABLE));
    directory_change_post(&a, directory, LOOM_DIRECTORY_ACCOUNT, "x", "{\"group\":\"g\"}", false);
    loom_directory_step(directory);
    cr_expect(eq(sz, bench.posted_count, 0));
    loom_directory_missed(directory);
    cr_expect(a.over);
    cr_expect(eq(int, a.status, LOOM_UNAVAILABLE));
    /* And none is posted any more, until the store can be asked. */
    static const struct loom_directory_change removal = {.kind = LOOM_DIRECTORY_ACCOUNT,
                                                         .name = {"b", 1}};
    cr_expect_not(loom_directory_post(directory, &removal));
    bench.holds = false;
    directory_bench_run(&bench, directory);
    cr_expect(loom_directory_post(directory, &removal));
    directory_bench_run(&bench, directory);
    cr_expect_null(find("b"));
}

Test(directory, two_accounts_cannot_come_to_be_alike_by_a_profile)
{
    put(LOOM_DIRECTORY_PROFILE, "p", "{\"servers\":{\"1\":{\"uri\":\"coap://x\",\"nosec\":true}}}");
    put(LOOM_DIRECTORY_GROUP, "g", "{\"profile\":\"p\"}");
    put(LOOM_DIRECTORY_ACCOUNT, "a", "{\"group\":\"g\",\"identity\":\"ia\",\"key\":\"generate\"}");
    put(LOOM_DIRECTORY_ACCOUNT, "b", "{\"group\":\"g\",\"identity\":\"ib\",\"key\":\"generate\"}");
    refuse(
        LOOM_DIRECTORY_PROFILE, "p",
        "{\"servers\":{\"1\":{\"uri\":\"coaps://x\",\"identity\":\"same\",\"key\":\"generate\"}}}",
        "account b: identity: another account would have the same\n");
}

Test(directory, a_condition_keeps_two_operators_apart)
{
    struct directory_condition absent = {.absent = true};
    struct directory_condition present = {.present = true};
    struct directory_condition old = {.generation = 1};
    put_fleet();
    cr_expect(eq(int, put_if(LOOM_DIRECTORY_PROFILE, "p", PROFILE, &absent, false),
                 LOOM_PRECONDITION_FAILED));
    cr_expect(eq(int, put_if(LOOM_DIRECTORY_PROFILE, "q", PROFILE, &present, false),
                 LOOM_PRECONDITION_FAILED));
    cr_expect(eq(int, put_if(LOOM_DIRECTORY_PROFILE, "p", PROFILE, &old, false), LOOM_OK));
    cr_expect(eq(int, put_if(LOOM_DIRECTORY_PROFILE, "p", PROFILE, &old, false),
                 LOOM_PRECONDITION_FAILED));
    cr_expect(eq(int, take_away(LOOM_DIRECTORY_ACCOUNT, "a", &old), LOOM_PRECONDITION_FAILED));
}

Test(directory, a_dry_run_changes_nothing)
{
    put_fleet();
    cr_expect(
        eq(int, put_if(LOOM_DIRECTORY_ACCOUNT, "z", "{\"group\":\"g\"}", &any, true), LOOM_OK));
    cr_expect(eq(str, bench.said, ""));
    cr_expect_null(find("z"));
    cr_expect(eq(sz, loom_directory_count(directory, LOOM_DIRECTORY_ACCOUNT), 2));
}

Test(directory, what_is_not_kept_is_not_in_force)
{
    put_fleet();
    bench.status = LOOM_UNAVAILABLE;
    cr_expect(eq(int, put_if(LOOM_DIRECTORY_ACCOUNT, "z", "{\"group\":\"g\"}", &any, false),
                 LOOM_UNAVAILABLE));
    cr_expect(eq(str, bench.said, "save z\npost\n"));
    cr_expect_null(find("z"));
    cr_expect(eq(int, put_if(LOOM_DIRECTORY_ACCOUNT, "b", "{\"group\":\"g\"}", &any, false),
                 LOOM_UNAVAILABLE));
    const struct loom_fleet_account *b = find("b");
    cr_expect(eq(i64, lifetime_of(b), 60));
    loom_fleet_account_release(b);
    cr_expect(eq(int, take_away(LOOM_DIRECTORY_ACCOUNT, "b", &any), LOOM_UNAVAILABLE));
    b = find_identity("bs-b");
    cr_expect_not_null(b);
    loom_fleet_account_release(b);
}

Test(directory, what_is_in_use_stays)
{
    put_fleet();
    cr_expect(eq(int, take_away(LOOM_DIRECTORY_PROFILE, "p", &any), LOOM_CONFLICT));
    cr_expect(eq(int, take_away(LOOM_DIRECTORY_GROUP, "g", &any), LOOM_CONFLICT));
    cr_expect(eq(int, take_away(LOOM_DIRECTORY_ACCOUNT, "c", &any), LOOM_NOT_FOUND));
    static const char *const names[] = {"a", "b"};
    for (size_t i = 0; i < 2; i++) {
        cr_expect(eq(int, take_away(LOOM_DIRECTORY_ACCOUNT, names[i], &any), LOOM_OK));
    }
    cr_expect_null(find_identity("bs-a"));
    cr_expect(eq(int, take_away(LOOM_DIRECTORY_GROUP, "g", &any), LOOM_OK));
    cr_expect(eq(int, take_away(LOOM_DIRECTORY_PROFILE, "p", &any), LOOM_OK));
}

/* A bootstrap goes on with the account that it began with. */
Test(directory, an_account_that_is_held_stays_as_it_was)
{
    put_fleet();
    const struct loom_fleet_account *held = find("b");
    cr_assert(eq(int, take_away(LOOM_DIRECTORY_ACCOUNT, "b", &any), LOOM_OK));
    cr_expect(eq(i64, lifetime_of(held), 60));
    loom_fleet_account_release(held);
}

/* ---- lists ----------------------------------------------------------------------------------- */

static char listed[256];
static unsigned room_for;

static bool visit(void *user, const struct loom_directory_item *item)
{
    size_t used = strlen(listed);
    (void)user;
    (void)snprintf(listed + used, sizeof listed - used, "%.*s ", (int)item->name.length,
                   item->name.data);
    return --room_for > 0;
}

static const char *list(const char *after, const char *parent, const char *search, unsigned room)
{
    static const struct loom_text none = {NULL, 0};
    listed[0] = '\0';
    room_for = room;
    loom_directory_each(directory, LOOM_DIRECTORY_ACCOUNT, after == NULL ? none : text_of(after),
                        parent == NULL ? none : text_of(parent),
                        search == NULL ? none : text_of(search), visit, NULL);
    return listed;
}

Test(directory, lists_go_by_name_and_can_be_cut)
{
    put_fleet();
    put(LOOM_DIRECTORY_GROUP, "h", "{\"profile\":\"p\"}");
    put(LOOM_DIRECTORY_ACCOUNT, "ab", "{\"group\":\"h\"}");
    put(LOOM_DIRECTORY_ACCOUNT, "0", "{\"group\":\"h\"}");
    cr_expect(eq(str, (char *)list(NULL, NULL, NULL, 9), "0 a ab b "));
    cr_expect(eq(str, (char *)list(NULL, NULL, NULL, 2), "0 a "));
    cr_expect(eq(str, (char *)list("a", NULL, NULL, 9), "ab b "));
    cr_expect(eq(str, (char *)list("aa", NULL, NULL, 9), "ab b "));
    cr_expect(eq(str, (char *)list(NULL, "g", NULL, 9), "a b "));
    cr_expect(eq(str, (char *)list(NULL, NULL, "b", 9), "ab b "));
}

/* ---- devices that nobody has told of --------------------------------------------------------- */

static uint64_t adopted;
static bool adopted_good;

static void on_adopted(void *user, uint64_t number, bool good)
{
    (void)user;
    cr_expect(eq(u64, adopted, 0));
    adopted = number;
    adopted_good = good;
}

/* Who is unknown, and may be adopted, is known when that is kept. */
static enum loom_fleet_admission admit(const char *identity, const char *endpoint,
                                       const struct loom_fleet_account **account)
{
    struct loom_peer peer = {.secure = true,
                             .identity = {(const uint8_t *)identity, strlen(identity)}};
    struct loom_text none = {NULL, 0};
    struct loom_text name = endpoint == NULL ? none : text_of(endpoint);
    enum loom_fleet_admission admission = loom_fleet_admit(&store, &peer, name, account);
    uint64_t number = 0;
    if (admission == LOOM_FLEET_ADMISSION_UNKNOWN &&
        store.adopt(store.self, peer.identity, name, &number) == LOOM_OK) {
        adopted = 0;
        loom_directory_on_adopted(directory, on_adopted, NULL);
        directory_bench_run(&bench, directory);
        cr_assert(eq(u64, adopted, number));
        cr_expect(ge(u64, number, LOOM_FLEET_ADOPTIONS));
        admission = loom_fleet_admit(&store, &peer, name, account);
        cr_expect(eq(int, adopted_good, admission == LOOM_FLEET_ADMITTED));
    }
    return admission;
}

static void put_adopting(void)
{
    put(LOOM_DIRECTORY_PROFILE, "p", PROFILE);
    put(LOOM_DIRECTORY_GROUP, "g",
        "{\"profile\":\"p\",\"adopt\":{\"identityPrefix\":\"gh-\",\"key\":\"" KEY "\"}}");
}

Test(directory, a_device_with_the_key_of_a_group_is_adopted)
{
    const struct loom_fleet_account *account;
    put_adopting();
    char *group = shown(LOOM_DIRECTORY_GROUP, "g", false);
    cr_expect_not_null(strstr(group, "\"key\":{\"fingerprint\":"), "%s", group);
    free(group);
    /* The handshake has a key, and nobody is adopted by it alone. */
    account = find_identity("gh-7");
    cr_assert_not_null(account);
    cr_expect(eq(u8, account->key.data[15], 15));
    loom_fleet_account_release(account);
    cr_expect(eq(sz, loom_directory_count(directory, LOOM_DIRECTORY_ACCOUNT), 0));
    cr_expect_null(find_identity("gh-"));
    cr_expect_null(find_identity("xx-7"));
    bench.said[0] = '\0';
    cr_assert(eq(int, admit("gh-7", "7", &account), LOOM_FLEET_ADMITTED));
    cr_expect(eq(str, bench.said, "save 7\nexpect g\nexpect p\npost\n"));
    cr_expect(eq(i64, lifetime_of(account), 300));
    const struct loom_fleet_account *again = find("7");
    cr_expect(zero(memcmp(server_key_of(account).data, server_key_of(again).data, 16)));
    loom_fleet_account_release(again);
    loom_fleet_account_release(account);
    /* Another one of the group shares its key, and nothing else. */
    cr_assert(eq(int, admit("gh-8", NULL, &account), LOOM_FLEET_ADMITTED));
    cr_expect(zero(memcmp(account->endpoint.data, "8", 1)));
    loom_fleet_account_release(account);
    cr_expect(eq(sz, loom_directory_count(directory, LOOM_DIRECTORY_ACCOUNT), 2));
}

/* H-4: a name belongs to an identity, for those who are adopted, too. */
Test(directory, nobody_is_adopted_under_a_name_that_is_not_his)
{
    const struct loom_fleet_account *account;
    put_adopting();
    cr_expect(eq(int, admit("gh-7", "8", &account), LOOM_FLEET_ADMISSION_UNKNOWN));
    cr_expect(eq(int, admit("xx-7", "7", &account), LOOM_FLEET_ADMISSION_UNKNOWN));
    cr_expect(eq(sz, loom_directory_count(directory, LOOM_DIRECTORY_ACCOUNT), 0));
    /* An account that is there has its own identity: the key of the group is none of it. */
    put(LOOM_DIRECTORY_ACCOUNT, "9", "{\"group\":\"g\"}");
    cr_expect_null(find_identity("gh-9"));
    cr_expect(eq(int, admit("gh-9", "9", &account), LOOM_FLEET_ADMISSION_WRONG_IDENTITY));
    /* What cannot be kept is not adopted. */
    bench.status = LOOM_UNAVAILABLE;
    cr_expect(eq(int, admit("gh-7", "7", &account), LOOM_FLEET_ADMISSION_UNKNOWN));
    cr_expect(eq(int, admit("gh-7", NULL, &account), LOOM_FLEET_ADMISSION_UNKNOWN));
}

Test(directory, a_group_that_adopts_says_by_what)
{
    refuse(LOOM_DIRECTORY_GROUP, "g", "{\"adopt\":{}}", "/adopt: expected identityPrefix");
    refuse(LOOM_DIRECTORY_GROUP, "g", "{\"adopt\":{\"identityPrefix\":\"\"}}", "/adopt: expected");
    refuse(LOOM_DIRECTORY_GROUP, "g", "{\"adopt\":{\"identityPrefix\":\"x\"}}",
           "/adopt/key: expected a key");
    refuse(LOOM_DIRECTORY_GROUP, "g", "{\"adopt\":{\"identityPrefix\":\"x\",\"key\":\"0102\"}}",
           "a key has 16 to 64 bytes");
    refuse(LOOM_DIRECTORY_GROUP, "g", "{\"adopt\":{\"identityPrefix\":\"x\",\"certificate\":1}}",
           "/adopt: expected");
    refuse(LOOM_DIRECTORY_PROFILE, "p", "{\"adopt\":{}}", "/adopt: only a group adopts");
}
