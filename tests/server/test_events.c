/* SPDX-License-Identifier: Apache-2.0 */
/* How the events of the LwM2M server are shown, and which values people may write. */
#define _POSIX_C_SOURCE 200809L

#include "catalog/standard.h"
#include "catalog/value.h"
#include "events/management_event.h"
#include "events/print.h"
#include "tables.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *text;
static size_t length;

static void tear_down(void)
{
    free(text);
}

TestSuite(events, .fini = tear_down);

static const char *json_of(const struct loom_dm_event *event)
{
    struct loom_json json;
    FILE *file = open_memstream(&text, &length);
    loom_json_begin(&json, file);
    loom_dm_event_json(&json, &test_catalog, event);
    loom_json_end(&json);
    (void)fclose(file);
    return text;
}

static const char *shown(const struct loom_dm_event *event)
{
    FILE *file = open_memstream(&text, &length);
    loom_dm_event_print(file, &test_catalog, event);
    (void)fclose(file);
    return text;
}

static struct loom_dm_event answer(uint8_t code, uint16_t format, const void *data, size_t size)
{
    struct loom_dm_event event = {.kind = LOOM_DM_ANSWERED,
                                  .endpoint = {"dev", 3},
                                  .operation = LOOM_DM_READ,
                                  .path = loom_path_resource(500, 0, 2),
                                  .code = code,
                                  .content_format = format,
                                  .payload = {data, size}};
    return event;
}

static void assert_in(const char *all, const char *part)
{
    cr_assert_not_null(strstr(all, part), "no %s in %s", part, all);
}

/* RFC 7252, 5.5.2: what comes with an error is text for people. */
Test(events, a_diagnostic_is_shown_as_text)
{
    static const uint16_t formats[] = {LOOM_FORMAT_ABSENT, LOOM_FORMAT_TEXT};
    for (size_t i = 0; i < 2; i++) {
        struct loom_dm_event event = answer(LOOM_BAD_REQUEST, formats[i], "out of range", 12);
        assert_in(json_of(&event), "\"diagnostic\":\"out of range\"");
        free(text);
        assert_in(shown(&event), "4.00 \"out of range\"");
        free(text);
        text = NULL;
    }
}

Test(events, what_is_no_text_is_shown_in_hex)
{
    struct loom_dm_event event = answer(LOOM_BAD_REQUEST, LOOM_FORMAT_ABSENT, "\xFF\x01", 2);
    assert_in(json_of(&event), "\"hex\":\"ff01\"");
}

/* B-8: an object in a version that the tables do not have is not read by what they say of another.
 */
Test(events, values_are_read_by_the_version_that_the_client_has)
{
    struct loom_dm_link objects[] = {{500, 0, 1, 3}, {500, 1, 0, 0}};
    struct loom_dm_client client = {.objects = objects, .object_count = 2};
    static const uint8_t tlv[] = {0xC1, 0x02, 0x05};
    struct loom_dm_event event = answer(LOOM_CONTENT, LOOM_FORMAT_TLV, tlv, sizeof tlv);
    event.registration = &client;
    assert_in(json_of(&event), "\"name\":\"Number (signed)\",\"type\":\"Integer\",\"value\":5");
    free(text);
    objects[0].version_major = 2;
    assert_in(json_of(&event), "\"hex\":\"05\"");
    cr_assert_null(strstr(text, "Number"));
}

/* ---- reporting ------------------------------------------------------------------------------- */

/* [{"n": "/500/0/2", "v": 5}, {"n": "/501/0/0", "vs": "a", "t": -3}] */
static const char records[] = "\x82\xA2\x00\x68/500/0/2\x02\x05\xA3\x00\x68/501/0/0\x03\x61"
                              "a\x06\x22";

/* [{"n": "/500/0/2"}, {"n": "/1"}] */
static const char paths[] = "\x82\xA1\x00\x68/500/0/2\xA1\x00\x62/1";

static const struct loom_dm_request observe = {.operation = LOOM_DM_OBSERVE,
                                               .path = {{500, 0, 2}, 3},
                                               .content_format = LOOM_FORMAT_ABSENT,
                                               .query = {"pmin=5&pmax=60", 14}};

static const struct loom_dm_request composite = {
    .operation = LOOM_DM_OBSERVE_COMPOSITE,
    .content_format = LOOM_FORMAT_SENML_CBOR,
    .payload = {(const uint8_t *)paths, sizeof paths - 1}};

static struct loom_dm_event event_of(const struct loom_dm_request *request,
                                     enum loom_dm_event_kind kind)
{
    struct loom_dm_event event = {.kind = kind,
                                  .endpoint = {"dev", 3},
                                  .ticket = 7,
                                  .operation = request->operation,
                                  .path = request->path,
                                  .request = request,
                                  .content_format = LOOM_FORMAT_ABSENT};
    return event;
}

static void expect_shown(const struct loom_dm_event *event, const char *json, const char *print)
{
    assert_in(json_of(event), json);
    free(text);
    cr_assert(eq(str, (char *)shown(event), (char *)(uintptr_t)print));
    free(text);
    text = NULL;
}

Test(events, an_observation_and_its_attributes_are_shown)
{
    struct loom_dm_event event = event_of(&observe, LOOM_DM_ANSWERED);
    event.code = LOOM_CONTENT;
    event.observing = true;
    event.content_format = LOOM_FORMAT_TEXT;
    event.payload = (struct loom_bytes){(const uint8_t *)"5", 1};
    expect_shown(&event,
                 "\"endpoint\":\"dev\",\"ticket\":7,\"operation\":\"observe\","
                 "\"path\":\"/500/0/2\",\"query\":\"pmin=5&pmax=60\",\"code\":\"2.05\","
                 "\"observing\":true,\"content_format\":0,\"values\":[{\"path\":\"/500/0/2\","
                 "\"name\":\"Number (signed)\",\"type\":\"Integer\",\"value\":5}]}",
                 "answered     dev #7 observe /500/0/2?pmin=5&pmax=60: 2.05 /500/0/2 Number "
                 "(signed)=5; observing");
}

Test(events, a_notification_of_several_objects_is_shown_with_its_times)
{
    struct loom_dm_event event = event_of(&composite, LOOM_DM_NOTIFIED);
    event.code = LOOM_CONTENT;
    event.content_format = LOOM_FORMAT_SENML_CBOR;
    event.payload = (struct loom_bytes){(const uint8_t *)records, sizeof records - 1};
    expect_shown(&event,
                 "\"operation\":\"observe-composite\",\"path\":\"/\",\"paths\":[\"/500/0/2\","
                 "\"/1\"],\"code\":\"2.05\",\"content_format\":112,\"values\":[{\"path\":"
                 "\"/500/0/2\",\"name\":\"Number (signed)\",\"type\":\"Integer\",\"value\":5},"
                 "{\"path\":\"/501/0/0\",\"name\":\"Text\",\"type\":\"String\",\"value\":\"a\","
                 "\"time\":-3}]}",
                 "notified     dev #7 observe-composite /500/0/2 /1: 2.05 /500/0/2 Number "
                 "(signed)=5, /501/0/0 Text=\"a\" @-3");
}

Test(events, the_end_of_an_observation_has_a_reason)
{
    struct loom_dm_event event = event_of(&observe, LOOM_DM_ENDED);
    event.end = LOOM_DM_END_REGISTRATION;
    expect_shown(&event, "\"query\":\"pmin=5&pmax=60\",\"reason\":\"registration\"}",
                 "ended        dev #7 observe /500/0/2?pmin=5&pmax=60 (registration)");
    event.end = LOOM_DM_END_BY_CLIENT;
    event.code = LOOM_NOT_FOUND;
    expect_shown(&event, "\"reason\":\"client\",\"code\":\"4.04\"}",
                 "ended        dev #7 observe /500/0/2?pmin=5&pmax=60 (client): 4.04");
}

/* C-34 */
Test(events, what_a_client_sends_is_shown_with_its_values)
{
    struct loom_dm_event event = {.kind = LOOM_DM_RECEIVED,
                                  .endpoint = {"dev", 3},
                                  .code = LOOM_CHANGED,
                                  .content_format = LOOM_FORMAT_SENML_CBOR,
                                  .payload = {(const uint8_t *)records, sizeof records - 1}};
    expect_shown(&event,
                 "{\"endpoint\":\"dev\",\"code\":\"2.04\",\"content_format\":112,\"values\":["
                 "{\"path\":\"/500/0/2\"",
                 "received     dev: 2.04 /500/0/2 Number (signed)=5, /501/0/0 Text=\"a\" @-3");
}

/* C-90: numbers that the standard gives a meaning to are shown with it. */
Test(events, a_meaning_is_shown_beside_the_number)
{
    struct loom_dm_request read = {.operation = LOOM_DM_READ, .path = {{5, 0, 3}, 3}};
    struct loom_dm_event event = event_of(&read, LOOM_DM_ANSWERED);
    event.code = LOOM_CONTENT;
    event.content_format = LOOM_FORMAT_TEXT;
    event.payload = (struct loom_bytes){(const uint8_t *)"2", 1};
    FILE *file = open_memstream(&text, &length);
    loom_dm_event_print(file, &loom_catalog_standard, &event);
    (void)fclose(file);
    cr_assert(eq(str, text, "answered     dev #7 read /5/0/3: 2.05 /5/0/3 State=2 (Downloaded)"));
    free(text);
    struct loom_json json;
    file = open_memstream(&text, &length);
    loom_json_begin(&json, file);
    loom_dm_event_json(&json, &loom_catalog_standard, &event);
    loom_json_end(&json);
    (void)fclose(file);
    assert_in(text, "\"type\":\"Integer\",\"value\":2,\"meaning\":\"Downloaded\"}");
}

Test(events, files_and_progress_are_shown)
{
    struct loom_dm_request write = {.operation = LOOM_DM_WRITE, .path = {{5, 0, 0}, 3}};
    struct loom_dm_event event = event_of(&write, LOOM_DM_PROGRESS);
    event.done = 1024;
    event.size = 10000;
    expect_shown(&event,
                 "\"operation\":\"write\",\"path\":\"/5/0/0\",\"done\":1024,\"size\":10000}",
                 "progress     dev #7 write /5/0/0: 1024 of 10000 bytes");
    event = (struct loom_dm_event){
        .kind = LOOM_DM_FETCHING, .address = {"h:1", 3}, .file = {"a\nb", 3}, .size = 10000};
    expect_shown(&event,
                 "{\"endpoint\":\"\",\"address\":\"h:1\",\"file\":\"a\\nb\",\"size\":10000}",
                 "fetching     at h:1 a\\x0ab, 10000 bytes");
    event.kind = LOOM_DM_REFUSED;
    event.endpoint = (struct loom_text){"dev", 3};
    event.code = LOOM_NOT_FOUND;
    event.reason = LOOM_DM_NO_FILE;
    expect_shown(&event, "\"file\":\"a\\nb\",\"code\":\"4.04\",\"reason\":\"no-such-file\"}",
                 "refused      dev at h:1 a\\x0ab 4.04 (no-such-file)");
}

Test(events, a_cancel_names_its_observation)
{
    struct loom_dm_request cancel = {
        .operation = LOOM_DM_CANCEL, .path = {{500, 0, 2}, 3}, .observation = 6};
    struct loom_dm_event event = event_of(&cancel, LOOM_DM_SENT);
    expect_shown(&event, "\"operation\":\"cancel\",\"path\":\"/500/0/2\",\"observation\":6}",
                 "sent         dev #7 cancel /500/0/2");
}

Test(events, what_could_move_a_cursor_is_shown_as_it_is)
{
    struct loom_text name = {"a\x1B\xC2\x9B\xFF\xC3\xA9", 7};
    FILE *file = open_memstream(&text, &length);
    loom_print_text(file, name);
    (void)fclose(file);
    cr_assert(eq(str, text, "a\\x1b\\xc2\\x9b\\xff\xC3\xA9"));
}

/* ---- values ---------------------------------------------------------------------------------- */

static struct loom_text text_of(const char *literal)
{
    struct loom_text result = {literal, strlen(literal)};
    return result;
}

Test(values, one_syntax_everywhere)
{
    uint8_t scratch[8];
    struct loom_value value;
    cr_assert(loom_value_read(text_of("yes"), LOOM_BOOLEAN, &value, NULL) && value.as.boolean);
    cr_assert(loom_value_read(text_of("true"), LOOM_BOOLEAN, &value, NULL) && value.as.boolean);
    cr_assert(loom_value_read(text_of("0"), LOOM_BOOLEAN, &value, NULL) && !value.as.boolean);
    cr_assert(not(loom_value_read(text_of("maybe"), LOOM_BOOLEAN, &value, NULL)));
    cr_assert(loom_value_read(text_of("00fF"), LOOM_OPAQUE, &value, scratch));
    cr_assert(eq(sz, value.as.opaque.length, 2));
    cr_assert(eq(u8, value.as.opaque.data[1], 0xFF));
    cr_assert(not(loom_value_read(text_of("00f"), LOOM_OPAQUE, &value, scratch)));
    cr_assert(not(loom_value_read(text_of("0g"), LOOM_OPAQUE, &value, scratch)));
    cr_assert(loom_value_read(text_of("33.3"), LOOM_FLOAT, &value, NULL));
    cr_assert(not(loom_value_read(text_of(""), LOOM_NONE, &value, NULL)));
}

static void expect(uint16_t resource, const char *expected)
{
    struct loom_catalog_entry entry;
    char said[64];
    cr_assert(loom_catalog_resource(&test_catalog, 500, resource, &entry));
    loom_value_expected(&entry, said, sizeof said);
    cr_expect(eq(str, said, (char *)(uintptr_t)expected));
}

Test(values, what_is_allowed_is_said)
{
    expect(1, "String, 2..4 bytes");
    expect(2, "Integer, -5..5, 100");
    expect(3, "Unsigned Integer");
    expect(4, "Float, -0.5..0.5");
    expect(5, "Boolean");
}

Test(values, what_is_allowed_is_cut_off_if_need_be)
{
    struct loom_catalog_entry entry;
    char said[12];
    cr_assert(loom_catalog_resource(&test_catalog, 500, 2, &entry));
    loom_value_expected(&entry, said, sizeof said);
    cr_assert(eq(str, said, "Integer, -5"));
}

/* ---- key material ---------------------------------------------------------------------------- */

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

/* As both kinds of output show an answer to a Read. */
static void show_of_vault(const struct loom_path *path, uint16_t format, const void *data,
                          size_t size)
{
    struct loom_json json;
    struct loom_dm_event event = answer(LOOM_CONTENT, format, data, size);
    event.path = *path;
    free(text);
    FILE *file = open_memstream(&text, &length);
    loom_json_begin(&json, file);
    loom_dm_event_json(&json, &vault_catalog, &event);
    loom_json_end(&json);
    loom_dm_event_print(file, &vault_catalog, &event);
    (void)fclose(file);
}

static void assert_withheld(const char *secret)
{
    cr_assert_null(strstr(text, secret), "%s is in %s", secret, text);
}

/* LOOM_SECRET: in no log, event or output for people. */
Test(events, a_secret_value_is_not_shown)
{
    static const uint8_t tlv[] = {0xC3, 0x00, 'd', 'e', 'n', 0xC4, 0x01, '1', '2', '3', '4'};
    struct loom_path path = loom_path_instance(600, 0);
    show_of_vault(&path, LOOM_FORMAT_TLV, tlv, sizeof tlv);
    assert_in(text, "\"name\":\"Label\",\"type\":\"String\",\"value\":\"den\"");
    assert_in(text, "{\"path\":\"/600/0/1\",\"name\":\"Code\",\"secret\":true}");
    assert_in(text, "/600/0/1 Code=(secret)");
    assert_withheld("1234");
    assert_withheld("31323334");
    /* Objects of keys as a whole, whether or not they are known: COSE. */
    path = loom_path_resource(23, 0, 5);
    show_of_vault(&path, LOOM_FORMAT_TEXT, "1234", 4);
    assert_in(text, "{\"path\":\"/23/0/5\",\"secret\":true}");
    assert_withheld("1234");
}

/* What cannot be read may have one in it. */
Test(events, bytes_that_may_be_secret_are_not_shown)
{
    static const uint8_t broken[] = {0xC4, 0x01, '1', '2', '3', '4', 0xC8};
    const struct loom_path paths_of[] = {loom_path_instance(600, 0), loom_path_resource(600, 0, 1),
                                         loom_path_root(), loom_path_instance(21, 0)};
    for (size_t i = 0; i < 4; i++) {
        show_of_vault(&paths_of[i], LOOM_FORMAT_TLV, broken, sizeof broken);
        assert_in(text, "\"secret\":true");
        assert_in(text, "(secret)");
        assert_withheld("31323334");
        assert_withheld("1234");
    }
    const struct loom_path other = loom_path_instance(500, 0);
    show_of_vault(&other, LOOM_FORMAT_TLV, broken, sizeof broken);
    assert_in(text, "\"hex\":\"c40131323334c8\"");
}
