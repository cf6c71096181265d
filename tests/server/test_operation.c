/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON body becomes the request that a device gets; what is wrong is named, all of it. */
#include "catalog/standard.h"
#include "common/text.h"
#include "loom/codec.h"
#include "management/answer.h"
#include "management/paths.h"
#include "service/operation.h"
#include "service/withheld.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM 4096

static json_t *parse(const char *text)
{
    json_error_t error;
    json_t *json = json_loads(text, JSON_DECODE_ANY, &error);
    cr_assert(json != NULL, "the test's own JSON, %s: %s", text, error.text);
    return json;
}

/* What a payload says: `/3/0/14=+02:00 ...`, in the order in which it is there. */
static void tell(const struct loom_dm_request *request, const struct loom_path *base, char *text)
{
    struct loom_dm_answer answer;
    struct loom_dm_value value;
    uint8_t scratch[ROOM];
    uint8_t room[ROOM];
    struct loom_output out = loom_output(room, sizeof room - 1);
    enum loom_status status;
    cr_assert(
        eq(int,
           loom_dm_answer_begin(&answer, &loom_catalog_standard, NULL, base,
                                request->content_format, request->payload, scratch, sizeof scratch),
           LOOM_OK));
    while ((status = loom_dm_answer_next(&answer, &value)) == LOOM_OK) {
        loom_put_text(&out, out.length > 0 ? " " : "");
        loom_put_path(&out, &value.path);
        loom_put_text(&out, "=");
        if (value.value.type != LOOM_NONE) {
            loom_text_put(&out, &value.value);
        }
    }
    cr_assert(eq(int, status, LOOM_END));
    memcpy(text, out.data, out.length);
    text[out.length] = '\0';
}

static struct loom_service_request read_good(const char *body)
{
    struct loom_service_request operation;
    json_t *json = parse(body);
    json_t *errors = json_array();
    bool good = loom_service_request_read(&loom_catalog_standard, NULL, json, &operation, errors);
    char *said = json_dumps(errors, 0);
    cr_assert(good, "%s: %s", body, said);
    cr_assert(eq(sz, json_array_size(errors), 0));
    free(said);
    json_decref(errors);
    json_decref(json);
    return operation;
}

static void assert_written(const char *body, enum loom_dm_operation operation, const char *path,
                           uint16_t format, const char *base, const char *values)
{
    struct loom_service_request read = read_good(body);
    struct loom_path expected;
    struct loom_path shown;
    char text[ROOM];
    cr_assert(loom_text_to_path((struct loom_text){path, strlen(path)}, &expected));
    cr_assert(loom_text_to_path((struct loom_text){base, strlen(base)}, &shown));
    cr_assert(eq(int, read.request.operation, operation));
    cr_assert(eq(u8, read.request.path.depth, expected.depth), "%s", body);
    cr_assert(eq(int, memcmp(read.request.path.id, expected.id, 2u * expected.depth), 0));
    cr_assert(eq(u16, read.request.content_format, format), "%s", body);
    tell(&read.request, &shown, text);
    cr_assert(eq(str, text, (char *)values), "%s", body);
    loom_service_request_free(&read);
}

/* Leshan's client writes links as texts; what is no link stays as it came. */
Test(operation, a_link_may_be_a_text)
{
    static const struct {
        const char *payload;
        uint16_t format;
        const char *values;
    } rows[] = {
        {"[{\"bn\":\"/1/0/10\",\"vlo\":\"11:3\"}]", LOOM_FORMAT_SENML_JSON, "/1/0/10=11:3"},
        {"[{\"bn\":\"/1/0/10\",\"vs\":\"11:3\"}]", LOOM_FORMAT_SENML_JSON, "/1/0/10=11:3"},
        {"[{\"bn\":\"/1/0/10\",\"vs\":\"65535:65535\"}]", LOOM_FORMAT_SENML_JSON,
         "/1/0/10=65535:65535"},
        {"{\"bn\":\"/1/0/10\",\"e\":[{\"sv\":\"11:3\"}]}", LOOM_FORMAT_JSON, "/1/0/10=11:3"},
        {"[{\"bn\":\"/1/0/10\",\"vs\":\"11\"}]", LOOM_FORMAT_SENML_JSON, "/1/0/10="},
        {"[{\"bn\":\"/1/0/10\",\"vs\":\":\"}]", LOOM_FORMAT_SENML_JSON, "/1/0/10="},
        {"[{\"bn\":\"/1/0/10\",\"vs\":\"11:65536\"}]", LOOM_FORMAT_SENML_JSON, "/1/0/10="},
        {"[{\"bn\":\"/1/0/10\",\"vs\":\"\"}]", LOOM_FORMAT_SENML_JSON, "/1/0/10="},
    };
    struct loom_path base = loom_path_resource(1, 0, 10);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[ROOM];
        struct loom_dm_request request = {
            .content_format = rows[i].format,
            .payload = {(const uint8_t *)rows[i].payload, strlen(rows[i].payload)}};
        tell(&request, &base, text);
        cr_expect(eq(str, text, (char *)rows[i].values), "%s", rows[i].payload);
    }
}

/* The errors of a body as `at: detail` lines. */
static void errors_of(const char *body, char *text)
{
    struct loom_service_request operation;
    json_t *json = parse(body);
    json_t *errors = json_array();
    size_t i;
    json_t *error;
    text[0] = '\0';
    cr_assert(
        not(loom_service_request_read(&loom_catalog_standard, NULL, json, &operation, errors)),
        "%s", body);
    json_array_foreach(errors, i, error)
    {
        (void)snprintf(text + strlen(text), ROOM - strlen(text), "%s%s: %s", i > 0 ? "\n" : "",
                       json_string_value(json_object_get(error, "at")),
                       json_string_value(json_object_get(error, "detail")));
    }
    json_decref(errors);
    json_decref(json);
}

static void assert_refused(const char *body, const char *errors)
{
    char text[ROOM];
    errors_of(body, text);
    cr_assert(eq(str, text, (char *)errors), "%s", body);
}

static void assert_query(const char *body, const char *query)
{
    struct loom_service_request read = read_good(body);
    cr_assert(eq(sz, read.request.query.length, strlen(query)), "%s", body);
    cr_assert(loom_text_is(read.request.query, query), "%s: %.*s", body,
              (int)read.request.query.length, read.request.query.data);
    loom_service_request_free(&read);
}

Test(operation, a_read_has_a_path_and_may_have_a_format)
{
    struct loom_service_request read =
        read_good("{\"operation\": \"read\", \"path\": \"/3/0/9\", \"format\": \"senml-cbor\"}");
    cr_assert(eq(int, read.request.operation, LOOM_DM_READ));
    cr_assert(eq(u8, read.request.path.depth, 3));
    cr_assert(eq(u16, read.request.accept, LOOM_FORMAT_SENML_CBOR));
    cr_assert(eq(u16, read.request.content_format, LOOM_FORMAT_ABSENT));
    loom_service_request_free(&read);
    read = read_good("{\"operation\": \"delete\", \"path\": \"/3303/1\"}");
    cr_assert(eq(int, read.request.operation, LOOM_DM_DELETE));
    cr_assert(eq(u16, read.request.accept, LOOM_FORMAT_ABSENT));
    loom_service_request_free(&read);
}

Test(operation, a_value_is_that_of_its_resource)
{
    assert_written("{\"operation\": \"write\", \"path\": \"/3/0/14\", \"value\": \"+02:00\"}",
                   LOOM_DM_WRITE, "/3/0/14", LOOM_FORMAT_TEXT, "/3/0/14", "/3/0/14=+02:00");
    assert_written("{\"operation\": \"write\", \"path\": \"/1/0/1\", \"value\": 60}", LOOM_DM_WRITE,
                   "/1/0/1", LOOM_FORMAT_TEXT, "/1/0/1", "/1/0/1=60");
    /* An integer beyond 2^53 may come as text. */
    assert_written("{\"operation\": \"write\", \"path\": \"/1/0/1\", \"value\": \"60\"}",
                   LOOM_DM_WRITE, "/1/0/1", LOOM_FORMAT_TEXT, "/1/0/1", "/1/0/1=60");
    assert_written("{\"operation\": \"write\", \"path\": \"/1/0/6\", \"value\": true}",
                   LOOM_DM_WRITE, "/1/0/6", LOOM_FORMAT_TEXT, "/1/0/6", "/1/0/6=1");
    assert_written("{\"operation\": \"write\", \"path\": \"/5/0/0\", \"value\": \"00ff10\", "
                   "\"format\": \"opaque\"}",
                   LOOM_DM_WRITE, "/5/0/0", LOOM_FORMAT_OPAQUE, "/5/0/0", "/5/0/0=AP8Q");
    assert_written("{\"operation\": \"write\", \"path\": \"/2/0/2/101\", \"value\": 15, "
                   "\"format\": \"cbor\"}",
                   LOOM_DM_WRITE, "/2/0/2/101", LOOM_FORMAT_CBOR, "/2/0/2/101", "/2/0/2/101=15");
    /* What the models do not know goes out as text, and the device checks it. */
    struct loom_service_request read =
        read_good("{\"operation\": \"write\", \"path\": \"/31000/0/1\", \"value\": 5}");
    cr_assert(eq(u16, read.request.content_format, LOOM_FORMAT_TEXT));
    cr_assert(eq(sz, read.request.payload.length, 1));
    loom_service_request_free(&read);
}

Test(operation, an_instance_is_named_by_names_or_numbers_in_any_order)
{
    assert_written("{\"operation\": \"write\", \"path\": \"/1/0\", "
                   "\"values\": {\"binding\": \"U\", \"lifetime\": 60, \"0\": 101}}",
                   LOOM_DM_WRITE, "/1/0", LOOM_FORMAT_TLV, "/1/0", "/1/0/0=101 /1/0/1=60 /1/0/7=U");
    assert_written("{\"operation\": \"partial-update\", \"path\": \"/2/0\", "
                   "\"values\": {\"acl\": {\"102\": 1, \"101\": 15}, \"3\": 101}}",
                   LOOM_DM_PARTIAL_UPDATE, "/2/0", LOOM_FORMAT_TLV, "/2/0",
                   "/2/0/2/101=15 /2/0/2/102=1 /2/0/3=101");
    assert_written("{\"operation\": \"partial-update\", \"path\": \"/2/0\", \"format\": "
                   "\"lwm2m-cbor\", \"values\": {\"acl\": {\"102\": 1, \"101\": 15}, \"3\": 101}}",
                   LOOM_DM_PARTIAL_UPDATE, "/2/0", LOOM_FORMAT_LWM2M_CBOR, "/2/0",
                   "/2/0/2/101=15 /2/0/2/102=1 /2/0/3=101");
    assert_written("{\"operation\": \"write\", \"path\": \"/2/0/2\", "
                   "\"values\": {\"101\": 15, \"7\": 1}}",
                   LOOM_DM_WRITE, "/2/0/2", LOOM_FORMAT_TLV, "/2/0/2", "/2/0/2/7=1 /2/0/2/101=15");
}

Test(operation, a_create_names_its_instance_or_leaves_it_to_the_device)
{
    assert_written("{\"operation\": \"create\", \"path\": \"/2/7\", "
                   "\"values\": {\"0\": 3, \"1\": 0, \"3\": 101}}",
                   LOOM_DM_CREATE, "/2", LOOM_FORMAT_TLV, "/2", "/2/7/0=3 /2/7/1=0 /2/7/3=101");
    struct loom_service_request read = read_good(
        "{\"operation\": \"create\", \"path\": \"/2\", \"values\": {\"0\": 3, \"1\": 0}}");
    static const uint8_t bare[] = {0xC1, 0x00, 0x03, 0xC1, 0x01, 0x00}; /* rule D-14 */
    cr_assert(eq(u8, read.request.path.depth, 1));
    cr_assert(eq(sz, read.request.payload.length, sizeof bare));
    cr_assert(eq(int, memcmp(read.request.payload.data, bare, sizeof bare), 0));
    loom_service_request_free(&read);
    read = read_good("{\"operation\": \"create\", \"path\": \"/2\"}");
    cr_assert(eq(sz, read.request.payload.length, 0));
    loom_service_request_free(&read);
}

Test(operation, lists_go_out_in_formats_that_have_paths)
{
    struct loom_service_request read =
        read_good("{\"operation\": \"read-composite\", \"paths\": [\"/3/0/9\", \"/1\"], "
                  "\"format\": \"senml-json\"}");
    cr_assert(eq(u16, read.request.content_format, LOOM_DM_PATHS_FORMAT));
    cr_assert(eq(u16, read.request.accept, LOOM_FORMAT_SENML_JSON));
    struct loom_decoder decoder;
    struct loom_item item;
    uint8_t scratch[64];
    cr_assert(
        eq(int, loom_dm_paths_begin(&decoder, &read.request, scratch, sizeof scratch), LOOM_OK));
    cr_assert(eq(int, loom_decode_next(&decoder, &item), LOOM_OK));
    cr_assert(eq(u16, item.path.id[2], 9));
    cr_assert(eq(int, loom_decode_next(&decoder, &item), LOOM_OK));
    cr_assert(eq(u16, item.path.id[0], 1));
    cr_assert(eq(int, loom_decode_next(&decoder, &item), LOOM_END));
    loom_service_request_free(&read);
    assert_written("{\"operation\": \"write-composite\", \"values\": {\"/3/0/14\": \"+02:00\", "
                   "\"/1/0/1\": 60}}",
                   LOOM_DM_WRITE_COMPOSITE, "/", LOOM_FORMAT_SENML_CBOR, "/",
                   "/1/0/1=60 /3/0/14=+02:00");
    read = read_good("{\"operation\": \"write-composite\", \"values\": {\"/2/0/2/101\": null, "
                     "\"/1/0/1\": 60}}");
    cr_assert(eq(u16, read.request.content_format, LOOM_FORMAT_SENML_ETCH_CBOR)); /* D-37 */
    loom_service_request_free(&read);
}

Test(operation, attributes_are_a_query)
{
    assert_query("{\"operation\": \"write-attributes\", \"path\": \"/3303/0\", "
                 "\"attributes\": {\"pmin\": 5, \"gt\": 30.5, \"pmax\": null}}",
                 "pmin=5&gt=30.5&pmax");
    assert_query("{\"operation\": \"observe\", \"path\": \"/3303/0/5700\", "
                 "\"attributes\": {\"con\": true, \"pmax\": 60}}",
                 "con=1&pmax=60");
    assert_query("{\"operation\": \"observe-composite\", \"paths\": [\"/3/0/9\"], "
                 "\"attributes\": {\"pmin\": 5}}",
                 "pmin=5");
    assert_query("{\"operation\": \"observe\", \"path\": \"/3/0/9\"}", "");
    assert_query("{\"operation\": \"discover\", \"path\": \"/3\", \"depth\": 2}", "depth=2");
}

Test(operation, arguments_are_checked_before_they_are_sent)
{
    struct loom_service_request read = read_good(
        "{\"operation\": \"execute\", \"path\": \"/3/0/4\", \"arguments\": \"0='10',1\"}");
    cr_assert(eq(u16, read.request.content_format, LOOM_FORMAT_TEXT));
    cr_assert(eq(sz, read.request.payload.length, 8));
    loom_service_request_free(&read);
    assert_refused("{\"operation\": \"execute\", \"path\": \"/3/0/4\", \"arguments\": \"a\"}",
                   "/arguments: expected a list as in \"0='10',1\" (rule C-27)");
}

Test(operation, all_errors_are_told_with_their_places)
{
    assert_refused("{\"operation\": \"write\", \"path\": \"/1/0\", \"values\": {\"lifetime\": "
                   "true, \"no-such\": 1, \"binding\": 5}}",
                   "/values/no-such: the models know no such resource");
    assert_refused("{\"operation\": \"write\", \"path\": \"/1/0\", \"values\": {\"lifetime\": "
                   "true, \"binding\": 5}}",
                   "/values/lifetime: Lifetime has another type (Integer)\n"
                   "/values/binding: Binding has another type (String)");
    assert_refused("{\"operation\": \"read\", \"paths\": [\"/3\"], \"colour\": 1}",
                   "/paths: read takes no paths\n"
                   "/colour: there is no such member\n"
                   ": read needs path");
    assert_refused("{\"operation\": \"write\", \"path\": \"/1/0\", \"values\": {\"1\": 5, "
                   "\"lifetime\": 6}}",
                   "/values/lifetime: the same resource is named twice");
    assert_refused("{\"operation\": \"read-composite\", \"paths\": [\"/3\", 5, \"3\"]}",
                   "/paths/1: expected a path, as in \"/3/0/9\"\n"
                   "/paths/2: expected a path, as in \"/3/0/9\"");
    assert_refused("[]", ": expected an object with `operation`");
}

Test(operation, what_cannot_be_said_is_refused)
{
    static const char *const bodies[] = {
        "{\"operation\": \"cancel\", \"path\": \"/3\"}",
        "{\"operation\": 5, \"path\": \"/3\"}",
        "{\"path\": \"/3\"}",
        "{\"operation\": \"read\", \"path\": \"/65536\"}",
        "{\"operation\": \"read\", \"path\": \"/3//0\"}",
        "{\"operation\": \"read\", \"path\": \"/3\", \"format\": \"yaml\"}",
        "{\"operation\": \"write\", \"path\": \"/3/0\", \"value\": 5}",
        "{\"operation\": \"write\", \"path\": \"/3/0/14\"}",
        "{\"operation\": \"write\", \"path\": \"/3/0/14\", \"value\": 1, \"values\": {}}",
        "{\"operation\": \"write\", \"path\": \"/3/0/14\", \"value\": [1]}",
        "{\"operation\": \"write\", \"path\": \"/1/0/1\", \"value\": 1.5}",
        "{\"operation\": \"write\", \"path\": \"/1/0/1\", \"value\": \"sixty\"}",
        "{\"operation\": \"write\", \"path\": \"/2/0/2\", \"value\": 1}",
        "{\"operation\": \"write\", \"path\": \"/2/0/2\", \"values\": {\"x\": 1}}",
        "{\"operation\": \"write\", \"path\": \"/1/0/1\", \"values\": {\"0\": 1}}",
        "{\"operation\": \"write\", \"path\": \"/5/0/0\", \"value\": \"0g\"}",
        "{\"operation\": \"write\", \"path\": \"/1/0\", \"values\": {}, \"format\": \"text\"}",
        "{\"operation\": \"create\", \"path\": \"/3303/0/1\", \"values\": {}}",
        "{\"operation\": \"discover\", \"path\": \"/3\", \"depth\": 4}",
        "{\"operation\": \"discover\", \"path\": \"/3\", \"depth\": 1.5}",
        "{\"operation\": \"write-attributes\", \"path\": \"/3\", \"attributes\": {}}",
        "{\"operation\": \"write-attributes\", \"path\": \"/3\", \"attributes\": {\"pmin\": -1}}",
        "{\"operation\": \"write-attributes\", \"path\": \"/3\", \"attributes\": {\"pmin&x\": 1}}",
        "{\"operation\": \"write-attributes\", \"path\": \"/3\", \"attributes\": {\"x\": 1}}",
        "{\"operation\": \"observe\", \"path\": \"/3\", \"attributes\": {\"pmin\": null}}",
        "{\"operation\": \"read-composite\", \"paths\": []}",
        "{\"operation\": \"write-composite\", \"values\": {}}",
        "{\"operation\": \"write-composite\", \"values\": {\"/3/0\": 1}}",
        "{\"operation\": \"write-composite\", \"values\": {\"/3/0/14\": null}}",
        "{\"operation\": \"write-composite\", \"values\": {\"/3/0/14\": \"x\"}, "
        "\"format\": \"tlv\"}",
        "{\"operation\": \"write-composite\", \"values\": {\"/2/0/2/1\": null}, "
        "\"format\": \"lwm2m-cbor\"}",
    };
    char text[ROOM];
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        errors_of(bodies[i], text);
        cr_assert(gt(sz, strlen(text), 10), "%s: %s", bodies[i], text);
    }
}

/* ---- what is shown of a request -------------------------------------------------------------- */

static const struct loom_resource vault_rows[] = {
    {.id = 0, .type = LOOM_STRING, .access = LOOM_R | LOOM_W, .count = 1},
    {.id = 1, .type = LOOM_STRING, .access = LOOM_R | LOOM_W | LOOM_SECRET, .count = 1},
};
static const struct loom_object vault = {
    .id = 600, .version_major = 1, .resource_count = 2, .resources = vault_rows};
static const struct loom_object_names vault_names = {.names = "Vault\0Label\0Code\0",
                                                     .units = "\0\0"};
static const struct loom_catalog_object vault_object = {&vault, &vault_names, "",  "1.0",
                                                        "",     "vault.xml",  NULL};
static const struct loom_catalog vault_catalog = {&vault_object, 1};

/* LOOM_SECRET: in no output for people, however the resource is named. */
Test(operation, secret_values_are_withheld)
{
    static const struct {
        const char *request;
        const char *shown; /* NULL: all of it */
    } cases[] = {
        {"{\"path\":\"/600/0/0\",\"value\":\"x\"}", NULL},
        {"{\"path\":\"/600/0/1\",\"value\":\"x\"}",
         "{\"path\":\"/600/0/1\",\"value\":{\"secret\":true}}"},
        {"{\"path\":\"/600/0\",\"values\":{\"label\":\"x\",\"code\":\"y\"}}",
         "{\"path\":\"/600/0\",\"values\":{\"label\":\"x\",\"code\":{\"secret\":true}}}"},
        {"{\"path\":\"/600\",\"values\":{\"0\":\"x\",\"1\":\"y\"}}",
         "{\"path\":\"/600\",\"values\":{\"0\":\"x\",\"1\":{\"secret\":true}}}"},
        {"{\"path\":\"/600/0/1\",\"values\":{\"0\":\"x\"}}",
         "{\"path\":\"/600/0/1\",\"values\":{\"0\":{\"secret\":true}}}"},
        {"{\"path\":\"/600/0/0\",\"values\":{\"1\":\"x\"}}", NULL},
        {"{\"values\":{\"/600/0/0\":\"x\",\"/600/0/1\":\"y\"}}",
         "{\"values\":{\"/600/0/0\":\"x\",\"/600/0/1\":{\"secret\":true}}}"},
        {"{\"path\":\"/21/0\",\"values\":{\"0\":\"x\"}}",
         "{\"path\":\"/21/0\",\"values\":{\"0\":{\"secret\":true}}}"},
        /* Of models that are gone. */
        {"{\"path\":\"/600/0\",\"values\":{\"gone\":\"x\"}}",
         "{\"path\":\"/600/0\",\"values\":{\"gone\":{\"secret\":true}}}"},
        {"{\"path\":\"/600/0\"}", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *json = parse(cases[i].request);
        loom_service_withhold(&vault_catalog, json);
        char *shown = json_dumps(json, JSON_COMPACT);
        const char *expected = cases[i].shown == NULL ? cases[i].request : cases[i].shown;
        cr_expect(eq(str, shown, (char *)expected));
        free(shown);
        json_decref(json);
    }
}
