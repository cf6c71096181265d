/* SPDX-License-Identifier: Apache-2.0 */
/* The server programs as they are, over real sockets. The test plays the device. */
#define _POSIX_C_SOURCE 200809L

#include "loom/port_coap.h"
#include "process.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE_MS 20000u
#define K1          "000102030405060708090a0b0c0d0e0f"
#define K2          "101112131415161718191a1b1c1d1e1f"

/* ---- the device ------------------------------------------------------------------------------ */

struct device {
    struct loom_coap_port *coap;
    struct loom_port port;
    struct loom_session *session;
    char requests[4096];  /* one line for each, `PUT /0/1?a=b` */
    uint8_t payload[256]; /* of the last request */
    size_t length;
    uint16_t format;
    uint8_t code; /* of the last answer to a request of ours */
    char location[64];
    bool lost;
    bool refused; /* a notification was answered with a Reset */
};

static const uint8_t device_tlv[] = {0xC4, 0x00, 'L', 'o', 'o', 'm', 0xC1, 0x09, 0x64};

/* [{"n": "/3/0/9", "v": 99}, {"n": "/1/0/1", "v": 60}] */
static const char records[] = "\x82\xA2\x00\x66/3/0/9\x02\x18\x63\xA2\x00\x66/1/0/1\x02\x18\x3C";

static void put_text(struct loom_reply *reply, uint16_t format, const void *data, size_t length)
{
    reply->code = LOOM_CONTENT;
    reply->content_format = format;
    memcpy(reply->payload, data, length);
    reply->length = length;
}

static void on_request(void *side, void *owner, struct loom_session *session,
                       const struct loom_request *request, struct loom_reply *reply)
{
    static const char *const methods[] = {"",       "GET",   "POST",  "PUT",
                                          "DELETE", "FETCH", "PATCH", "iPATCH"};
    static const char links[] = "</>;lwm2m=1.1,</0/0>,</1/4>;ssid=9,</3/0>";
    struct device *device = side;
    char line[128];
    (void)owner;
    (void)session;
    (void)snprintf(line, sizeof line, "%s%s ", methods[request->method],
                   request->observe == LOOM_OBSERVE_BEGIN ? " begin"
                   : request->observe == LOOM_OBSERVE_END ? " end"
                                                          : "");
    for (size_t i = 0; i < request->path_count; i++) {
        size_t used = strlen(line);
        (void)snprintf(line + used, sizeof line - used, "/%.*s", (int)request->path[i].length,
                       request->path[i].data);
    }
    for (size_t i = 0; i < request->query_count; i++) {
        size_t used = strlen(line);
        (void)snprintf(line + used, sizeof line - used, "%c%.*s", i == 0 ? '?' : '&',
                       (int)request->query[i].length, request->query[i].data);
    }
    cr_assert_leq(request->payload.length, sizeof device->payload);
    device->length = request->payload.length;
    device->format = request->content_format;
    if (device->length > 0) {
        memcpy(device->payload, request->payload.data, device->length);
    }
    size_t used = strlen(device->requests);
    (void)snprintf(device->requests + used, sizeof device->requests - used, "%s\n", line);
    switch (request->method) {
    case LOOM_GET:
        if (request->accept == LOOM_FORMAT_LINK) {
            put_text(reply, LOOM_FORMAT_LINK, links, sizeof links - 1);
        } else {
            put_text(reply, LOOM_FORMAT_TLV, device_tlv, sizeof device_tlv);
        }
        reply->observation = request->observe == LOOM_OBSERVE_BEGIN ? 1 : 0;
        break;
    case LOOM_FETCH:
        put_text(reply, LOOM_FORMAT_SENML_CBOR, records, sizeof records - 1);
        reply->observation = request->observe == LOOM_OBSERVE_BEGIN ? 2 : 0;
        break;
    case LOOM_DELETE:
        reply->code = LOOM_DELETED;
        break;
    default:
        reply->code = LOOM_CHANGED;
        break;
    }
}

static void on_response(void *side, void *owner, struct loom_session *session, uint32_t exchange,
                        const struct loom_response *response, enum loom_failure failure)
{
    struct device *device = side;
    (void)owner;
    (void)session;
    (void)exchange;
    (void)failure;
    device->code = response->code;
    device->location[0] = '\0';
    for (size_t i = 0; i < response->location_count; i++) {
        size_t used = strlen(device->location);
        (void)snprintf(device->location + used, sizeof device->location - used, "/%.*s",
                       (int)response->location[i].length, response->location[i].data);
    }
}

static void on_lost(void *side, void *owner, struct loom_session *session,
                    enum loom_failure failure, int alert)
{
    struct device *device = side;
    (void)owner;
    (void)session;
    (void)failure;
    (void)alert;
    device->lost = true;
    device->session = NULL;
}

static void on_notified(void *side, void *owner, struct loom_session *session, uint16_t observation,
                        enum loom_failure failure)
{
    struct device *device = side;
    (void)owner;
    (void)session;
    (void)observation;
    device->refused |= failure == LOOM_FAILURE_RESET;
}

static const struct loom_side device_side = {
    .request = on_request, .response = on_response, .lost = on_lost, .notified = on_notified};

/* Battery Level is 98. */
static void notify(struct device *device, uint16_t observation)
{
    static const uint8_t level[] = {0xC1, 0x09, 98};
    struct loom_notification notification = {.code = LOOM_CONTENT,
                                             .confirmable = true,
                                             .content_format = LOOM_FORMAT_TLV,
                                             .payload = {level, sizeof level}};
    cr_assert(
        eq(int, device->port.notify(device->port.self, device->session, observation, &notification),
           LOOM_OK));
}

static struct loom_text text_of(const char *literal)
{
    struct loom_text text = {literal, strlen(literal)};
    return text;
}

static void device_open(struct device *device, const char *uri, const char *identity,
                        uint8_t first_key_byte)
{
    struct loom_coap_config config;
    struct loom_credentials credentials;
    uint8_t key[16];
    memset(&config, 0, sizeof config);
    memset(device, 0, sizeof *device);
    memset(&credentials, 0, sizeof credentials);
    device->coap = loom_coap_create(&config, &device_side, device, &device->port);
    cr_assert_not_null(device->coap);
    for (uint8_t i = 0; i < sizeof key; i++) {
        key[i] = (uint8_t)(first_key_byte + i);
    }
    credentials.uri = text_of(uri);
    credentials.mode = identity == NULL ? LOOM_SECURITY_NOSEC : LOOM_SECURITY_PSK;
    if (identity != NULL) {
        credentials.as.psk.identity =
            (struct loom_bytes){(const uint8_t *)identity, strlen(identity)};
        credentials.as.psk.key = (struct loom_bytes){key, sizeof key};
    }
    cr_assert(eq(int, device->port.open(device->port.self, &credentials, device, &device->session),
                 LOOM_OK));
}

static uint8_t split(const char *text, size_t length, char separator, struct loom_text *parts)
{
    uint8_t count = 0;
    while (length > 0) {
        const char *end = memchr(text, separator, length);
        size_t part = end == NULL ? length : (size_t)(end - text);
        parts[count].data = text;
        parts[count++].length = part;
        part += end == NULL ? 0 : 1;
        text += part;
        length -= part;
    }
    return count;
}

/* Sends a request and runs the device until it is answered. */
static uint8_t device_ask(struct device *device, enum loom_method method, const char *target,
                          const char *list)
{
    struct loom_request request;
    const char *query = strchr(target, '?');
    size_t path = query == NULL ? strlen(target) : (size_t)(query - target);
    memset(&request, 0, sizeof request);
    request.method = method;
    request.accept = LOOM_FORMAT_ABSENT;
    request.content_format = list[0] == '\0' ? LOOM_FORMAT_ABSENT : LOOM_FORMAT_LINK;
    request.payload.data = (const uint8_t *)list;
    request.payload.length = strlen(list);
    request.path_count = split(target + 1, path - 1, '/', request.path);
    if (query != NULL) {
        request.query_count = split(query + 1, strlen(query + 1), '&', request.query);
    }
    device->code = 0;
    cr_assert(
        eq(int, device->port.request(device->port.self, device->session, &request, 1), LOOM_OK));
    uint64_t end = device->port.now(device->port.self) + PATIENCE_MS;
    while (device->code == 0 && !device->lost && device->port.now(device->port.self) < end) {
        (void)loom_coap_step(device->coap, 100, NULL, 0);
    }
    return device->code;
}

/* ---- the programs ---------------------------------------------------------------------------- */

struct bench {
    struct process server;
    struct device device;
    bool has_device;
    char accounts[64];
    char model[64]; /* an option */
    char line[8192];
    char uri[2][128];
};

static struct bench bench;

static void write_accounts(const char *text)
{
    (void)strcpy(bench.accounts, "/tmp/loom-accounts-XXXXXX");
    int file = mkstemp(bench.accounts);
    cr_assert_geq(file, 0);
    cr_assert_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
    (void)close(file);
}

/* Runs the device, if there is one, until the server has printed a line with these words. */
static const char *wait_line(const char *first, const char *second, const char *third)
{
    const char *words[] = {first, second, third, NULL};
    uint64_t waited = 0;
    process_read(&bench.server);
    while (!process_take_line(&bench.server, bench.line, sizeof bench.line, words)) {
        cr_assert(lt(u64, waited, PATIENCE_MS), "no line with %s %s in: %s", first,
                  second == NULL ? "" : second, bench.server.buffer);
        struct pollfd output = {bench.server.output, POLLIN, 0};
        if (bench.has_device) {
            (void)loom_coap_step(bench.device.coap, 100, &output, 1);
        } else {
            (void)poll(&output, 1, 100);
        }
        waited += output.revents == 0 ? 100 : 0;
        process_read(&bench.server);
    }
    return bench.line;
}

/* @param option one more, or NULL */
static void start_with(const char *program, const char *accounts, const char *option)
{
    char file[512];
    (void)snprintf(file, sizeof file, "%s/%s", LOOM_PROGRAMS, program);
    write_accounts(accounts);
    const char *arguments[] = {file,         "--json",
                               "--accounts", bench.accounts,
                               "--listen",   "coaps://127.0.0.1:0",
                               "--listen",   "coap://127.0.0.1:0",
                               option,       NULL};
    process_start(&bench.server, arguments);
    for (size_t i = 0; i < 2; i++) {
        const char *uri = strstr(wait_line("\"event\":\"listening\"", NULL, NULL), "\"uri\":\"");
        cr_assert_not_null(uri);
        cr_assert(eq(int, sscanf(uri, "\"uri\":\"%127[^\"]", bench.uri[i]), 1));
    }
}

static void start(const char *program, const char *accounts)
{
    start_with(program, accounts, NULL);
}

static void connect_device(size_t uri, const char *identity, uint8_t first_key_byte)
{
    device_open(&bench.device, bench.uri[uri], identity, first_key_byte);
    bench.has_device = true;
}

static void stop(void)
{
    loom_coap_destroy(bench.has_device ? bench.device.coap : NULL);
    (void)unlink(bench.accounts);
    if (bench.model[0] != '\0') {
        (void)unlink(strchr(bench.model, '/'));
    }
}

static const char bootstrap_accounts[] =
    "[endpoint probe]\nidentity = probe-bs\nkey = " K1 "\ndelete = /1\nhold-off = 3\n"
    "[server 101]\nuri = coaps://127.0.0.1:5684\nidentity = probe\nkey = " K2 "\n";

static const char server_accounts[] = "[endpoint probe]\nidentity = probe\nkey = " K2 "\n[any]\n";

TestSuite(programs, .fini = stop, .timeout = 60);

Test(programs, a_device_is_bootstrapped_over_dtls)
{
    start("loom-bootstrap-server", bootstrap_accounts);
    connect_device(0, "probe-bs", 0x00);
    cr_assert(
        eq(u8, device_ask(&bench.device, LOOM_POST, "/bs?ep=probe&pct=11542", ""), LOOM_CHANGED));
    (void)wait_line("\"event\":\"requested\"", "\"endpoint\":\"probe\"", NULL);
    (void)wait_line("\"event\":\"discovered\"", "\"lwm2m\":\"1.1\"", "\"bootstrap_instance\":0");
    (void)wait_line("\"event\":\"finished\"", "\"endpoint\":\"probe\"", NULL);
    cr_assert(eq(str, bench.device.requests,
                 "GET \nDELETE /1\nPUT /0/0/11\nPUT /0/1\nPUT /1/0\nPOST /bs\n"));
    process_write(&bench.server, "accounts\n");
    cr_assert_null(strstr(wait_line("\"event\":\"account\"", "probe-bs", NULL), "0203"));
    process_write(&bench.server, "quit\n");
    cr_assert(eq(int, process_wait(&bench.server), 0));
}

/* the console begins a bootstrap that the device did not ask for. */
Test(programs, the_operator_pushes_a_bootstrap)
{
    start("loom-bootstrap-server", bootstrap_accounts);
    process_write(&bench.server, "push\npush nobody\npush probe\n");
    (void)wait_line("\"event\":\"error\"", "expected an endpoint", NULL);
    (void)wait_line("\"event\":\"error\"", "no account", NULL);
    (void)wait_line("\"event\":\"error\"", "no session", NULL);
    connect_device(0, "probe-bs", 0x00);
    cr_assert(eq(u8, device_ask(&bench.device, LOOM_POST, "/bs?ep=probe&pct=110", ""),
                 LOOM_UNSUPPORTED_FORMAT));
    process_write(&bench.server, "push probe\n");
    (void)wait_line("\"event\":\"pushed\"", "\"endpoint\":\"probe\"", "\"session\":1");
    (void)wait_line("\"event\":\"finished\"", NULL, NULL);
    cr_assert(eq(str, bench.device.requests,
                 "GET \nDELETE /1\nPUT /0/0/11\nPUT /0/1\nPUT /1/0\nPOST /bs\n"));
    process_write(&bench.server, "quit\n");
    cr_assert(eq(int, process_wait(&bench.server), 0));
}

static const char pack_accounts[] =
    "[endpoint probe]\nidentity = probe-bs\nkey = " K1 "\n"
    "[server 101]\nuri = coaps://127.0.0.1:5684\nidentity = probe\nkey = " K2 "\n";

/* with packs and without. */
Test(programs, a_device_gets_its_pack_over_dtls)
{
    start("loom-bootstrap-server", pack_accounts);
    connect_device(0, "probe-bs", 0x00);
    cr_assert(eq(u8, device_ask(&bench.device, LOOM_GET, "/bspack?ep=probe&acc=</0/0>", ""),
                 LOOM_CONTENT));
    (void)wait_line("\"event\":\"packed\"", "\"endpoint\":\"probe\"", "\"code\":\"2.05\"");
    process_write(&bench.server, "quit\n");
    cr_assert(eq(int, process_wait(&bench.server), 0));
}

Test(programs, packs_can_be_switched_off)
{
    start_with("loom-bootstrap-server", pack_accounts, "--no-pack");
    connect_device(0, "probe-bs", 0x00);
    cr_assert(
        eq(u8, device_ask(&bench.device, LOOM_GET, "/bspack?ep=probe", ""), LOOM_NOT_IMPLEMENTED));
    (void)wait_line("\"event\":\"refused\"", "\"reason\":\"pack-unsupported\"", NULL);
    process_write(&bench.server, "quit\n");
    cr_assert(eq(int, process_wait(&bench.server), 0));
}

/* B-13, B-81: the releases of the command line; who is awake. */
Test(programs, a_server_of_some_releases_shows_who_sleeps)
{
    start_with("loom-server", server_accounts, "--lwm2m=1.1,1.2");
    connect_device(1, NULL, 0);
    cr_assert(eq(u8, device_ask(&bench.device, LOOM_POST, "/rd?ep=x&lt=60&lwm2m=1.0", "</3/0>"),
                 LOOM_PRECONDITION_FAILED));
    cr_assert(eq(u8, device_ask(&bench.device, LOOM_POST, "/rd?ep=x&lt=60&lwm2m=1.1&Q", "</3/0>"),
                 LOOM_CREATED));
    process_write(&bench.server, "clients\n");
    (void)wait_line("\"event\":\"client\"", "\"asleep\":false", "\"waiting\":0");
    process_write(&bench.server, "quit\n");
    cr_assert(eq(int, process_wait(&bench.server), 0));
}

/* Objects of one's own: names, types and ranges from a model that is given at start. */
static const char tank_model[] =
    "<LWM2M><Object><Name>Tank</Name><ObjectID>33100</ObjectID><MultipleInstances>Multiple"
    "</MultipleInstances><Mandatory>Optional</Mandatory><Resources>"
    "<Item ID=\"0\"><Name>Maker</Name><Operations>RW</Operations><MultipleInstances>Single"
    "</MultipleInstances><Mandatory>Mandatory</Mandatory><Type>String</Type></Item>"
    "<Item ID=\"9\"><Name>Fill Level</Name><Operations>RW</Operations><MultipleInstances>Single"
    "</MultipleInstances><Mandatory>Mandatory</Mandatory><Type>Integer</Type>"
    "<RangeEnumeration>0..100</RangeEnumeration><Units>%</Units></Item>"
    "</Resources></Object></LWM2M>";

static void write_model(const char *text)
{
    char name[] = "/tmp/loom-model-XXXXXX";
    int file = mkstemp(name);
    cr_assert_geq(file, 0);
    cr_assert_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
    (void)close(file);
    (void)snprintf(bench.model, sizeof bench.model, "--models=%s", name);
}

Test(programs, the_server_knows_objects_that_it_is_given)
{
    write_model(tank_model);
    start_with("loom-server", server_accounts, bench.model);
    connect_device(1, NULL, 0);
    cr_assert(eq(
        u8,
        device_ask(&bench.device, LOOM_POST, "/rd?ep=x&lt=60&lwm2m=1.1", "</33100/0>,</33101/0>"),
        LOOM_CREATED));
    process_write(&bench.server, "read x /33100/0\nread x /33101/0\n"
                                 "write x /33100/0/9 101\nwrite x /33100/0/9 7\n");
    (void)wait_line("\"event\":\"error\"", "Fill Level is out of range", "Integer, 0..100");
    const char *line = wait_line("\"event\":\"answered\"", "\"path\":\"/33100/0/9\"", NULL);
    cr_expect_not_null(strstr(line, "\"name\":\"Maker\",\"type\":\"String\",\"value\":\"Loom\""));
    cr_expect_not_null(strstr(line, "\"name\":\"Fill Level\",\"type\":\"Integer\",\"value\":100,"
                                    "\"units\":\"%\""),
                       "%s", line);
    line = wait_line("\"event\":\"answered\"", "\"path\":\"/33101/0/9\"", NULL);
    cr_expect_not_null(strstr(line, "{\"path\":\"/33101/0/9\",\"hex\":\"64\"}"), "%s", line);
    (void)wait_line("\"event\":\"answered\"", "\"operation\":\"write\"", "\"2.04\"");
    cr_expect(eq(sz, bench.device.length, 1));
    cr_expect(eq(u8, bench.device.payload[0], '7'));
    process_write(&bench.server, "quit\n");
    cr_assert(eq(int, process_wait(&bench.server), 0));
}

Test(programs, accounts_have_the_names_of_objects_that_are_given)
{
    char accounts[1024];
    (void)snprintf(accounts, sizeof accounts, "%s[instance /33100/4]\nmaker = me\nfill-level = 9\n",
                   bootstrap_accounts);
    write_model(tank_model);
    start_with("loom-bootstrap-server", accounts, bench.model);
    connect_device(0, "probe-bs", 0x00);
    cr_assert(
        eq(u8, device_ask(&bench.device, LOOM_POST, "/bs?ep=probe&pct=11542", ""), LOOM_CHANGED));
    (void)wait_line("\"event\":\"finished\"", "\"endpoint\":\"probe\"", NULL);
    cr_expect_not_null(strstr(bench.device.requests, "PUT /33100/4\n"));
    process_write(&bench.server, "quit\n");
    cr_assert(eq(int, process_wait(&bench.server), 0));
}

/* ---- accounts in a database ------------------------------------------------------------------ */

static char kept_folder[64];

static void begin_kept(void)
{
    (void)strcpy(kept_folder, "/tmp/loom-kept-XXXXXX");
    cr_assert_not_null(mkdtemp(kept_folder));
}

static void end_kept(void)
{
    static const char *const names[] = {"db", "db-wal", "db-shm", "db.lock", "key", "out"};
    char path[128];
    stop();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", kept_folder, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(kept_folder);
}

TestSuite(kept_accounts, .init = begin_kept, .fini = end_kept, .timeout = 60);

/* @param first, second `import` and its file, or `--listen` and an address; then what comes on */
static void run_kept(const char *first, const char *second, const char *third)
{
    static char program[512];
    static char store[128];
    static char key[128];
    (void)snprintf(program, sizeof program, "%s/loom-bootstrap-server", LOOM_PROGRAMS);
    (void)snprintf(store, sizeof store, "--store=sqlite:%s/db", kept_folder);
    (void)snprintf(key, sizeof key, "--store-key=%s/key", kept_folder);
    const char *arguments[] = {program, first, second, store, key, third, NULL};
    process_start(&bench.server, arguments);
}

static void bootstrap_kept(void)
{
    run_kept("--listen", "coaps://127.0.0.1:0", "--json");
    const char *uri = strstr(wait_line("\"event\":\"listening\"", NULL, NULL), "\"uri\":\"");
    cr_assert(eq(int, sscanf(uri, "\"uri\":\"%127[^\"]", bench.uri[0]), 1));
    connect_device(0, "probe-bs", 0x00);
    cr_assert(
        eq(u8, device_ask(&bench.device, LOOM_POST, "/bs?ep=probe&pct=11542", ""), LOOM_CHANGED));
    (void)wait_line("\"event\":\"finished\"", "\"endpoint\":\"probe\"", NULL);
    cr_expect(eq(str, bench.device.requests,
                 "GET \nDELETE /1\nPUT /0/0/11\nPUT /0/1\nPUT /1/0\nPOST /bs\n"));
    process_signal(&bench.server, SIGTERM);
    cr_assert(eq(int, process_wait(&bench.server), 0));
    loom_coap_destroy(bench.device.coap);
    bench.has_device = false;
}

Test(kept_accounts, a_device_is_bootstrapped_with_what_was_imported)
{
    write_accounts(bootstrap_accounts);
    run_kept("import", bench.accounts, "--dry-run");
    (void)wait_line("1 could be taken, 0 with errors", NULL, NULL);
    cr_assert(eq(int, process_wait(&bench.server), 0));
    run_kept("import", bench.accounts, NULL);
    (void)wait_line("1 taken, 0 with errors", NULL, NULL);
    cr_assert(eq(int, process_wait(&bench.server), 0));
    bootstrap_kept();
    bootstrap_kept(); /* a restart loses nothing */
}

Test(kept_accounts, an_export_is_for_its_owner_alone)
{
    char out[128];
    struct stat information;
    write_accounts(bootstrap_accounts);
    run_kept("import", bench.accounts, NULL);
    cr_assert(eq(int, process_wait(&bench.server), 0));
    (void)snprintf(out, sizeof out, "%s/out", kept_folder);
    run_kept("export", out, "--with-keys");
    cr_assert(eq(int, process_wait(&bench.server), 0));
    cr_assert(eq(int, stat(out, &information), 0));
    cr_expect(eq(int, (int)(information.st_mode & 0777), 0600));
    cr_expect(gt(i64, (int64_t)information.st_size, 100));
    run_kept("export", out, NULL); /* what is there is left alone */
    cr_assert(eq(int, process_wait(&bench.server), 1));
}

/* A new key would open nothing that is kept: what is lost can only be put back. */
Test(kept_accounts, a_key_file_that_is_gone_is_not_made_anew)
{
    char key[128];
    struct stat information;
    (void)snprintf(key, sizeof key, "%s/key", kept_folder);
    run_kept("--listen", "coaps://127.0.0.1:0", "--json");
    (void)wait_line("\"event\":\"listening\"", NULL, NULL);
    process_signal(&bench.server, SIGTERM);
    cr_assert(eq(int, process_wait(&bench.server), 0));
    /* Nothing is there but what fingerprints are made with. */
    cr_assert(eq(int, unlink(key), 0));
    run_kept("--listen", "coaps://127.0.0.1:0", "--json");
    cr_expect(eq(int, process_wait(&bench.server), 1));
    cr_expect(eq(int, stat(key, &information), -1));
}

Test(kept_accounts, a_wrong_line_fails_the_import_and_no_other_line)
{
    write_accounts("{\"endpoint\":\"a\",\"nosec\":true,\"servers\":{\"1\":{\"uri\":\"coap://x\","
                   "\"nosec\":true}}}\n{\"endpoint\":\"b\"}\n");
    run_kept("import", bench.accounts, "--format=ndjson");
    (void)wait_line("1 taken, 1 with errors", NULL, NULL);
    cr_assert(eq(int, process_wait(&bench.server), 1));
}

/* A model with an error keeps the server from starting, as accounts with one do. */
Test(programs, a_wrong_model_is_an_error_at_start)
{
    char file[512];
    write_model("<LWM2M><Object/></LWM2M>");
    (void)snprintf(file, sizeof file, "%s/loom-server", LOOM_PROGRAMS);
    const char *arguments[] = {file,        "--nosec-any", "--listen", "coap://127.0.0.1:0",
                               bench.model, NULL};
    process_start(&bench.server, arguments);
    cr_assert(eq(int, process_wait(&bench.server), 1));
}

Test(programs, a_wrong_key_is_no_session)
{
    start("loom-bootstrap-server", bootstrap_accounts);
    connect_device(0, "probe-bs", 0x77);
    cr_assert(eq(u8, device_ask(&bench.device, LOOM_POST, "/bs?ep=probe", ""), 0));
    process_signal(&bench.server, SIGTERM);
    cr_assert(eq(int, process_wait(&bench.server), 0));
}

Test(programs, a_device_with_a_key_is_refused_without_it)
{
    start("loom-bootstrap-server", bootstrap_accounts);
    connect_device(1, NULL, 0);
    cr_assert(eq(u8, device_ask(&bench.device, LOOM_POST, "/bs?ep=probe", ""), LOOM_BAD_REQUEST));
    (void)wait_line("\"event\":\"refused\"", "\"reason\":\"wrong-identity\"", "\"code\":\"4.00\"");
    process_signal(&bench.server, SIGINT);
    cr_assert(eq(int, process_wait(&bench.server), 0));
}

/* As in the accounts file: text is as it is, or in quotes. */
Test(programs, quoted_text_is_written_without_its_quotes)
{
    static const struct {
        const char *line;
        const char *written;
    } rows[] = {
        {"\"coap://h/a b\"", "coap://h/a b"},
        {"coap://h/\"a\"", "coap://h/\"a\""},
        {"\"a \\\"b\\\\\"", "a \"b\\"},
        {"\"\"", ""},
    };
    char line[64];
    start("loom-server", server_accounts);
    connect_device(1, NULL, 0);
    cr_assert(eq(u8, device_ask(&bench.device, LOOM_POST, "/rd?ep=x&lt=60&lwm2m=1.1", "</5/0>"),
                 LOOM_CREATED));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        (void)snprintf(line, sizeof line, "write x /5/0/1 %s\n", rows[i].line);
        process_write(&bench.server, line);
        (void)wait_line("\"event\":\"answered\"", "\"path\":\"/5/0/1\"", NULL);
        cr_expect(eq(sz, bench.device.length, strlen(rows[i].written)));
        cr_expect(
            eq(int, memcmp(bench.device.payload, rows[i].written, strlen(rows[i].written)), 0));
    }
    process_write(&bench.server, "write x /5/0/1 \"a\n");
    (void)wait_line("\"event\":\"error\"", "quoted text must end", NULL);
    process_write(&bench.server, "write x /5/0/1 \"a\" b\n");
    (void)wait_line("\"event\":\"error\"", "quoted text must end", NULL);
    process_write(&bench.server, "quit\n");
    cr_assert(eq(int, process_wait(&bench.server), 0));
}

Test(programs, a_device_registers_and_is_managed_over_dtls)
{
    char target[128];
    start("loom-server", server_accounts);
    connect_device(0, "probe", 0x10);
    cr_assert(eq(
        u8,
        device_ask(&bench.device, LOOM_POST, "/rd?ep=probe&lt=300&lwm2m=1.1&b=U", "</1/0>,</3/0>"),
        LOOM_CREATED));
    (void)wait_line("\"event\":\"registered\"", "\"lifetime\":300",
                    "\"objects\":[\"/1/0\",\"/3/0\"]");
    process_write(&bench.server, "read probe /3/0 tlv\n");
    (void)wait_line("\"event\":\"answered\"",
                    "\"name\":\"Manufacturer\",\"type\":\"String\","
                    "\"value\":\"Loom\"",
                    "\"name\":\"Battery Level\",\"type\":\"Integer\",\"value\":100");
    process_write(&bench.server, "write probe /3/0/13 now\n");
    (void)wait_line("\"event\":\"error\"", "Current Time has the wrong type", NULL);
    process_write(&bench.server, "write probe /3/0/13 1700000000\n");
    (void)wait_line("\"event\":\"answered\"", "\"path\":\"/3/0/13\"", "\"code\":\"2.04\"");
    process_write(&bench.server, "discover probe /3\nexecute probe /3/0/4\n");
    (void)wait_line("\"event\":\"answered\"", "\"operation\":\"discover\"", "\"links\":");
    (void)wait_line("\"event\":\"answered\"", "\"operation\":\"execute\"", NULL);
    process_write(&bench.server, "clients\n");
    (void)wait_line("\"event\":\"client\"", "\"secure\":true", NULL);
    (void)wait_line("\"event\":\"clients\"", "\"count\":1", NULL);
    (void)snprintf(target, sizeof target, "%s?lt=60", bench.device.location);
    cr_assert(eq(u8, device_ask(&bench.device, LOOM_POST, target, ""), LOOM_CHANGED));
    (void)wait_line("\"event\":\"updated\"", "\"changes\":[\"lifetime\"]", NULL);
    cr_assert(eq(u8, device_ask(&bench.device, LOOM_DELETE, target, ""), LOOM_DELETED));
    (void)wait_line("\"event\":\"deregistered\"", NULL, NULL);
    cr_assert(eq(str, bench.device.requests, "GET /3/0\nPUT /3/0/13\nGET /3\nPOST /3/0/4\n"));
    process_write(&bench.server, "quit\n");
    cr_assert(eq(int, process_wait(&bench.server), 0));
}

static const char object_list[] = "</1/0>,</3/0>";

static void say(const char *lines)
{
    process_write(&bench.server, lines);
}

static void start_with_device(void)
{
    start("loom-server", server_accounts);
    connect_device(1, NULL, 0);
    cr_assert(eq(u8, device_ask(&bench.device, LOOM_POST, "/rd?ep=x&lt=60&lwm2m=1.2", object_list),
                 LOOM_CREATED));
}

static void end(const char *requests)
{
    cr_assert(eq(str, bench.device.requests, (char *)(uintptr_t)requests));
    say("quit\n");
    cr_assert(eq(int, process_wait(&bench.server), 0));
}

/* C-57, C-60, C-61: an observation with attributes, and its end by a request. */
Test(programs, a_device_is_observed)
{
    start_with_device();
    say("observe x /3/0 pmin=1 pmax=60 tlv\n");
    (void)wait_line("\"event\":\"answered\"", "\"ticket\":1,\"operation\":\"observe\"",
                    "\"query\":\"pmin=1&pmax=60\",\"code\":\"2.05\",\"observing\":true");
    notify(&bench.device, 1);
    (void)wait_line("\"event\":\"notified\"", "\"ticket\":1",
                    "\"name\":\"Battery Level\",\"type\":\"Integer\",\"value\":98");
    say("observations\n");
    (void)wait_line("\"event\":\"observation\"", "\"endpoint\":\"x\",\"ticket\":1", "pmin=1");
    (void)wait_line("\"event\":\"observations\"", "\"count\":1", NULL);
    say("cancel x 1\n");
    (void)wait_line("\"event\":\"ended\"", "\"ticket\":1", "\"reason\":\"cancelled\"");
    (void)wait_line("\"event\":\"answered\"", "\"operation\":\"cancel\"", "\"observation\":1");
    say("cancel x 1\n");
    (void)wait_line("\"event\":\"error\"", "unknown observation", NULL);
    end("GET begin /3/0?pmin=1&pmax=60\nGET end /3/0?pmin=1&pmax=60\n");
}

/* C-61: by a Reset to a notification. */
Test(programs, an_observation_is_cancelled_silently)
{
    start_with_device();
    say("observe x /3/0/9\n");
    (void)wait_line("\"event\":\"answered\"", "\"observing\":true", NULL);
    say("cancel x 1 silently\n");
    (void)wait_line("\"event\":\"ended\"", "\"reason\":\"cancelled\"", NULL);
    notify(&bench.device, 1);
    say("read x /3/0\n");
    (void)wait_line("\"event\":\"answered\"", "\"operation\":\"read\"", NULL);
    uint64_t limit = bench.device.port.now(bench.device.port.self) + PATIENCE_MS;
    while (!bench.device.refused && bench.device.port.now(bench.device.port.self) < limit) {
        (void)loom_coap_step(bench.device.coap, 100, NULL, 0);
    }
    cr_assert(bench.device.refused);
    end("GET begin /3/0/9\nGET /3/0\n");
}

/* C-30, C-60, D-36: composites by FETCH, the answers with names. */
Test(programs, a_device_is_asked_for_several_objects)
{
    /* [{"bn": "/", "n": "3/0/9"}, {"n": "1"}] */
    static const uint8_t list[] = {0x82, 0xA2, 0x21, 0x61, '/',  0x00, 0x65, '3',
                                   '/',  '0',  '/',  '9',  0xA1, 0x00, 0x61, '1'};
    start_with_device();
    say("read-composite x /3/0/9 /1 senml-cbor\n");
    (void)wait_line("\"operation\":\"read-composite\"", "\"paths\":[\"/3/0/9\",\"/1\"]",
                    "\"name\":\"Lifetime\",\"type\":\"Integer\",\"value\":60");
    cr_assert(eq(u16, bench.device.format, LOOM_FORMAT_SENML_CBOR));
    cr_assert(eq(sz, bench.device.length, sizeof list));
    cr_assert_arr_eq(bench.device.payload, list, sizeof list);
    say("observe-composite x /3/0/9 pmax=60 /1\n");
    (void)wait_line("\"event\":\"answered\"", "\"operation\":\"observe-composite\"",
                    "\"observing\":true");
    say("cancel x 2\n");
    (void)wait_line("\"event\":\"answered\"", "\"operation\":\"cancel-composite\"",
                    "\"code\":\"2.05\"");
    cr_assert_arr_eq(bench.device.payload, list, sizeof list);
    end("FETCH \nFETCH begin ?pmax=60\nFETCH end ?pmax=60\n");
}

/* C-31, D-37: values of several objects; a deletion makes it SenML-ETCH. */
Test(programs, a_device_is_written_to_in_several_objects)
{
    static const uint8_t values[] = {0x82, 0xA3, 0x21, 0x61, '/',  0x00, 0x65, '1',  '/',
                                     '0',  '/',  '1',  0x02, 0x18, 0x3C, 0xA2, 0x00, 0x67,
                                     '2',  '/',  '0',  '/',  '2',  '/',  '9',  0x02, 0xF6};
    start_with_device();
    say("write-composite x /1/0/1=60 -/2/0/2/9\n");
    (void)wait_line("\"event\":\"answered\"", "\"operation\":\"write-composite\"",
                    "\"paths\":[\"/1/0/1\",\"/2/0/2/9\"]");
    cr_assert(eq(u16, bench.device.format, LOOM_FORMAT_SENML_ETCH_CBOR));
    cr_assert(eq(sz, bench.device.length, sizeof values));
    cr_assert_arr_eq(bench.device.payload, values, sizeof values);
    say("write-composite x /1/0/1=60 /3/0/14=+02:00\n");
    (void)wait_line("\"event\":\"answered\"", "\"/3/0/14\"", NULL);
    cr_assert(eq(u16, bench.device.format, LOOM_FORMAT_SENML_CBOR));
    end("iPATCH \niPATCH \n");
}

/* C.1: the other requests that a server can make, and what they carry. */
Test(programs, every_request_is_at_hand)
{
    static const uint8_t lifetime[] = {0xC1, 0x01, 0x3C};
    static const uint8_t acl[] = {0x86, 0x02, 0x41, 0x01, 0x0F, 0x41, 0x02, 0x01};
    start_with_device();
    say("write-attributes x /3/0/9 pmin=10 gt=-2.5 pmax\n"
        "discover x /3 3\n"
        "delete x /2/0/2/9\n");
    (void)wait_line("\"event\":\"answered\"", "\"operation\":\"write-attributes\"",
                    "\"code\":\"2.04\"");
    (void)wait_line("\"event\":\"answered\"", "\"operation\":\"delete\"", "\"/2/0/2/9\"");
    say("update x /1/0 lifetime=60\n");
    (void)wait_line("\"event\":\"answered\"", "\"operation\":\"partial-update\"", NULL);
    cr_assert(eq(u16, bench.device.format, LOOM_FORMAT_TLV));
    cr_assert(eq(sz, bench.device.length, sizeof lifetime));
    cr_assert_arr_eq(bench.device.payload, lifetime, sizeof lifetime);
    say("write x /2/0/2 1=15 2=1\n");
    (void)wait_line("\"event\":\"answered\"", "\"operation\":\"write\"", NULL);
    cr_assert(eq(sz, bench.device.length, sizeof acl));
    cr_assert_arr_eq(bench.device.payload, acl, sizeof acl);
    say("update x /2/0 acl/1=15 acl/2=1\n");
    (void)wait_line("\"event\":\"answered\"", "\"path\":\"/2/0\"", NULL);
    cr_assert(eq(sz, bench.device.length, sizeof acl));
    cr_assert_arr_eq(bench.device.payload, acl, sizeof acl);
    say("write x /1/0 1=60\n");
    (void)wait_line("\"event\":\"answered\"", "\"path\":\"/1/0\"", "\"operation\":\"write\"");
    cr_assert_arr_eq(bench.device.payload, lifetime, sizeof lifetime);
    end("PUT /3/0/9?pmin=10&gt=-2.5&pmax\nGET /3?depth=3\nDELETE /2/0/2/9\n"
        "POST /1/0\nPUT /2/0/2\nPOST /2/0\nPUT /1/0\n");
}

/* One line says what is wrong, and nothing is sent. */
Test(programs, wrong_lines_send_nothing)
{
    static const struct {
        const char *line;
        const char *error;
    } cases[] = {
        {"observe x /3/0 colour=1\n", "attributes are pmin"},
        {"observe x /3/0 pmin=-1\n", "attributes are pmin"},
        {"observe x /3/0 pmin=\n", "attributes are pmin"},
        {"observe x /3/0 con=2\n", "attributes are pmin"},
        {"observe x /3/0 pmin\n", "formats are text, opaque"},
        {"observe x /3/0 tlv text\n", "only one format is possible"},
        {"observe x\n", "expected an endpoint and a path"},
        {"observe x /\n", "wrong path for this command"},
        {"observe nobody /3/0\n", "no such client"},
        {"read x /3/0 yaml\n", "formats are text, opaque"},
        {"read x /3/0 pmin=1\n", "too many arguments"},
        {"delete x /3/0 tlv\n", "too many arguments"},
        {"discover x /3 4\n", "the depth is"},
        {"discover x /3 1 1\n", "the depth is"},
        {"write-attributes x /3/0\n", "expected attributes"},
        {"write-attributes x /3/0 gt=high\n", "attributes are pmin"},
        {"write-attributes x /3/0 pmin pmin pmin pmin pmin pmin pmin pmin pmin pmin pmin\n",
         "too many attributes"},
        {"read-composite x\n", "expected paths"},
        {"read-composite\n", "expected an endpoint and paths"},
        {"read-composite x /3/0/9 /3/x\n", "expected paths"},
        {"read-composite x /3/0/9 pmin=1\n", "too many arguments"},
        {"write-composite x\n", "expected PATH=VALUE"},
        {"write-composite x /1/0=1\n", "expected PATH=VALUE"},
        {"write-composite x /1/0/1\n", "expected PATH=VALUE"},
        {"write-composite x /1/0/1=soon\n", "Lifetime has the wrong type"},
        {"write-composite x /2/0/2=1\n", "this resource has instances"},
        {"write-composite x /1/0/1/0=1\n", "this resource has no instances"},
        {"write-composite x /29999/0/1=1\n", "the models have no such resource"},
        {"write-composite x /1/0/1=60 -/1/0/1\n", "only resource instances"},
        {"update x /1/0/1 60\n", "update needs the path"},
        {"update x /1/0 lifetime\n", "expected RESOURCE=VALUE"},
        {"write x /2/0/2 15\n", "this resource has instances"},
        {"write x /1 1=60\n", "write needs the path"},
        {"cancel x\n", "expected an endpoint and the ticket"},
        {"cancel x /3/0\n", "expected an endpoint and the ticket"},
        {"cancel x 1 loudly\n", "expected an endpoint and the ticket"},
        {"cancel x 4294967296\n", "expected an endpoint and the ticket"},
        {"cancel x 1 silently\n", "unknown observation"},
    };
    start_with_device();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        say(cases[i].line);
        (void)wait_line("\"event\":\"error\"", cases[i].error, NULL);
    }
    end("");
}

/* C-34: what a device sends by itself. */
Test(programs, a_device_sends_values)
{
    struct loom_request request = {.method = LOOM_POST,
                                   .path_count = 1,
                                   .path = {{"dp", 2}},
                                   .content_format = LOOM_FORMAT_SENML_CBOR,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .payload = {(const uint8_t *)records, sizeof records - 1}};
    start_with_device();
    cr_assert(eq(
        int, bench.device.port.request(bench.device.port.self, bench.device.session, &request, 2),
        LOOM_OK));
    (void)wait_line("\"event\":\"received\"", "\"endpoint\":\"x\",\"code\":\"2.04\"",
                    "\"name\":\"Battery Level\",\"type\":\"Integer\",\"value\":99");
    end("");
}

Test(programs, the_server_goes_on_when_its_input_ends)
{
    start("loom-server", server_accounts);
    process_write(&bench.server, "nonsense\n");
    (void)wait_line("\"event\":\"error\"", "unknown command", NULL);
    process_close_input(&bench.server);
    connect_device(1, NULL, 0);
    cr_assert(eq(u8, device_ask(&bench.device, LOOM_POST, "/rd?ep=new&lt=60&lwm2m=1.0", "</3/0>"),
                 LOOM_CREATED));
    (void)wait_line("\"event\":\"registered\"", "\"secure\":false", NULL);
    process_signal(&bench.server, SIGTERM);
    cr_assert(eq(int, process_wait(&bench.server), 0));
}

/* Who does not know a command yet is shown one that works, of that command. */
Test(programs, the_server_shows_how_a_command_is_written)
{
    static const char *const commands[] = {
        "read",           "write",           "update",           "execute", "discover",
        "create",         "delete",          "write-attributes", "observe", "cancel",
        "read-composite", "write-composite", "observe-composite"};
    char example[64];
    start("loom-server", server_accounts);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        process_write(&bench.server, commands[i]);
        process_write(&bench.server, "\n");
        (void)snprintf(example, sizeof example, "e.g. %s my-device ", commands[i]);
        (void)wait_line("\"event\":\"error\"", "expected an endpoint and ", example);
    }
    end("");
}

/* ---- standard descriptors and signals -------------------------------------------------------- */

static void start_client(void)
{
    char file[512];
    const char *arguments[] = {file, "--json", "--endpoint", "x", "--server", "coap://127.0.0.1:9",
                               NULL};
    (void)snprintf(file, sizeof file, "%s/loom-client", LOOM_PROGRAMS);
    process_start(&bench.server, arguments);
}

static void expect_end_by_sigterm(void)
{
    process_signal(&bench.server, SIGTERM);
    cr_assert(eq(int, process_wait(&bench.server), 0));
}

/* Starts a program with standard input closed, and ends it once it has said `event`. */
static void expect_end_without_input(const char *program, const char *options, const char *event)
{
    char file[512];
    char command[256];
    const char *arguments[] = {"/bin/sh", "-c", command, file, NULL};
    (void)snprintf(file, sizeof file, "%s/%s", LOOM_PROGRAMS, program);
    (void)snprintf(command, sizeof command, "exec \"$0\" --json %s <&-", options);
    process_start(&bench.server, arguments);
    (void)wait_line(event, NULL, NULL);
    expect_end_by_sigterm();
}

Test(programs, a_program_that_is_started_without_input_ends_on_sigterm)
{
    char options[128];
    expect_end_without_input("loom-server", "--nosec-any --listen coap://127.0.0.1:0",
                             "\"event\":\"listening\"");
    write_accounts(bootstrap_accounts);
    (void)snprintf(options, sizeof options, "--accounts %s --listen coap://127.0.0.1:0",
                   bench.accounts);
    expect_end_without_input("loom-bootstrap-server", options, "\"event\":\"listening\"");
    expect_end_without_input("loom-client", "--endpoint x --server coap://127.0.0.1:9",
                             "\"event\":\"register\"");
}

#define REGISTER  "/rd?ep=x&lt=60&lwm2m=1.1"
#define BOOTSTRAP "/bs?ep=stranger"

static void expect_service_when_the_reader_has_gone(const char *target, uint8_t code)
{
    connect_device(1, NULL, 0);
    process_close_output(&bench.server);
    for (unsigned i = 0; i < 3; i++) {
        cr_assert(eq(u8, device_ask(&bench.device, LOOM_POST, target, object_list), code));
    }
    expect_end_by_sigterm();
}

Test(programs, a_server_goes_on_when_the_reader_of_its_events_has_gone)
{
    start("loom-server", server_accounts);
    expect_service_when_the_reader_has_gone(REGISTER, LOOM_CREATED);
}

Test(programs, a_bootstrap_server_goes_on_when_the_reader_of_its_events_has_gone)
{
    start("loom-bootstrap-server", bootstrap_accounts);
    expect_service_when_the_reader_has_gone(BOOTSTRAP, LOOM_BAD_REQUEST);
}

Test(programs, a_client_goes_on_when_the_reader_of_its_events_has_gone)
{
    start_client();
    process_close_output(&bench.server);
    process_write(&bench.server, "status\nstatus\nquit\n");
    cr_assert(eq(int, process_wait(&bench.server), 0));
}

enum { ROUNDS = 20, LINES = 100 }; /* together several times what a pipe takes */

/* Between the lines a device is served: whoever waited for a reader would not do it to the end. */
static void expect_service_when_nobody_reads(const char *target, uint8_t code)
{
    connect_device(1, NULL, 0);
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < LINES; i++) {
            process_write(&bench.server, "help\n");
        }
        cr_assert(eq(u8, device_ask(&bench.device, LOOM_POST, target, object_list), code));
    }
    for (unsigned i = 0; i < ROUNDS * LINES; i++) {
        (void)wait_line("\"event\":\"help\"", NULL, NULL);
    }
}

Test(programs, a_server_goes_on_when_nobody_reads_its_events)
{
    start("loom-server", server_accounts);
    expect_service_when_nobody_reads(REGISTER, LOOM_CREATED);
    process_write(&bench.server, "clients\nquit\n");
    (void)wait_line("\"event\":\"clients\"", "\"count\":1", NULL);
    cr_assert(eq(int, process_wait(&bench.server), 0));
}

Test(programs, a_bootstrap_server_goes_on_when_nobody_reads_its_events)
{
    start("loom-bootstrap-server", bootstrap_accounts);
    expect_service_when_nobody_reads(BOOTSTRAP, LOOM_BAD_REQUEST);
    process_write(&bench.server, "quit\n");
    cr_assert(eq(int, process_wait(&bench.server), 0));
}

Test(programs, a_client_goes_on_when_nobody_reads_its_events)
{
    start_client();
    for (unsigned i = 0; i < ROUNDS * LINES; i++) {
        process_write(&bench.server, "status\n");
    }
    process_write(&bench.server, "quit\n");
    cr_assert(eq(int, process_wait(&bench.server), 0));
}

/* Empty lines get no answer: once several times what a pipe takes of them is written, the client
 * has done all that came before, and has nothing more to say. */
static void let_the_client_finish(void)
{
    char empty[1024 + 1];
    memset(empty, '\n', sizeof empty - 1);
    empty[sizeof empty - 1] = '\0';
    for (unsigned i = 0; i < 256; i++) {
        process_write(&bench.server, empty);
    }
}

Test(programs, a_client_says_later_what_nobody_read_at_once)
{
    start_client();
    for (unsigned i = 0; i < ROUNDS * LINES; i++) {
        process_write(&bench.server, "status\n");
    }
    let_the_client_finish();
    for (unsigned i = 0; i < ROUNDS * LINES; i++) {
        (void)wait_line("\"event\":\"status\"", "\"ssid\":1", NULL);
    }
    process_write(&bench.server, "quit\n");
    cr_assert(eq(int, process_wait(&bench.server), 0));
}

/* The second retry comes long after the first: the clock is on its way when the signal comes. */
Test(programs, a_client_ends_on_sigterm_while_it_moves_its_clock)
{
    start_client();
    process_write(&bench.server, "advance 4294967295\n");
    (void)wait_line("\"event\":\"register-retry\"", NULL, NULL);
    (void)wait_line("\"event\":\"register-retry\"", NULL, NULL);
    expect_end_by_sigterm();
}

/* A Boolean as the accounts file has it, an error with what is allowed. */
Test(programs, the_console_takes_values_as_the_accounts_file_does)
{
    start("loom-server", server_accounts);
    connect_device(1, NULL, 0);
    cr_assert(eq(u8, device_ask(&bench.device, LOOM_POST, "/rd?ep=x&lt=60&lwm2m=1.1", object_list),
                 LOOM_CREATED));
    process_write(&bench.server, "write x /1/0/6 true\n");
    (void)wait_line("\"event\":\"answered\"", "\"path\":\"/1/0/6\"", "\"code\":\"2.04\"");
    process_write(&bench.server, "write x /1/0/6 maybe\nwrite x /1/0/0 0\n");
    (void)wait_line("\"event\":\"error\"", "has the wrong type (Boolean)", NULL);
    (void)wait_line("\"event\":\"error\"", "is out of range (Integer, 1..65534)", NULL);
    process_write(&bench.server, "quit\n");
    cr_assert(eq(int, process_wait(&bench.server), 0));
}

static int run(const char *program, const char *first, const char *second, const char *third)
{
    char file[512];
    const char *arguments[] = {file, first, second, third, NULL};
    (void)snprintf(file, sizeof file, "%s/%s", LOOM_PROGRAMS, program);
    process_start(&bench.server, arguments);
    return process_wait(&bench.server);
}

Test(programs, wrong_options_and_files)
{
    cr_assert(eq(int, run("loom-server", "--help", NULL, NULL), 0));
    cr_assert(eq(int, run("loom-bootstrap-server", "--version", NULL, NULL), 0));
    cr_assert(eq(int, run("loom-server", "--nonsense", NULL, NULL), 2));
    cr_assert(eq(int, run("loom-server", "--nosec-any", NULL, NULL), 2));
    cr_assert(
        eq(int, run("loom-bootstrap-server", "--nosec-any", "--listen", "coap://[::1]:0"), 2));
    cr_assert(
        eq(int, run("loom-bootstrap-server", "--lwm2m=1.0", "--listen", "coap://[::1]:0"), 2));
    cr_assert(
        eq(int, run("loom-server", "--no-pack", "--nosec-any", "--listen=coap://[::1]:0"), 2));
    cr_assert(
        eq(int, run("loom-server", "--lwm2m=1.3", "--nosec-any", "--listen=coap://[::1]:0"), 2));
    cr_assert(eq(int, run("loom-server", "--lwm2m=", "--nosec-any", "--listen=coap://[::1]:0"), 2));
    cr_assert(
        eq(int,
           run("loom-bootstrap-server", "--files=/tmp", "--accounts=x", "--listen=coap://[::1]:0"),
           2));
    cr_assert(eq(int, run("loom-server", "--nosec-any", "--listen", "nonsense"), 1));
    cr_assert(eq(int, run("loom-server", "--backup=/tmp/copy", "--nosec-any", NULL), 2));
    cr_assert(
        eq(int, run("loom-server", "--backup=/tmp/copy", "--store=sqlite:/nowhere/x", NULL), 1));
    cr_assert(eq(int, run("loom-server", "--accounts=/nowhere", "--listen", "coap://[::1]:0"), 1));
}
