/* SPDX-License-Identifier: Apache-2.0 */
/* Documents by the thousand: a result for each line, all of a line or nothing. */
#define _POSIX_C_SOURCE 200809L

#include "catalog/standard.h"
#include "directory_bench.h"
#include "store/accounts_file.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define K1 "000102030405060708090a0b0c0d0e0f"
#define K2 "101112131415161718191a1b1c1d1e1f"

static struct loom_directory *directory;
static char said[16384];
static struct loom_import_counts counts;
static struct directory_bench bench;
static bool has_bench;

static void begin(void)
{
    struct loom_directory_options options = {
        .server = LOOM_FLEET_BOOTSTRAP, .catalog = &loom_catalog_standard, .seed = 1};
    said[0] = '\0';
    directory = loom_directory_create(&options);
    cr_assert_not_null(directory);
}

static void end(void)
{
    loom_directory_destroy(directory);
}

TestSuite(import, .init = begin, .fini = end);

static void report(void *user, const struct loom_import_result *result)
{
    size_t used = strlen(said);
    (void)user;
    if (used + 400 < sizeof said) {
        (void)snprintf(said + used, sizeof said - used, "%zu %.*s %s %s\n", result->line,
                       (int)result->name.length, result->name.data == NULL ? "" : result->name.data,
                       result->at, result->good ? "ok" : result->detail);
    }
}

/* A text that is imported, in pieces of any length: lines have no respect for packets. */
struct text {
    const char *text;
    size_t length;
    size_t at;
    size_t piece;
    const struct loom_fleet_account *accounts[8];
    size_t account_count;
    size_t posted; /* changes that the keeper had when all was read */
    bool over;
    enum loom_status status;
};

static size_t read_text(void *user, char *piece, size_t size)
{
    struct text *text = user;
    size_t length = text->length - text->at;
    length = length < text->piece ? length : text->piece;
    length = length < size ? length : size;
    memcpy(piece, text->text + text->at, length);
    text->at += length;
    text->posted = bench.posted_count;
    return length;
}

static void done(void *user, enum loom_status status, const struct loom_import_counts *counted)
{
    struct text *text = user;
    cr_expect_not(text->over);
    text->over = true;
    text->status = status;
    counts = *counted;
}

static void report_line(void *user, const struct loom_import_result *result)
{
    (void)user;
    report(NULL, result);
}

static enum loom_status take_from(struct text *text, struct loom_import_options *options)
{
    options->report = report_line;
    options->done = done;
    options->user = text;
    text->over = false;
    cr_assert(loom_import_post(directory, options));
    while (!text->over) {
        directory_bench_run(has_bench ? &bench : NULL, directory);
    }
    return text->status;
}

static void take_in(enum loom_import_format format, const char *text, size_t piece, bool try)
{
    struct text from = {.text = text, .length = strlen(text), .piece = piece};
    struct loom_import_options options = {.format = format, .try = try, .read = read_text};
    cr_assert(eq(int, take_from(&from, &options), LOOM_OK));
}

static size_t accounts(void)
{
    return loom_directory_count(directory, LOOM_DIRECTORY_ACCOUNT);
}

static const char lines[] =
    "{\"kind\":\"profile\",\"name\":\"p\",\"identity\":\"bs-{endpoint}\",\"servers\":{\"1\":{"
    "\"uri\":\"coaps://dm\",\"identity\":\"{endpoint}\",\"key\":\"generate\"}}}\n"
    "{\"kind\":\"group\",\"name\":\"g\",\"profile\":\"p\"}\r\n"
    "\n"
    "{\"endpoint\":\"a\",\"group\":\"g\",\"key\":\"" K1 "\"}\n"
    "{\"endpoint\":\"b\",\"group\":\"g\",\"key\":\"" K1 "\"}\n"
    "{\"endpoint\":\"c\",\"group\":\"h\",\"key\":\"" K2 "\"}\n"
    "{\"endpoint\":\"d\",\n"
    "[1]\n"
    "{\"group\":\"g\"}\n"
    "{\"kind\":\"thing\",\"name\":\"x\"}\n"
    "{\"endpoint\":\"e\",\"group\":\"g\",\"key\":\"" K2 "\"}";

Test(import, each_line_is_taken_whole_or_not_at_all)
{
    for (size_t piece = 1; piece < 200; piece += 66) {
        end();
        begin();
        take_in(LOOM_IMPORT_NDJSON, lines, piece, false);
        cr_expect(eq(str, said,
                     "1 p  ok\n2 g  ok\n4 a  ok\n5 b /key the account a has this key\n"
                     "6 c /group there is no such group\n7   line 1, column 16: it ends too early\n"
                     "8   expected an object\n9   endpoint is missing, or no text\n"
                     "10  /kind there are profile, group and account\n11 e  ok\n"));
        cr_expect(eq(sz, counts.lines, 10));
        cr_expect(eq(sz, counts.good, 4));
        cr_expect(eq(sz, counts.failed, 6));
        cr_expect(eq(sz, accounts(), 2));
    }
}

Test(import, a_dry_run_takes_nothing)
{
    take_in(LOOM_IMPORT_NDJSON,
            "{\"endpoint\":\"a\",\"nosec\":true,\"servers\":{\"1\":{\"uri\":"
            "\"coap://x\",\"nosec\":true}}}\n{\"endpoint\":\"b\"}\n",
            9, true);
    cr_expect(eq(sz, counts.good, 1));
    cr_expect(eq(sz, counts.failed, 1));
    cr_expect(eq(sz, accounts(), 0));
}

#define HEAD_ROW "endpoint,identity,key,servers.1.uri,servers.1.nosec,servers.1.lifetime,label\r\n"

Test(import, rows_have_the_columns_of_the_first_one)
{
    take_in(LOOM_IMPORT_CSV,
            HEAD_ROW "a,ia," K1 ",coap://dm,true,60,\"one, \"\"two\"\"\nthree\"\r\n"
                     "b,ib," K2 ",coap://dm,yes\n"
                     "c,ic,\"0102\",coap://dm,true\n"
                     "d,id," K2 ",coap://dm,maybe\n"
                     "\"e\"x,1\n"
                     "f,1,2,3,4,5,6,7\n",
            7, false);
    cr_expect_not_null(strstr(said, "2 a  ok\n"), "%s", said);
    cr_expect_not_null(strstr(said, "4 b  ok\n"), "%s", said);
    cr_expect_not_null(strstr(said, "5 c /key a key has 16 to 64 bytes"), "%s", said);
    cr_expect_not_null(strstr(said, "6 d /servers/1/nosec expected true or false\n"), "%s", said);
    cr_expect_not_null(strstr(said, "7   a field in quotes ends with"), "%s", said);
    cr_expect_not_null(strstr(said, "8   the row has more fields than the first one\n"), "%s",
                       said);
    cr_expect(eq(sz, counts.good, 2));
    cr_expect(eq(sz, counts.failed, 4));
    json_t *a = loom_directory_get(directory, LOOM_DIRECTORY_ACCOUNT, (struct loom_text){"a", 1},
                                   false, NULL);
    cr_expect(
        eq(str, (char *)json_string_value(json_object_get(a, "label")), "one, \"two\"\nthree"));
    json_decref(a);
}

Test(import, a_first_row_that_names_no_columns_is_the_only_mistake)
{
    take_in(LOOM_IMPORT_CSV, "identity,key\nx,y\nz,u\n", 5, false);
    cr_expect(eq(sz, counts.lines, 1));
    cr_expect(eq(sz, counts.failed, 1));
    said[0] = '\0';
    take_in(LOOM_IMPORT_CSV, "endpoint,,x\nx,y,z\n", 5, false);
    cr_expect(eq(sz, counts.failed, 1));
}

/* Nothing overruns, whatever comes. */
Test(import, hostile_text_costs_no_more_than_a_line)
{
    size_t size = 3 * LOOM_IMPORT_LINE_MAX;
    char *text = malloc(size + 1);
    static const char *const fills[] = {"x", "\"", "{", ",", "\\", "a,\"b", "{\"a\":", "\xff"};
    for (size_t i = 0; i < sizeof fills / sizeof fills[0]; i++) {
        size_t length = strlen(fills[i]);
        for (size_t at = 0; at < size; at++) {
            text[at] = fills[i][at % length];
        }
        text[size] = '\0';
        text[size / 2] = '\n';
        for (unsigned format = 0; format < 2; format++) {
            said[0] = '\0';
            take_in((enum loom_import_format)format, text, 4096, false);
            cr_expect(eq(sz, counts.good, 0));
            cr_expect(gt(sz, counts.failed, 0));
            cr_expect(lt(sz, strlen(said), 4000));
        }
    }
    free(text);
    cr_expect(eq(sz, accounts(), 0));
}

/* ---- accounts files -------------------------------------------------------------------------- */

static const char file[] =
    "[endpoint one]\nidentity = bs-one\nkey = " K1 "\ndelete = /0 /1\nrepair = /\nhold-off = 7\n"
    "object-versions = 3303:1.0\n/3/0/14 = \"+02:00\"\n/5/0/3 = 1\n"
    "[server 101]\nuri = coaps://dm\nidentity = one\nkey = " K2 "\nlifetime = 60\nbinding = UQ\n"
    "[server 102]\nuri = coap://dm2\nnosec\n"
    "[instance /2/0]\nobject-id = 3\nobject-instance-id = 0\nacl/101 = 15\nacl/102 = 1\n"
    "access-control-owner = 101\n[instance /3303/4]\n5700 = 21.5\n5701 = Cel\n"
    "[endpoint two]\nnosec\ndiscover = no\nbootstrap-instance = 1\npack = no\n"
    "[server 7]\nuri = coap://dm\nnosec\n";

static void same_value(const struct loom_value *a, const struct loom_value *b)
{
    cr_expect(eq(int, a->type, b->type));
    if (a->type == LOOM_STRING || a->type == LOOM_OPAQUE) {
        cr_assert(eq(sz, a->as.text.length, b->as.text.length));
        cr_expect(zero(memcmp(a->as.text.data, b->as.text.data, a->as.text.length)));
    } else {
        cr_expect(zero(memcmp(&a->as, &b->as, a->type == LOOM_BOOLEAN ? sizeof(bool) : 4)));
    }
}

/* Writes in any order: a document has its parts in its own. */
static const struct loom_fleet_write *find_write(const struct loom_fleet_account *account,
                                                 const struct loom_fleet_write *wanted)
{
    for (size_t i = 0; i < account->write_count; i++) {
        const struct loom_fleet_write *write = &account->writes[i];
        if (write->target == wanted->target && write->path.depth == wanted->path.depth &&
            memcmp(write->path.id, wanted->path.id, sizeof write->path.id) == 0 &&
            write->short_server_id == wanted->short_server_id) {
            return write;
        }
    }
    return NULL;
}

static void compare(void *user, const struct loom_fleet_account *expected)
{
    struct loom_fleet_store *store = user;
    const struct loom_fleet_account *account = store->by_endpoint(store->self, expected->endpoint);
    cr_assert_not_null(account);
    cr_expect(eq(int, account->mode, expected->mode));
    cr_expect(eq(sz, account->key.length, expected->key.length));
    cr_expect(eq(int, account->discover, expected->discover));
    cr_expect(eq(int, account->pack, expected->pack));
    cr_expect(eq(u16, account->bootstrap_instance, expected->bootstrap_instance));
    cr_expect(eq(sz, account->delete_count, expected->delete_count));
    cr_expect(eq(sz, account->repair_count, expected->repair_count));
    cr_assert(eq(sz, account->write_count, expected->write_count));
    for (size_t i = 0; i < expected->write_count; i++) {
        const struct loom_fleet_write *write = find_write(account, &expected->writes[i]);
        cr_assert_not_null(write);
        cr_expect(eq(u8, write->version_major, expected->writes[i].version_major));
        cr_expect(eq(u8, write->version_minor, expected->writes[i].version_minor));
        cr_assert(eq(sz, write->setting_count, expected->writes[i].setting_count));
        for (size_t k = 0; k < write->setting_count; k++) {
            cr_expect(
                eq(u16, write->settings[k].resource, expected->writes[i].settings[k].resource));
            same_value(&write->settings[k].value, &expected->writes[i].settings[k].value);
        }
    }
    loom_fleet_account_release(account);
}

static void hold(void *user, const struct loom_fleet_account *account)
{
    struct text *text = user;
    text->accounts[text->account_count++] = loom_fleet_account_hold(account);
}

static const struct loom_fleet_account *next_account(void *user)
{
    struct text *text = user;
    return text->at == text->account_count ? NULL : text->accounts[text->at++];
}

static void complain(void *user, const char *message)
{
    (void)user;
    cr_expect_null(message, "%s", message);
}

Test(import, an_accounts_file_becomes_documents_that_say_the_same)
{
    struct loom_fleet_accounts *read =
        loom_fleet_accounts_parse("f", (struct loom_text){file, sizeof file - 1},
                                  LOOM_FLEET_BOOTSTRAP, &loom_catalog_standard, complain, NULL);
    cr_assert_not_null(read);
    struct loom_fleet_store from = loom_fleet_accounts_store(read);
    struct loom_fleet_store to = loom_directory_store(directory);
    struct text text = {.account_count = 0};
    struct loom_import_options options = {.next = next_account};
    from.each(from.self, hold, &text);
    cr_assert(eq(int, take_from(&text, &options), LOOM_OK));
    cr_assert(eq(sz, counts.good, 2), "%s", said);
    from.each(from.self, compare, &to);
    loom_fleet_accounts_free(read);
}

/* ---- export ---------------------------------------------------------------------------------- */

struct exported {
    char text[8192];
    size_t length;
};

static bool put(void *user, struct loom_text line)
{
    struct exported *exported = user;
    cr_assert(lt(sz, exported->length + line.length, sizeof exported->text));
    memcpy(exported->text + exported->length, line.data, line.length);
    exported->length += line.length;
    exported->text[exported->length] = '\0';
    return true;
}

Test(import, what_is_exported_with_keys_can_be_imported)
{
    struct exported first = {"", 0};
    struct exported second = {"", 0};
    take_in(LOOM_IMPORT_NDJSON, lines, 100, false);
    cr_assert(eq(int, loom_export(directory, true, put, &first), LOOM_OK));
    cr_expect_not_null(strstr(first.text, K1));
    end();
    begin();
    take_in(LOOM_IMPORT_NDJSON, first.text, 100, false);
    cr_expect(eq(sz, counts.failed, 0), "%s", said);
    cr_assert(eq(int, loom_export(directory, true, put, &second), LOOM_OK));
    cr_expect(eq(str, first.text, second.text));
}

Test(import, an_export_has_no_keys_unless_they_are_asked_for)
{
    struct exported exported = {"", 0};
    take_in(LOOM_IMPORT_NDJSON, lines, 100, false);
    cr_assert(eq(int, loom_export(directory, false, put, &exported), LOOM_OK));
    cr_expect_null(strstr(exported.text, K1));
    cr_expect_not_null(strstr(exported.text, "{\"endpoint\":\"a\",\"group\":\"g\"}\n"), "%s",
                       exported.text);
}

/* ---- a store that fails ---------------------------------------------------------------------- */

static bool gather(void *user, struct loom_text line)
{
    (void)fwrite(line.data, 1, line.length, user);
    return true;
}

static bool gather_item(void *user, const struct loom_directory_item *item)
{
    (void)fprintf(user, "%.*s %lld %zu\n", (int)item->name.length, item->name.data,
                  (long long)item->generation, item->children);
    return true;
}

/* All that is in force. */
static char *everything(void)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    static const struct loom_text none = {NULL, 0};
    cr_assert_not_null(out);
    cr_assert(eq(int, loom_export(directory, false, gather, out), LOOM_OK));
    for (unsigned kind = 0; kind < LOOM_DIRECTORY_KINDS; kind++) {
        loom_directory_each(directory, (enum loom_directory_kind)kind, none, none, none,
                            gather_item, out);
    }
    cr_assert(eq(int, fclose(out), 0));
    return text;
}

static void begin_failing(void)
{
    struct loom_directory_options options = {.server = LOOM_FLEET_BOOTSTRAP,
                                             .catalog = &loom_catalog_standard,
                                             .seed = 1,
                                             .keeper = directory_bench_begin(&bench)};
    has_bench = true;
    end();
    directory = loom_directory_create(&options);
    cr_assert_not_null(directory);
    take_in(LOOM_IMPORT_NDJSON, lines, 1000, false);
    cr_assert(eq(uint, bench.posts, 4));
    bench.posts = 0;
    said[0] = '\0';
}

static enum loom_status take_text(const char *text, size_t length)
{
    struct text from = {.text = text, .length = length, .piece = length};
    struct loom_import_options options = {.read = read_text};
    return take_from(&from, &options);
}

/* Changes of what is there, and what is new, in each other's places. */
static const char tangle[] =
    "{\"endpoint\":\"a\",\"group\":\"g\",\"label\":\"x\",\"identity\":\"other\"}\n"
    "{\"kind\":\"profile\",\"name\":\"p2\",\"identity\":\"bs2-{endpoint}\",\"servers\":{\"2\":{"
    "\"uri\":\"coaps://dm2\",\"identity\":\"{endpoint}\",\"key\":\"generate\"}}}\n"
    "{\"kind\":\"group\",\"name\":\"g2\",\"profile\":\"p2\"}\n"
    "{\"endpoint\":\"new\",\"group\":\"g\",\"key\":\"202122232425262728292a2b2c2d2e2f\"}\n"
    "{\"endpoint\":\"new\",\"group\":\"g2\",\"key\":\"202122232425262728292a2b2c2d2e2f\"}\n"
    "{\"endpoint\":\"a\",\"group\":\"g2\",\"key\":\"303132333435363738393a3b3c3d3e3f\"}\n"
    "{\"kind\":\"profile\",\"name\":\"p\",\"identity\":\"bs3-{endpoint}\",\"servers\":{\"3\":{"
    "\"uri\":\"coaps://dm3\",\"identity\":\"{endpoint}\",\"key\":\"generate\"}}}\n"
    "{\"kind\":\"group\",\"name\":\"g\",\"profile\":\"p2\"}\n";

/* The part of a text that has so many lines. */
static size_t length_of_lines(const char *text, unsigned count)
{
    const char *at = text;
    for (; count > 0; count--) {
        at = strchr(at, '\n') + 1;
    }
    return (size_t)(at - text);
}

/* What is in force is what was stored, to the line. */
Test(import, what_could_not_be_stored_is_not_in_force)
{
    for (unsigned good = 0; good < 8; good++) {
        begin_failing();
        cr_assert(eq(int, take_text(tangle, length_of_lines(tangle, good)), LOOM_OK));
        cr_assert(eq(sz, counts.good, good), "%s", said);
        char *expected = everything();
        begin_failing();
        bench.status = LOOM_UNAVAILABLE;
        bench.fail_at = good + 1;
        cr_expect(eq(int, take_text(tangle, length_of_lines(tangle, good + 1)), LOOM_UNAVAILABLE));
        cr_expect(eq(sz, counts.good, good));
        cr_expect(eq(sz, counts.failed, 1));
        char *found = everything();
        cr_expect(eq(str, found, expected), "%u", good);
        free(found);
        free(expected);
        /* Identities and keys are as free as they were. */
        bench.status = LOOM_OK;
        cr_expect(eq(int, take_text(tangle, sizeof tangle - 1), LOOM_OK));
        cr_expect(eq(sz, counts.failed, 0), "%u: %s", good, said);
        cr_expect(eq(sz, accounts(), 3));
    }
}

Test(import, nothing_is_taken_behind_a_line_that_could_not_be_stored)
{
    static char text[3000 * 80];
    size_t length = 0;
    begin_failing();
    size_t before = accounts();
    for (unsigned i = 0; i < 2500; i++) {
        length +=
            (size_t)snprintf(text + length, sizeof text - length,
                             "{\"endpoint\":\"d%u\",\"group\":\"g\",\"key\":\"%032x\"}\n", i, i);
    }
    bench.status = LOOM_UNAVAILABLE;
    bench.fail_at = 700;
    cr_expect(eq(int, take_text(text, length), LOOM_UNAVAILABLE));
    /* Those that were on their way with it are there. */
    cr_expect(ge(sz, counts.good, 699));
    cr_expect(lt(sz, counts.good, 699 + LOOM_DIRECTORY_POSTED_MAX));
    cr_expect(eq(sz, counts.good + counts.failed, counts.lines));
    cr_expect(eq(sz, accounts(), before + counts.good));
    /* And the next one may go well. */
    bench.status = LOOM_OK;
    cr_expect(eq(int, take_text(text, length), LOOM_OK));
    cr_expect(eq(sz, counts.good, 2500));
    cr_expect(eq(sz, accounts(), before + 2500));
}

/* Whatever else is wanted has its turn before a long import has ended. */
Test(import, others_have_their_turn)
{
    struct directory_change change = {.condition = {.absent = false}};
    static char garbage[400000];
    memset(garbage, '\n', sizeof garbage);
    for (size_t i = 0; i < sizeof garbage; i += 2) {
        garbage[i] = 'x';
    }
    begin_failing();
    struct text from = {.text = garbage, .length = sizeof garbage, .piece = sizeof garbage};
    struct loom_import_options options = {
        .read = read_text, .report = report_line, .done = done, .user = &from};
    cr_assert(loom_import_post(directory, &options));
    directory_change_post(&change, directory, LOOM_DIRECTORY_ACCOUNT, "a", NULL, false);
    bench.holds = true;
    directory_bench_run(&bench, directory);
    cr_expect(from.over);
    cr_expect(eq(sz, from.posted, 1));
    cr_expect_not(change.over);
    bench.holds = false;
    directory_bench_run(&bench, directory);
    cr_expect(eq(int, change.status, LOOM_OK));
}
