/* SPDX-License-Identifier: Apache-2.0 */
/* The accounts file: what it means, and every error with its place. */
#include "store/accounts_file.h"
#include "tables.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <string.h>

#define K1    "000102030405060708090a0b0c0d0e0f"
#define K2    "101112131415161718191a1b1c1d1e1f"
#define PSK_1 "identity = one\nkey = " K1 "\n"

struct messages {
    char text[4096];
    unsigned count;
};

static void collect(void *user, const char *message)
{
    struct messages *messages = user;
    size_t used = strlen(messages->text);
    (void)snprintf(messages->text + used, sizeof messages->text - used, "%s\n", message);
    messages->count++;
}

static struct loom_fleet_accounts *parse(const char *file, enum loom_fleet_accounts_kind kind,
                                         struct messages *messages)
{
    struct loom_text text = {file, strlen(file)};
    memset(messages, 0, sizeof *messages);
    return loom_fleet_accounts_parse("f", text, kind, &test_catalog, collect, messages);
}

static struct loom_fleet_accounts *parse_good(const char *file, enum loom_fleet_accounts_kind kind)
{
    struct messages messages;
    struct loom_fleet_accounts *accounts = parse(file, kind, &messages);
    cr_assert_not_null(accounts, "%s", messages.text);
    cr_assert(eq(u32, messages.count, 0));
    return accounts;
}

static struct loom_text text_of(const char *literal)
{
    struct loom_text text = {literal, strlen(literal)};
    return text;
}

static bool text_is(struct loom_text text, const char *literal)
{
    return text.length == strlen(literal) && memcmp(text.data, literal, text.length) == 0;
}

static const struct loom_fleet_setting *find(const struct loom_fleet_write *write,
                                             uint16_t resource, uint16_t instance)
{
    for (size_t i = 0; i < write->setting_count; i++) {
        if (write->settings[i].resource == resource &&
            write->settings[i].resource_instance == instance) {
            return &write->settings[i];
        }
    }
    cr_fatal("no setting %u/%u", resource, instance);
    return NULL;
}

/* One of the accounts of a file, and how many there are. */
struct wanted {
    size_t index;
    size_t count;
    const struct loom_fleet_account *account;
};

static void visit(void *user, const struct loom_fleet_account *account)
{
    struct wanted *wanted = user;
    if (wanted->count++ == wanted->index) {
        wanted->account = account;
    }
}

static struct wanted look(struct loom_fleet_accounts *accounts, size_t index)
{
    struct wanted wanted = {index, 0, NULL};
    struct loom_fleet_store store = loom_fleet_accounts_store(accounts);
    store.each(store.self, visit, &wanted);
    return wanted;
}

static const struct loom_fleet_account *account_at(struct loom_fleet_accounts *accounts,
                                                   size_t index)
{
    return look(accounts, index).account;
}

static size_t count_of(struct loom_fleet_accounts *accounts)
{
    return look(accounts, 0).count;
}

static bool allows_any(struct loom_fleet_accounts *accounts)
{
    struct loom_fleet_store store = loom_fleet_accounts_store(accounts);
    return store.allows_any(store.self);
}

/* ---- what a good file means ------------------------------------------------------------------ */

Test(accounts, an_endpoint_has_credentials)
{
    struct loom_fleet_accounts *accounts =
        parse_good("[endpoint urn:dev:os:1]\n" PSK_1 "[endpoint \"two words\"]\nnosec\n",
                   LOOM_FLEET_MANAGEMENT);
    cr_assert(eq(sz, count_of(accounts), 2));
    const struct loom_fleet_account *one = account_at(accounts, 0);
    cr_assert(text_is(one->endpoint, "urn:dev:os:1"));
    cr_assert(eq(int, one->mode, LOOM_SECURITY_PSK));
    cr_assert(eq(sz, one->identity.length, 3));
    cr_assert(eq(sz, one->key.length, 16));
    cr_assert(eq(u8, one->key.data[15], 15));
    const struct loom_fleet_account *two = account_at(accounts, 1);
    cr_assert(text_is(two->endpoint, "two words"));
    cr_assert(eq(int, two->mode, LOOM_SECURITY_NOSEC));
    cr_assert(not(allows_any(accounts)));
    loom_fleet_accounts_free(accounts);
}

/* A-1, LwM2M-CR-011-S-O: paired by the Short Server ID, with what rules the registration. */
Test(accounts, a_server_becomes_an_instance_of_security_and_one_of_server)
{
    struct loom_fleet_accounts *accounts =
        parse_good("[endpoint e]\n" PSK_1 "[server 101]\nuri = coaps://host:5684\nidentity = id\n"
                   "key = " K2 "\ncommunication-retry-count = 3\n2 = 10\n",
                   LOOM_FLEET_BOOTSTRAP);
    const struct loom_fleet_account *account = account_at(accounts, 0);
    cr_assert(eq(sz, account->write_count, 2));
    const struct loom_fleet_write *security = &account->writes[0];
    const struct loom_fleet_write *server = &account->writes[1];
    cr_assert(eq(int, security->target, LOOM_FLEET_SERVER_ACCOUNT));
    cr_assert(eq(u16, security->path.id[0], 0));
    cr_assert(eq(u16, security->short_server_id, 101));
    cr_assert(text_is(find(security, 0, LOOM_ID_NONE)->value.as.text, "coaps://host:5684"));
    cr_assert(not(find(security, 1, LOOM_ID_NONE)->value.as.boolean));
    cr_assert(eq(i64, find(security, 2, LOOM_ID_NONE)->value.as.integer, LOOM_SECURITY_PSK));
    cr_assert(eq(sz, find(security, 3, LOOM_ID_NONE)->value.as.opaque.length, 2));
    cr_assert(eq(sz, find(security, 4, LOOM_ID_NONE)->value.as.opaque.length, 0));
    cr_assert(eq(sz, find(security, 5, LOOM_ID_NONE)->value.as.opaque.length, 16));
    cr_assert(eq(i64, find(security, 10, LOOM_ID_NONE)->value.as.integer, 101));
    cr_assert(eq(u16, server->path.id[0], 1));
    cr_assert(eq(i64, find(server, 0, LOOM_ID_NONE)->value.as.integer, 101));
    cr_assert(eq(i64, find(server, 2, LOOM_ID_NONE)->value.as.integer, 10));
    cr_assert(eq(u64, find(server, 17, LOOM_ID_NONE)->value.as.unsigned_integer, 3));
    /* What the file does not say but every Server instance must have. */
    cr_assert(eq(i64, find(server, 1, LOOM_ID_NONE)->value.as.integer, 86400));
    cr_assert(find(server, 6, LOOM_ID_NONE)->value.as.boolean);
    cr_assert(text_is(find(server, 7, LOOM_ID_NONE)->value.as.text, "U"));
    loom_fleet_accounts_free(accounts);
}

Test(accounts, a_nosec_server_has_empty_credentials)
{
    struct loom_fleet_accounts *accounts = parse_good(
        "[endpoint e]\nnosec\n[server 1]\nuri = coap://[::1]\nnosec\n", LOOM_FLEET_BOOTSTRAP);
    const struct loom_fleet_write *security = &account_at(accounts, 0)->writes[0];
    cr_assert(eq(i64, find(security, 2, LOOM_ID_NONE)->value.as.integer, LOOM_SECURITY_NOSEC));
    cr_assert(eq(sz, find(security, 3, LOOM_ID_NONE)->value.as.opaque.length, 0));
    cr_assert(eq(sz, find(security, 5, LOOM_ID_NONE)->value.as.opaque.length, 0));
    loom_fleet_accounts_free(accounts);
}

/* RFC 3986 section 3.1 */
Test(accounts, schemes_are_taken_in_any_case)
{
    loom_fleet_accounts_free(
        parse_good("[endpoint e]\nnosec\n[server 1]\nuri = COAP://host\nnosec\n"
                   "[server 2]\nuri = CoapS://host\n" PSK_1,
                   LOOM_FLEET_BOOTSTRAP));
}

Test(accounts, deletes_and_writes_keep_the_order_of_the_file)
{
    struct loom_fleet_accounts *accounts =
        parse_good("[endpoint e]\nnosec\ndelete = /1 /0, /5/2\nhold-off = 5\naccount-timeout = 60\n"
                   "/3/0/0 = \"A # B\"  # comment\n/2/0/2/101 = 15\n/2/0/2/0 = 1\n"
                   "[instance /2/7]\nobject-id = 3\n1 = 0\nacl/101 = 31\n3 = 101\n",
                   LOOM_FLEET_BOOTSTRAP);
    const struct loom_fleet_account *account = account_at(accounts, 0);
    cr_assert(eq(sz, account->delete_count, 3));
    cr_assert(eq(u16, account->deletes[0].id[0], 1));
    cr_assert(eq(u8, account->deletes[2].depth, 2));
    cr_assert(eq(sz, account->write_count, 5));
    cr_assert(eq(int, account->writes[0].target, LOOM_FLEET_BOOTSTRAP_ACCOUNT));
    cr_assert(eq(u16, account->writes[0].path.id[2], 11));
    cr_assert(eq(i64, find(&account->writes[0], 11, LOOM_ID_NONE)->value.as.integer, 5));
    cr_assert(eq(u16, account->writes[1].path.id[2], 12));
    cr_assert(text_is(find(&account->writes[2], 0, LOOM_ID_NONE)->value.as.text, "A # B"));
    /* Instances of one resource are one write, in ascending order. */
    cr_assert(eq(sz, account->writes[3].setting_count, 2));
    cr_assert(eq(u16, account->writes[3].settings[0].resource_instance, 0));
    cr_assert(eq(u16, account->writes[3].settings[1].resource_instance, 101));
    cr_assert(eq(u8, account->writes[4].path.depth, 2));
    cr_assert(eq(i64, find(&account->writes[4], 2, 101)->value.as.integer, 31));
    loom_fleet_accounts_free(accounts);
}

Test(accounts, values_of_every_type)
{
    struct loom_fleet_accounts *accounts =
        parse_good("[endpoint e]\nnosec\n[instance /500/0]\ntext = \"a\\\"b\"\n2 = -5\n"
                   "count = 18446744073709551615\npart = -0.25\nflag = yes\nbytes = 00fF\n"
                   "moment = -1\nlink = 3:0\nlinks = </3/0>\n",
                   LOOM_FLEET_BOOTSTRAP);
    const struct loom_fleet_write *write = &account_at(accounts, 0)->writes[0];
    cr_assert(text_is(find(write, 1, LOOM_ID_NONE)->value.as.text, "a\"b"));
    cr_assert(eq(i64, find(write, 2, LOOM_ID_NONE)->value.as.integer, -5));
    cr_assert(eq(u64, find(write, 3, LOOM_ID_NONE)->value.as.unsigned_integer, UINT64_MAX));
    cr_assert(eq(dbl, find(write, 4, LOOM_ID_NONE)->value.as.number, -0.25));
    cr_assert(find(write, 5, LOOM_ID_NONE)->value.as.boolean);
    cr_assert(eq(sz, find(write, 6, LOOM_ID_NONE)->value.as.opaque.length, 2));
    cr_assert(eq(u8, find(write, 6, LOOM_ID_NONE)->value.as.opaque.data[1], 0xFF));
    cr_assert(eq(i64, find(write, 7, LOOM_ID_NONE)->value.as.integer, -1));
    cr_assert(eq(u16, find(write, 8, LOOM_ID_NONE)->value.as.objlnk.object, 3));
    cr_assert(text_is(find(write, 9, LOOM_ID_NONE)->value.as.text, "</3/0>"));
    loom_fleet_accounts_free(accounts);
}

Test(accounts, comments_blank_lines_line_ends_and_a_byte_order_mark)
{
    struct loom_fleet_accounts *accounts =
        parse_good("\xEF\xBB\xBF# first\r\n; second\r\n\r\n  [endpoint e]  \r\n  nosec # so\r\n",
                   LOOM_FLEET_MANAGEMENT);
    cr_assert(text_is(account_at(accounts, 0)->endpoint, "e"));
    loom_fleet_accounts_free(accounts);
}

/* ---- who may come (rule H-4) ----------------------------------------------------------------- */

static enum loom_fleet_admission admit(struct loom_fleet_accounts *accounts, const char *identity,
                                       const char *endpoint)
{
    const struct loom_fleet_account *account;
    struct loom_text none = {NULL, 0};
    struct loom_peer peer = {none, {NULL, 0}, identity != NULL};
    if (identity != NULL) {
        peer.identity.data = (const uint8_t *)identity;
        peer.identity.length = strlen(identity);
    }
    const struct loom_fleet_store store = loom_fleet_accounts_store(accounts);
    enum loom_fleet_admission admission =
        loom_fleet_admit(&store, &peer, endpoint == NULL ? none : text_of(endpoint), &account);
    loom_fleet_account_release(account);
    return admission;
}

/* H-4 */
Test(accounts, the_name_must_belong_to_the_identity)
{
    struct loom_fleet_accounts *accounts =
        parse_good("[endpoint a]\n" PSK_1 "[endpoint b]\nidentity = two\nkey = " K2
                   "\n[endpoint open]\nnosec\n",
                   LOOM_FLEET_MANAGEMENT);
    cr_assert(eq(int, admit(accounts, "one", "a"), LOOM_FLEET_ADMITTED));
    cr_assert(eq(int, admit(accounts, "one", NULL), LOOM_FLEET_ADMITTED));
    cr_assert(eq(int, admit(accounts, "one", "b"), LOOM_FLEET_ADMISSION_WRONG_IDENTITY));
    cr_assert(eq(int, admit(accounts, "one", "open"), LOOM_FLEET_ADMISSION_WRONG_IDENTITY));
    cr_assert(eq(int, admit(accounts, "three", "a"), LOOM_FLEET_ADMISSION_WRONG_IDENTITY));
    cr_assert(eq(int, admit(accounts, NULL, "a"), LOOM_FLEET_ADMISSION_WRONG_IDENTITY));
    cr_assert(eq(int, admit(accounts, NULL, "open"), LOOM_FLEET_ADMITTED));
    cr_assert(eq(int, admit(accounts, NULL, "other"), LOOM_FLEET_ADMISSION_UNKNOWN));
    cr_assert(eq(int, admit(accounts, NULL, NULL), LOOM_FLEET_ADMISSION_UNKNOWN));
    loom_fleet_accounts_free(accounts);
}

Test(accounts, any_lets_unlisted_endpoints_in_without_security_only)
{
    struct loom_fleet_accounts *accounts =
        parse_good("[endpoint a]\n" PSK_1 "[any]\n", LOOM_FLEET_MANAGEMENT);
    cr_assert(allows_any(accounts));
    cr_assert(eq(int, admit(accounts, NULL, "other"), LOOM_FLEET_ADMITTED));
    cr_assert(eq(int, admit(accounts, "one", "other"), LOOM_FLEET_ADMISSION_UNKNOWN));
    /* A listed one does not get round its key by coming without. */
    cr_assert(eq(int, admit(accounts, NULL, "a"), LOOM_FLEET_ADMISSION_WRONG_IDENTITY));
    loom_fleet_accounts_free(accounts);
}

/* ---- the store ------------------------------------------------------------------------------- */

Test(accounts, each_of_many_is_found_by_endpoint_and_by_identity)
{
    enum { MANY = 3000 };
    static char text[MANY * 128];
    size_t used = 0;
    for (unsigned i = 0; i < MANY; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "[endpoint e%u]\nidentity = i%u\nkey = %032x\n", i, i, i);
    }
    struct loom_fleet_accounts *accounts = parse_good(text, LOOM_FLEET_MANAGEMENT);
    struct loom_fleet_store store = loom_fleet_accounts_store(accounts);
    for (unsigned i = 0; i < MANY; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "e%u", i);
        const struct loom_fleet_account *named = store.by_endpoint(store.self, text_of(name));
        struct loom_bytes identity = {(const uint8_t *)name, strlen(name)};
        name[0] = 'i';
        const struct loom_fleet_account *identified = store.by_identity(store.self, identity);
        cr_assert(named == account_at(accounts, i));
        cr_assert(named == identified);
        loom_fleet_account_release(named);
        loom_fleet_account_release(identified);
    }
    cr_assert_null(store.by_endpoint(store.self, text_of("e3000")));
    loom_fleet_accounts_free(accounts);
}

/* A bootstrap that runs goes on with its account when the store has another by now. */
Test(accounts, an_account_that_is_held_outlives_its_store)
{
    struct loom_fleet_accounts *accounts =
        parse_good("[endpoint e]\nnosec\ndelete = /1\n/3/0/0 = value\n", LOOM_FLEET_BOOTSTRAP);
    struct loom_fleet_store store = loom_fleet_accounts_store(accounts);
    const struct loom_fleet_account *account = store.by_endpoint(store.self, text_of("e"));
    loom_fleet_accounts_free(accounts);
    cr_assert(text_is(account->endpoint, "e"));
    cr_assert(eq(sz, account->delete_count, 1));
    cr_assert(text_is(account->writes[0].settings[0].value.as.text, "value"));
    loom_fleet_account_release(account);
}

/* ---- errors ---------------------------------------------------------------------------------- */

struct bad_file {
    char file[400];
    char place[16];
    char words[80];
};

#define HEAD    "[endpoint e]\nnosec\n"
#define SERVER  HEAD "[server 1]\n"
#define SERVED  SERVER "uri = coap://h\nnosec\n"
#define SECURED "identity = id\nkey = " K2 "\n"

ParameterizedTestParameters(accounts, bootstrap_error)
{
    static struct bad_file files[] = {
        {"", "f:1:1:", "no [endpoint]"},
        {"nosec\n", "f:1:1:", "must begin with a section"},
        {"[endpoint e\n", "f:1:1:", "must end with ]"},
        {"[]\n", "f:1:", "unknown section"},
        {"[any]\n", "f:1:2:", "unknown section"},
        {"  [thing x]\n", "f:1:4:", "unknown section"},
        {"[endpoint]\n", "f:1:10:", "expected a name"},
        {"[endpoint \"e]\n", "f:1:11:", "quoted text"},
        {HEAD "[endpoint e]\nnosec\n", "f:3:11:", "is already in the file"},
        {"[endpoint e]\n", "f:1:11:", "needs identity and key, or nosec"},
        {"[endpoint e]\nidentity = i\n", "f:1:11:", "has no key"},
        {"[endpoint e]\nkey = " K1 "\n", "f:1:11:", "has no identity"},
        {HEAD "identity = i\nkey = " K1 "\n", "f:1:11:", "not both"},
        {"[endpoint e]\nnosec = yes\n", "f:2:1:", "has no value"},
        {HEAD "nosec\n", "f:3:1:", "repeated in its section"},
        {HEAD "discover\n", "f:3:1:", "expected \"keyword = value\""},
        {HEAD "= 3\n", "f:3:1:", "a keyword before ="},
        {HEAD "colour = red\n", "f:3:1:", "no such keyword"},
        {"[endpoint e]\nidentity =\nkey = " K1 "\n", "f:2:", "1 to 128 bytes"},
        {"[endpoint e]\nidentity = i\nkey = 00\n", "f:3:7:", "16 to 64 bytes"},
        {"[endpoint e]\nidentity = i\nkey = " K1 "0\n", "f:3:7:", "a digit is missing"},
        {"[endpoint e]\nidentity = i\nkey = " K1 "zz\n", "f:3:7:", "pairs of hex digits"},
        {"[endpoint e]\n" PSK_1 "[endpoint d]\nidentity = one\nkey = " K2 "\n",
         "f:5:12:", "has the same identity"},
        {"[endpoint e]\n" PSK_1 "[endpoint d]\nidentity = two\nkey = " K1 "\n",
         "f:6:7:", "line 3 has the same key"},
        {HEAD "discover = perhaps\n", "f:3:12:", "yes or no"},
        {HEAD "discover = no\n", "f:1:11:", "needs bootstrap-instance"},
        {HEAD "bootstrap-instance = 0\n", "f:3:22:", "only for \"discover = no\""},
        {HEAD "discover = no\nbootstrap-instance = x\n", "f:4:22:", "id of an instance"},
        {HEAD "delete = /0 /x\n", "f:3:13:", "path of 0 to 2"},
        {HEAD "repair = /1/2/3\n", "f:3:10:", "path of 0 to 2"},
        {HEAD "object-versions = 501\n/501/0/0 = x\n", "f:3:19:", "e.g. 3303:1.1"},
        {HEAD "object-versions = 501:0.1\n/501/0/0 = x\n", "f:3:19:", "e.g. 3303:1.1"},
        {HEAD "object-versions = 501:1.1.1\n/501/0/0 = x\n", "f:3:19:", "e.g. 3303:1.1"},
        {HEAD "object-versions = 3:1.1\n", "f:3:19:", "the client's LwM2M release"},
        {HEAD "object-versions = 500:1.1, 501:1.1\n/500/0/2 = 1\n",
         "f:3:28:", "nothing is written to object 501"},
        {HEAD "delete = /1/2/3\n", "f:3:10:", "path of 0 to 2"},
        {HEAD "hold-off = soon\n", "f:3:12:", "type Integer"},
        {HEAD "/3/0 = 1\n", "f:3:1:", "path of 3 to 4"},
        {HEAD "/77/0/0 = 1\n", "f:3:1:", "object 77 has no resource 0"},
        {HEAD "/3/0/77 = 1\n", "f:3:1:", "object 3 has no resource 77"},
        {HEAD "/1/0/4 = 1\n", "f:3:10:", "only be executed"},
        {HEAD "/3/0/6 = 1\n", "f:3:1:", "has several instances"},
        {HEAD "/3/0/9/0 = 1\n", "f:3:1:", "no resource instances"},
        {HEAD "/3/0/9 = 1\n/3/0/9 = 2\n", "f:4:1:", "already set"},
        {HEAD "[instance /500]\n", "f:3:11:", "path of 2 to 2"},
        {HEAD "[instance /1/0]\n", "f:3:11:", "written by [server ID]"},
        {HEAD "[instance /77/0]\n", "f:3:11:", "unknown object 77"},
        {HEAD "[instance /500/0]\n[instance /500/0]\n", "f:4:11:", "already has this instance"},
        {HEAD "[instance /500/0]\ntext\n", "f:4:1:", "resource = value"},
        {HEAD "[instance /500/0]\ntext = abcde\n", "f:4:8:", "out of the range of \"Text\""},
        {HEAD "[instance /500/0]\n2 = 6\n", "f:4:5:", "out of the range"},
        {HEAD "[instance /500/0]\ncount = -1\n", "f:4:9:", "type Unsigned Integer"},
        {HEAD "[instance /500/0]\nflag = 2\n", "f:4:8:", "yes or no"},
        {HEAD "[instance /500/0]\nlink = 3\n", "f:4:8:", "type Objlnk"},
        {HEAD "[instance /500/0]\ncolour = 3\n", "f:4:1:", "no such resource"},
        {HEAD "[instance /500/0]\nbytes/x = 3\n", "f:4:7:", "id of a resource instance"},
        {"[server 1]\n", "f:1:2:", "must follow an [endpoint]"},
        {HEAD "[server]\n", "f:3:", "from 1 to 65534"},
        {HEAD "[server 0]\n", "f:3:9:", "from 1 to 65534"},
        {HEAD "[server 65535]\n", "f:3:9:", "from 1 to 65534"},
        {SERVED "[server 1]\nuri = coap://i\nnosec\n", "f:6:9:", "already has a [server 1]"},
        {SERVER "nosec\n", "f:3:9:", "needs uri"},
        {SERVER "uri = coap://h\n", "f:3:9:", "needs identity and key, or nosec"},
        {SERVER "uri = coaps://h\nidentity = i\n", "f:3:9:", "has no key"},
        {SERVED SECURED, "f:3:9:", "not both"},
        {SERVER "uri = coaps://h\nnosec\n", "f:4:7:", "coaps:// needs identity"},
        {SERVER "uri = coap://h\n" SECURED, "f:4:7:", "coap:// has no security"},
        {SERVER "uri = http://h\nnosec\n", "f:4:7:", "expected coaps://"},
        {SERVER "uri = coap://\nnosec\n", "f:4:7:", "expected coap://host"},
        {SERVER "uri = coap://h:0\nnosec\n", "f:4:7:", "expected coap://host"},
        {SERVER "uri = coap://h:65536\nnosec\n", "f:4:7:", "expected coap://host"},
        {SERVER "uri = coap://[::1\nnosec\n", "f:4:7:", "expected coap://host"},
        {SERVER "uri = coap://h/a/b\nnosec\n", "f:4:7:", "expected coap://host"},
        {SERVER "uri = \nnosec\n", "f:4:", "1 to 255 bytes"},
        {SERVED "uri = coap://h\n", "f:6:1:", "repeated in its section"},
        {SERVED "lifetime = long\n", "f:6:12:", "type Integer"},
        {SERVED "lifetime = 4294967296\n", "f:6:12:", "0 to 4294967295 seconds"},
        {SERVED "lifetime = -1\n", "f:6:12:", "0 to 4294967295 seconds"},
        {SERVED "lifetime = 1\nlifetime = 2\n", "f:7:1:", "already set"},
        {SERVED "short-server-id = 1\n", "f:6:1:", "given by [server ID]"},
        {SERVED "disable = 1\n", "f:6:11:", "only be executed"},
        {SERVED "lifetime\n", "f:6:1:", "expected \"keyword = value\""},
        {HEAD "/3/0/0 = \x01\n", "f:3:10:", "control character"},
        {HEAD "/3/0/0 = \xC3\x28\n", "f:3:10:", "not UTF-8"},
    };
    return cr_make_param_array(struct bad_file, files, sizeof files / sizeof files[0]);
}

ParameterizedTest(struct bad_file *bad, accounts, bootstrap_error)
{
    struct messages messages;
    struct loom_fleet_accounts *accounts = parse(bad->file, LOOM_FLEET_BOOTSTRAP, &messages);
    cr_expect_null(accounts, "%s", bad->file);
    cr_expect(eq(u32, messages.count, 1), "%s gave %s", bad->file, messages.text);
    cr_expect_eq(strncmp(messages.text, bad->place, strlen(bad->place)), 0, "%s gave %s", bad->file,
                 messages.text);
    cr_expect_not_null(strstr(messages.text, ": error: "), "%s", messages.text);
    cr_expect_not_null(strstr(messages.text, bad->words), "%s gave %s", bad->file, messages.text);
}

/* B-40, B-41: the id of a profile, and what may stand in its list. */
Test(accounts, profiles_that_are_wrong)
{
    static const struct bad_file files[] = {
        {"[profile]\nobjects = </1/0>\n", "f:1:9:", "expected a Profile ID"},
        {"[profile acme:1]\nobjects = </1/0>\n", "f:1:10:", "expected a Profile ID"},
        {"[any]\n[profile v:1]\n", "f:2:10:", "needs objects"},
        {"[any]\n[profile v:1]\nobjects\n", "f:3:1:", "keyword = value"},
        {"[profile v:1]\ncolour = </1/0>\nobjects = </1/0>\n", "f:2:1:", "no such keyword"},
        {"[profile v:1]\nobjects = </1/0>\nobjects = </3/0>\n",
         "f:3:1:", "repeated in its section"},
        {"[profile v:1]\nobjects = </1/0>,</0/0>\n", "f:2:11:", "object 0 must not be in"},
        {"[profile v:1]\nobjects = </21/0>\n", "f:2:11:", "object 21 must not be in"},
        {"[profile v:1]\nobjects = </>;ct=112\n", "f:2:11:", "expected links"},
        {"[profile v:1]\nobjects = </1/0\n", "f:2:11:", "expected links"},
        {"[profile v:1]\nobjects = </1/0/1>\n", "f:2:11:", "expected links"},
        {"[profile v:1]\nobjects = </3/0>\n[profile v:1]\nobjects = </3/0>\n",
         "f:3:10:", "already"},
        {HEAD "[profile v:1]\nobjects = </3/0>\nnosec\n", "f:5:1:", "no such keyword"},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct messages messages;
        cr_expect_null(parse(files[i].file, LOOM_FLEET_MANAGEMENT, &messages), "%s", files[i].file);
        cr_expect(eq(u32, messages.count, 1), "%s gave %s", files[i].file, messages.text);
        cr_expect_not_null(strstr(messages.text, files[i].place), "%s", messages.text);
        cr_expect_not_null(strstr(messages.text, files[i].words), "%s", messages.text);
    }
}

Test(accounts, a_management_file_has_no_provisioning)
{
    static const char *const files[] = {
        HEAD "delete = /\n",    HEAD "/3/0/0 = x\n", HEAD "hold-off = 1\n",
        HEAD "discover = no\n", HEAD "[server 1]\n", HEAD "[instance /500/0]\n",
        HEAD "[any]\nnosec\n",  "[any]\n[any]\n",
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct messages messages;
        cr_expect_null(parse(files[i], LOOM_FLEET_MANAGEMENT, &messages), "%s", files[i]);
        cr_expect(eq(u32, messages.count, 1), "%s gave %s", files[i], messages.text);
    }
}

Test(accounts, all_errors_are_told_in_one_run)
{
    struct messages messages;
    cr_assert_null(parse("[endpoint a]\nkey = 1\n[thing]\nx = 1\n[endpoint b]\nnosec\ny = 2\n"
                         "[server 0]\nuri = x\n[server 1]\nuri = coap://h\n",
                         LOOM_FLEET_BOOTSTRAP, &messages));
    cr_assert(eq(str, messages.text,
                 "f:2:7: error: bytes must be pairs of hex digits; a digit is missing\n"
                 "f:3:2: error: unknown section\n"
                 "f:1:11: error: this endpoint has no identity\n"
                 "f:7:1: error: an [endpoint] section has no such keyword\n"
                 "f:8:9: error: expected a Short Server ID from 1 to 65534, e.g. [server 101]\n"
                 "f:10:9: error: this server needs identity and key, or nosec\n"));
}

/* What is there twice, or has a wrong head, is read all the same. */
Test(accounts, a_section_with_a_wrong_head_has_its_own_errors_reported)
{
    struct messages messages;
    cr_assert_null(parse("[endpoint a]\nnosec\n[endpoint a]\nnosec\nx = 1\n"
                         "[server 1]\nuri = coap://h\nnosec\n[server 1]\nuri = coap:/h\nnosec\n"
                         "[instance /500/0]\n2 = 1\n[instance /500/0]\n2 = 9\n"
                         "[endpoint ]\nkey = 1\n[server 0]\nlifetime = soon\n",
                         LOOM_FLEET_BOOTSTRAP, &messages));
    cr_assert(eq(str, messages.text,
                 "f:3:11: error: this endpoint is already in the file\n"
                 "f:5:1: error: an [endpoint] section has no such keyword\n"
                 "f:9:9: error: this endpoint already has a [server 1]\n"
                 "f:10:7: error: expected coaps://host[:port] or coap://host[:port]\n"
                 "f:14:11: error: this endpoint already has this instance\n"
                 "f:15:5: error: out of the range of \"Number (signed)\": "
                 "Integer, -5..5, 100\n"
                 "f:16:10: error: expected a name, e.g. [endpoint urn:dev:os:1]\n"
                 "f:17:7: error: bytes must be pairs of hex digits; a digit is missing\n"
                 "f:18:9: error: expected a Short Server ID from 1 to 65534, e.g. [server 101]\n"
                 "f:19:12: error: expected a value of type Integer\n"));
}

/* H-3 */
Test(accounts, no_message_holds_a_key)
{
    static const char *const files[] = {
        "[endpoint e]\nidentity = i\nkey = " K1 "zz\n",
        "[endpoint e]\nidentity = i\nkey " K1 "\n",
        "[endpoint e]\nidentity = i\n" K1 "\n",
        "[endpoint e]\n" PSK_1 "[endpoint d]\nidentity = two\nkey = " K1 "\n",
        K1 "\n",
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct messages messages;
        cr_expect_null(parse(files[i], LOOM_FLEET_BOOTSTRAP, &messages));
        cr_expect_null(strstr(messages.text, "0203"), "%s", messages.text);
    }
}

Test(accounts, a_file_that_is_not_there)
{
    struct messages messages = {"", 0};
    cr_assert_null(loom_fleet_accounts_load("/nowhere/accounts.ini", LOOM_FLEET_BOOTSTRAP,
                                            &test_catalog, collect, &messages));
    cr_assert(eq(u32, messages.count, 1));
    cr_assert_eq(strncmp(messages.text, "/nowhere/accounts.ini: error: ", 30), 0);
}
