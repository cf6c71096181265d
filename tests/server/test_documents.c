/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts as documents: profile and device put together, keys beside them, and what the client
 * would say. */
#include "accounts/document.h"
#include "catalog/standard.h"
#include "models/models.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#define KEY   "000102030405060708090a0b0c0d0e0f"
#define KEY_2 "101112131415161718191a1b1c1d1e1f"

static struct loom_models *models;
static char said[4096];

static void report(void *user, const char *at, const char *detail)
{
    size_t used = strlen(said);
    (void)user;
    (void)snprintf(said + used, sizeof said - used, "%s: %s\n", at, detail);
}

/* OSCORE is in no model of ours. */
static const char oscore[] =
    "<LWM2M><Object><Name>OSCORE</Name><ObjectID>21</ObjectID><MultipleInstances>Multiple"
    "</MultipleInstances><Mandatory>Optional</Mandatory><Resources><Item ID=\"0\"><Name>Master "
    "Secret</Name><Operations></Operations><MultipleInstances>Single</MultipleInstances><Mandatory>"
    "Mandatory</Mandatory><Type>Opaque</Type></Item></Resources></Object></LWM2M>";

static void begin(void)
{
    said[0] = '\0';
    models = loom_models_create(&loom_catalog_standard);
    cr_assert(eq(
        int,
        loom_models_add(models, "21.xml", (struct loom_text){oscore, strlen(oscore)}, NULL, NULL),
        LOOM_OK));
}

static void end(void)
{
    loom_models_destroy(models);
}

static json_t *read_json(const char *text)
{
    char error[LOOM_JSON_TEXT_ERROR];
    json_t *json = loom_json_text_read((struct loom_text){text, strlen(text)},
                                       LOOM_DOCUMENT_DEPTH_MAX, LOOM_DOCUMENT_COUNT_MAX, error);
    cr_assert_not_null(json, "%s", error);
    return json;
}

/* A document as somebody writes it, for the device `dev`. */
struct made {
    json_t *document;
    struct loom_document_key *keys;
    struct loom_document_source source;
    const struct loom_fleet_account *account;
    bool checked;
};

static struct made make_of(const char *profile, const char *own, enum loom_fleet_accounts_kind kind)
{
    struct made made = {.checked = false};
    json_t *base = read_json(profile);
    json_t *device = read_json(own);
    const struct loom_catalog *catalog = loom_models_catalog(models);
    bool taken = loom_document_take_keys(device, catalog, &made.keys, report, NULL);
    made.document = loom_document_merge(base, device);
    cr_assert_not_null(made.document);
    cr_assert(loom_document_make_keys(made.document, catalog, &made.keys));
    made.source =
        (struct loom_document_source){kind, catalog, {"dev", 3}, made.document, made.keys};
    made.account = loom_document_account(&made.source, report, NULL);
    made.checked = taken && made.account != NULL && kind == LOOM_FLEET_BOOTSTRAP &&
                   loom_document_check(&made.source, made.account, report, NULL);
    json_decref(base);
    json_decref(device);
    return made;
}

static struct made make(const char *own)
{
    return make_of("{}", own, LOOM_FLEET_BOOTSTRAP);
}

static void drop(struct made *made)
{
    loom_fleet_account_release(made->account);
    loom_document_keys_free(made->keys);
    json_decref(made->document);
}

TestSuite(documents, .init = begin, .fini = end);

static const struct loom_value *setting(const struct loom_fleet_account *account, size_t write,
                                        uint16_t resource)
{
    cr_assert(lt(sz, write, account->write_count));
    for (size_t i = 0; i < account->writes[write].setting_count; i++) {
        if (account->writes[write].settings[i].resource == resource) {
            return &account->writes[write].settings[i].value;
        }
    }
    return NULL;
}

#define PROFILE                                                                                    \
    "{\"discover\":false,\"bootstrapInstance\":0,\"delete\":[\"/0\",\"/1\"],\"repair\":[\"/\"],"   \
    "\"identity\":\"bs-{endpoint}\",\"key\":\"generate\",\"holdOff\":7,"                           \
    "\"objectVersions\":{\"3303\":\"1.1\"},"                                                       \
    "\"servers\":{\"101\":{\"uri\":\"coaps://dm\",\"identity\":\"{endpoint}\","                    \
    "\"key\":\"generate\",\"lifetime\":300,\"default-minimum-period\":1}},"                        \
    "\"instances\":{\"/2/0\":{\"object-id\":3,\"object-instance-id\":0,\"acl\":{\"101\":15},"      \
    "\"access-control-owner\":101},\"/3303/4\":{\"5700\":21.5}}}"

Test(documents, a_profile_and_a_device_make_an_account)
{
    struct made made = make_of(
        PROFILE, "{\"group\":\"g\",\"holdOff\":null,\"servers\":{\"101\":{\"lifetime\":60}}}",
        LOOM_FLEET_BOOTSTRAP);
    cr_assert(made.checked, "%s", said);
    const struct loom_fleet_account *account = made.account;
    cr_expect(eq(sz, account->identity.length, 6));
    cr_expect(zero(memcmp(account->identity.data, "bs-dev", 6)));
    cr_expect(eq(sz, account->key.length, LOOM_DOCUMENT_KEY_MADE));
    cr_expect(not(account->discover));
    cr_expect(eq(sz, account->delete_count, 2));
    cr_expect(eq(sz, account->repair_count, 1));
    cr_assert(eq(sz, account->write_count, 4));
    cr_expect(eq(u64, (uint64_t)setting(account, 1, 1)->as.integer, 60));
    cr_expect(eq(u64, (uint64_t)setting(account, 1, 2)->as.integer, 1));
    cr_expect(eq(sz, setting(account, 0, 3)->as.opaque.length, 3));
    cr_expect(eq(sz, setting(account, 0, 5)->as.opaque.length, LOOM_DOCUMENT_KEY_MADE));
    cr_expect(ne(int, memcmp(setting(account, 0, 5)->as.opaque.data, account->key.data, 16), 0));
    cr_expect(eq(u8, account->writes[3].version_minor, 1));
    drop(&made);
}

/* 64 bits are exact, and beyond them a number is a text. */
Test(documents, large_numbers_are_exact)
{
    struct made made =
        make("{\"nosec\":true,\"servers\":{\"1\":{\"uri\":\"coap://a\",\"nosec\":true}},"
             "\"resources\":{\"/3/0/13\":9223372036854775807}}");
    cr_assert(made.checked, "%s", said);
    cr_expect(eq(i64, setting(made.account, 0, 13)->as.integer, INT64_MAX));
    drop(&made);
}

/* ---- keys ------------------------------------------------------------------------------------ */

Test(documents, keys_leave_the_document)
{
    struct loom_document_key *keys = NULL;
    json_t *document =
        read_json("{\"key\":\"" KEY "\",\"servers\":{\"1\":{\"key\":\"" KEY_2
                  "\",\"security\":{\"secret-key\":\"aabb\"}}},\"instances\":{\"/0/5\":{\"5\":\"cc"
                  "\"},\"/21/0\":{\"0\":\"dd\"}},\"resources\":{\"/0/1/5\":\"ee\"}}");
    const struct loom_catalog *catalog = loom_models_catalog(models);
    cr_assert(loom_document_take_keys(document, catalog, &keys, report, NULL), "%s", said);
    char *text = json_dumps(document, JSON_COMPACT);
    cr_expect(eq(str, text,
                 "{\"servers\":{\"1\":{\"security\":{}}},\"instances\":{\"/0/5\":{},\"/21/0\":{}"
                 "},\"resources\":{}}"),
              "%s", text);
    free(text);
    static const struct {
        const char *place;
        size_t length;
    } expected[] = {{"/key", 16},
                    {"/servers/1/key", 16},
                    {"/servers/1/security/secret-key", 2},
                    {"/instances/~10~15/5", 1},
                    {"/instances/~121~10/0", 1},
                    {"/resources/~10~11~15", 1}};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct loom_document_key *key = loom_document_key_at(keys, expected[i].place);
        cr_assert_not_null(key, "%s", expected[i].place);
        cr_expect(eq(sz, key->length, expected[i].length));
    }
    /* What was shown in its place leaves a key as it is; null removes it. */
    json_t *again =
        read_json("{\"key\":{\"fingerprint\":\"x\"},\"servers\":{\"1\":{\"key\":null}}}");
    cr_expect(loom_document_take_keys(again, catalog, &keys, report, NULL), "%s", said);
    cr_expect_not_null(loom_document_key_at(keys, "/key"));
    cr_expect_null(loom_document_key_at(keys, "/servers/1/key"));
    json_decref(again);
    json_decref(document);
    loom_document_keys_free(keys);
}

Test(documents, wrong_keys_are_mistakes_that_do_not_tell_the_key)
{
    static const char *const wrong[] = {"\"0102\"",
                                        "\"zz0102030405060708090a0b0c0d0e0f\"",
                                        "7",
                                        "{\"fingerprint\":\"x\"}",
                                        "\"000102030405060708090a0b0c0d0e0f0\"",
                                        "[]",
                                        "true"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char text[256];
        (void)snprintf(text, sizeof text, "{\"identity\":\"a\",\"key\":%s}", wrong[i]);
        said[0] = '\0';
        struct made made = make(text);
        cr_expect(not(made.checked), "%s", text);
        cr_expect_not_null(strstr(said, "/key: "), "%s", said);
        cr_expect_null(strstr(said, "0102"), "%s", said);
        drop(&made);
    }
}

/* ---- mistakes -------------------------------------------------------------------------------- */

#define GOOD         "\"identity\":\"a\",\"key\":\"" KEY "\""
#define SERVER(more) "\"servers\":{\"1\":{\"uri\":\"coap://a\",\"nosec\":true" more "}}"

Test(documents, every_mistake_has_its_place)
{
    static const struct {
        const char *document;
        const char *said;
    } cases[] = {
        {"[]", ": expected an object\n"},
        {"{\"nonsense\":1," GOOD "}", "/nonsense: there is no such member\n"},
        {"{\"a/b~c\":1," GOOD "}", "/a~1b~0c: there is no such member\n"},
        {"{\"identity\":\"a\"}", ": this endpoint has no key\n"},
        {"{" GOOD ",\"servers\":7}", "/servers: expected an object\n"},
        {"{" GOOD ",\"servers\":{\"0\":{}}}", "/servers/0: expected a Short Server ID"},
        {"{" GOOD ",\"servers\":{\"1\":{}}}", "/servers/1: this server needs uri\n"},
        {"{" GOOD "," SERVER(",\"lifetme\":3") "}", "/servers/1/lifetme: object 1 has no such"},
        {"{" GOOD "," SERVER(",\"lifetime\":\"soon\"") "}",
         "/servers/1/lifetime: expected a value of type Integer\n"},
        {"{" GOOD "," SERVER(",\"lifetime\":[]") "}",
         "/servers/1/lifetime: expected a number, a text, true or false\n"},
        {"{" GOOD "," SERVER(",\"lifetime\":-1") "}", "/servers/1/lifetime: a lifetime is 0 to"},
        {"{" GOOD ",\"delete\":\"/\"}", "/delete: expected an array of paths\n"},
        {"{" GOOD ",\"delete\":[\"/1/2/3\"]}", "/delete: expected a path of 0 to 2 numbers"},
        {"{" GOOD ",\"discover\":7}", "/discover: expected yes or no\n"},
        {"{" GOOD ",\"resources\":{\"identity\":\"b\"}}", "/resources/identity: expected a path"},
        {"{" GOOD ",\"resources\":{\"/3/0/99\":1}}",
         "/resources/~13~10~199: object 3 has no resource 99\n"},
        {"{" GOOD ",\"instances\":{\"/999/0\":{}}}", "/instances/~1999~10: unknown object 999"},
        {"{" GOOD ",\"instances\":{\"/2/0\":{\"acl\":1}}}", "/instances/~12~10/acl: \"ACL\" has"},
        {"{" GOOD ",\"client\":{\"lwm2m\":\"2.0\"}}", "/client/lwm2m: expected"},
        {"{" GOOD ",\"client\":{\"transports\":\"\"}}", "/client/transports: expected"},
        {"{" GOOD ",\"client\":{\"security\":[\"x\"]}}", "/client/security: there are"},
        {"{" GOOD ",\"client\":{\"objects\":[65535]}}", "/client/objects: an object id is"},
        {"{" GOOD ",\"client\":{\"object\":[]}}", "/client: there are"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        said[0] = '\0';
        struct made made = make(cases[i].document);
        cr_expect(not(made.checked), "%s", cases[i].document);
        cr_expect_not_null(strstr(said, cases[i].said), "%s -> %s", cases[i].document, said);
        drop(&made);
    }
}

/* ---- the client's sentences ------------------------------------------------------------------ */

#define SECURE(id, uri, more)                                                                      \
    "\"" id "\":{\"uri\":\"" uri "\",\"identity\":\"i" id "\",\"key\":\"generate\"" more "}"
#define ONE(more) "{" GOOD ",\"servers\":{" SECURE("1", "coaps://a", more) "}}"
#define TWO(more)                                                                                  \
    "{" GOOD                                                                                       \
    ",\"servers\":{" SECURE("1", "coaps://a", "") "," SECURE("2", "coaps://b", "") "}" more "}"
#define ENTRY(object, owner, who)                                                                  \
    ",\"instances\":{\"/2/0\":{\"object-id\":" object ",\"object-instance-id\":0,"                 \
    "\"access-control-owner\":" owner ",\"acl\":{\"" who "\":15}}}"
#define RAW(mode, more)                                                                            \
    "{" GOOD                                                                                       \
    ",\"servers\":{\"1\":{\"uri\":\"coaps://a\",\"security\":{\"security-mode\":" mode more "}}}}"

/* each sentence of the client's check can be had before a device says it. */
Test(documents, the_client_is_asked_before_it_is_bootstrapped)
{
    static const struct {
        enum loom_reason reason;
        const char *at;
        const char *document;
    } cases[] = {
        {LOOM_REASON_MANDATORY, "/instances/~12~10",
         "{" GOOD "," SERVER("") ",\"instances\":{\"/2/0\":{\"object-id\":3}}}"},
        {LOOM_REASON_TIME, "/servers/1", ONE(",\"default-minimum-period\":-1")},
        {LOOM_REASON_MODE, "/servers/1",
         "{" GOOD ",\"client\":{\"lwm2m\":\"1.0\"},\"servers\":{\"1\":{\"uri\":\"coaps://a\","
         "\"security\":{\"security-mode\":4}}}}"},
        {LOOM_REASON_SCHEME, "/servers/1",
         "{" GOOD
         ",\"servers\":{\"1\":{\"uri\":\"http://a\",\"security\":{\"security-mode\":3}}}}"},
        {LOOM_REASON_SCHEME_AND_MODE, "/servers/1", RAW("3", "")},
        {LOOM_REASON_IDENTITY, "/servers/1", RAW("0", ",\"secret-key\":\"" KEY_2 "\"")},
        {LOOM_REASON_SECRET_KEY, "/servers/1", RAW("0", ",\"public-key-or-identity\":\"61\"")},
        {LOOM_REASON_SERVER_KEY, "/servers/1",
         RAW("2", ",\"public-key-or-identity\":\"61\",\"secret-key\":\"62\"")},
        {LOOM_REASON_UNUSABLE, "/servers/1",
         "{" GOOD ",\"client\":{\"security\":[\"nosec\",\"certificate\"]},\"servers\":{" SECURE(
             "1", "coaps://a", "") "}}"},
        {LOOM_REASON_OSCORE, "/servers/1",
         ONE(",\"security\":{\"oscore-security-mode\":\"21:0\"}")},
        {LOOM_REASON_OSCORE_TWICE, "/servers/1",
         "{" GOOD ",\"servers\":{" SECURE(
             "1", "coaps://a",
             ",\"security\":{\"oscore-security-mode\":\"21:0\"}") "," SECURE("2", "coaps://b",
                                                                             ",\"security\""
                                                                             ":{\"oscore-"
                                                                             "security-"
                                                                             "mode\":\"21:"
                                                                             "0\"}") "},"
                                                                                     "\"ins"
                                                                                     "tance"
                                                                                     "s\":{"
                                                                                     "\"/"
                                                                                     "21/"
                                                                                     "0\":{"
                                                                                     "\"0\""
                                                                                     ":\"01"
                                                                                     "\"}}"
                                                                                     "}"},
        {LOOM_REASON_SSID, "/instances/~10~17",
         "{" GOOD "," SERVER("") ",\"instances\":{\"/0/7\":{\"0\":\"coap://b\",\"1\":false,\"2\":3,"
                                 "\"3\":\"\",\"4\":\"\",\"5\":\"\"}}}"},
        {LOOM_REASON_ACCOUNT_TWICE, "/servers/1",
         "{" GOOD "," SERVER("") ",\"instances\":{\"/0/7\":{\"0\":\"coap://b\",\"1\":false,\"2\":3,"
                                 "\"3\":\"\",\"4\":\"\",\"5\":\"\",\"10\":1}}}"},
        {LOOM_REASON_NO_SERVER, "/instances/~10~17",
         "{" GOOD "," SERVER("") ",\"instances\":{\"/0/7\":{\"0\":\"coap://b\",\"1\":false,\"2\":3,"
                                 "\"3\":\"\",\"4\":\"\",\"5\":\"\",\"10\":2}}}"},
        {LOOM_REASON_BOOTSTRAP_TWICE, "/instances/~10~17",
         "{" GOOD "," SERVER("") ",\"instances\":{\"/0/7\":{\"0\":\"coap://b\",\"1\":true,\"2\":3,"
                                 "\"3\":\"\",\"4\":\"\",\"5\":\"\"}}}"},
        {LOOM_REASON_BINDING, "/servers/1", ONE(",\"binding\":\"UX\"")},
        {LOOM_REASON_SERVER_TWICE, "/servers/1",
         "{" GOOD
         "," SERVER("") ",\"instances\":{\"/1/7\":{\"0\":1,\"1\":60,\"6\":true,\"7\":\"U\"}}"
                        "}"},
        {LOOM_REASON_NO_SECURITY, "/instances/~11~17",
         "{" GOOD
         "," SERVER("") ",\"instances\":{\"/1/7\":{\"0\":2,\"1\":60,\"6\":true,\"7\":\"U\"}}"
                        "}"},
        {LOOM_REASON_NO_ACCESS_CONTROL, "", TWO(",\"client\":{\"objects\":[5]}")},
        {LOOM_REASON_ACCESS_TARGET, "/instances/~12~10", TWO(ENTRY("999", "1", "2"))},
        {LOOM_REASON_ACCESS_OWNER, "/instances/~12~10", TWO(ENTRY("3", "3", "2"))},
        {LOOM_REASON_ACCESS_RIGHT, "/instances/~12~10", TWO(ENTRY("3", "1", "3"))},
        {LOOM_REASON_NO_ACCOUNT, "", "{" GOOD "}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char expected[256];
        said[0] = '\0';
        struct made made = make(cases[i].document);
        (void)snprintf(expected, sizeof expected, "%s\n", loom_reason_text(cases[i].reason));
        cr_expect(not(made.checked), "%s", cases[i].document);
        cr_expect_not_null(strstr(said, expected), "%s -> %s", cases[i].document, said);
        (void)snprintf(expected, sizeof expected, "%s: ", cases[i].at);
        cr_expect(zero(strncmp(said, expected, strlen(expected))), "%s -> %s", expected, said);
        drop(&made);
    }
}

/* What is well is not refused: with ids of one's own, several servers, certificates. */
Test(documents, what_is_well_is_taken)
{
    static const char *const good[] = {
        ONE(""),
        ONE(",\"binding\":\"UT\",\"mute-send\":true"),
        TWO(ENTRY("3", "1", "2")),
        TWO(""),
        RAW("2", ",\"public-key-or-identity\":\"61\",\"secret-key\":\"62\","
                 "\"server-public-key\":\"63\",\"certificate-usage\":3"),
        "{" GOOD ",\"discover\":false,\"bootstrapInstance\":0," SERVER("") "}",
        "{" GOOD "," SERVER(
            "") ",\"instances\":{\"/0/0\":{\"0\":\"coap://b\",\"1\":false,\"2\":3,"
                "\"3\":\"\",\"4\":\"\",\"5\":\"\",\"10\":2},\"/1/0\":{\"0\":2,\"1\":60,\"6\":true,"
                "\"7\":\"U\"}}}",
        "{" GOOD ",\"accountTimeout\":60," SERVER("") "}",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        said[0] = '\0';
        struct made made = make(good[i]);
        cr_expect(made.checked, "%s -> %s", good[i], said);
        drop(&made);
    }
}

Test(documents, a_document_of_the_other_server_has_fewer_words)
{
    struct made made = make_of("{}", "{" GOOD "}", LOOM_FLEET_MANAGEMENT);
    cr_expect_not_null(made.account, "%s", said);
    drop(&made);
    made = make_of("{}", "{" GOOD ",\"holdOff\":1}", LOOM_FLEET_MANAGEMENT);
    cr_expect_null(made.account);
    drop(&made);
}

/* ---- text that is no document ---------------------------------------------------------------- */

Test(documents, hostile_text_is_refused_before_it_is_read)
{
    static const char *const wrong[] = {"{\"a\":1,\"a\":2}",
                                        "[[[[[[[[[[]]]]]]]]]]",
                                        "{\"a\":18446744073709551616}",
                                        "{\"a\":\"\\u0000\"}",
                                        "{\"a\\u0000b\":1}",
                                        "{\"a\":\"\xff\"}",
                                        "{",
                                        "",
                                        "{} {}",
                                        "{\"secret\":\"0011223344\""};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char error[LOOM_JSON_TEXT_ERROR] = "";
        json_t *json = loom_json_text_read((struct loom_text){wrong[i], strlen(wrong[i])},
                                           LOOM_DOCUMENT_DEPTH_MAX, LOOM_DOCUMENT_COUNT_MAX, error);
        cr_expect_null(json, "%s", wrong[i]);
        cr_expect(gt(sz, strlen(error), 0));
        cr_expect_null(strstr(error, "0011"));
    }
}

/* Names that nobody would choose: nothing overruns, everything is refused with a place. */
Test(documents, hostile_names_are_only_names)
{
    char text[8192];
    char name[2048];
    memset(name, '~', sizeof name);
    name[sizeof name - 1] = '\0';
    static const char *const forms[] = {"{\"%s\":1}",
                                        "{" GOOD ",\"servers\":{\"%s\":{}}}",
                                        "{" GOOD ",\"instances\":{\"/2/0\":{\"%s\":1}}}",
                                        "{" GOOD ",\"instances\":{\"/2/0\":{\"acl\":{\"%s\":1}}}}",
                                        "{" GOOD ",\"resources\":{\"/%s\":1}}",
                                        "{" GOOD ",\"objectVersions\":{\"%s\":\"1.0\"}}",
                                        "{\"identity\":\"%s\",\"key\":\"" KEY "\"}"};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        said[0] = '\0';
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        (void)snprintf(text, sizeof text, forms[i], name);
#pragma GCC diagnostic pop
        struct made made = make(text);
        cr_expect(not(made.checked));
        cr_expect(gt(sz, strlen(said), 0));
        drop(&made);
    }
}

/* ---- accounts that admit nobody -------------------------------------------------------------- */

static const struct loom_fleet_account *the_account;

static const struct loom_fleet_account *the_only(void *self, struct loom_text endpoint)
{
    (void)self;
    (void)endpoint;
    return loom_fleet_account_hold(the_account);
}

static const struct loom_fleet_account *of_identity(void *self, struct loom_bytes identity)
{
    (void)self;
    (void)identity;
    return loom_fleet_account_hold(the_account);
}

static bool anybody(void *self)
{
    (void)self;
    return true;
}

static enum loom_fleet_admission admit(const struct loom_fleet_account *account,
                                       const char *identity, bool named)
{
    static const struct loom_fleet_store store = {
        .by_endpoint = the_only, .by_identity = of_identity, .allows_any = anybody};
    const struct loom_fleet_account *admitted;
    struct loom_peer peer = {.secure = identity != NULL};
    struct loom_text name = {named ? "dev" : NULL, named ? 3 : 0};
    if (identity != NULL) {
        peer.identity = (struct loom_bytes){(const uint8_t *)identity, strlen(identity)};
    }
    the_account = account;
    enum loom_fleet_admission admission = loom_fleet_admit(&store, &peer, name, &admitted);
    loom_fleet_account_release(admitted);
    return admission;
}

/* H-4: nobody is admitted, not even who proves its identity, or comes without security where
 * anybody may whom no account names. */
Test(documents, nobody_is_admitted_by_an_account_that_is_not_enabled)
{
    struct made made = make("{\"identity\":\"i\",\"key\":\"" KEY "\",\"enabled\":false}");
    cr_assert_not_null(made.account, "%s", said);
    cr_expect(not(loom_document_is_enabled(made.document)));
    cr_expect(eq(int, admit(made.account, "i", true), LOOM_FLEET_ADMISSION_UNKNOWN));
    cr_expect(eq(int, admit(made.account, "i", false), LOOM_FLEET_ADMISSION_UNKNOWN));
    cr_expect(eq(int, admit(made.account, NULL, true), LOOM_FLEET_ADMISSION_UNKNOWN));
    drop(&made);
    made = make("{\"nosec\":true,\"enabled\":false}");
    cr_assert_not_null(made.account, "%s", said);
    cr_expect(eq(int, admit(made.account, NULL, true), LOOM_FLEET_ADMISSION_UNKNOWN));
    drop(&made);
    made = make("{\"identity\":\"i\",\"key\":\"" KEY "\",\"enabled\":true}");
    cr_expect(eq(int, admit(made.account, "i", true), LOOM_FLEET_ADMITTED));
    cr_expect(eq(int, admit(made.account, "i", false), LOOM_FLEET_ADMITTED));
    drop(&made);
    said[0] = '\0';
    made = make("{\"nosec\":true,\"enabled\":1}");
    cr_expect_null(made.account);
    cr_expect(eq(str, said, "/enabled: expected true or false\n"));
    drop(&made);
}
