/* SPDX-License-Identifier: Apache-2.0 */
/* What a server gets in each content format, and what a product without it answers. Rules C-1,
 * C-11, D-1, D-11 .. D-13, D-30. */
#include <criterion/criterion.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

static struct world *world;

static void set_up(void)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_server_account(world, &world->server, 0, 1, 86400);
}

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(formats, .init = set_up, .fini = tear_down);

static void start(void)
{
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

static uint8_t get(const char *path, uint16_t accept)
{
    return peer_get(world, &world->server, path, accept);
}

static void expect_bytes(const char *bytes, size_t length)
{
    cr_assert_eq(world->server.length, length, "%zu bytes", world->server.length);
    cr_assert_eq(memcmp(world->server.payload, bytes, length), 0);
}

#define VALUES_MAX 64
#define BYTES_MAX  32

/* What a payload says: paths, and the bytes or the number of each value. */
struct said {
    uint16_t id[4];
    unsigned depth;
    enum loom_type type;
    size_t length;
    uint8_t bytes[BYTES_MAX];
};

static enum loom_type type_at(const struct loom_path *path)
{
    const struct loom_product_object *entry = loom_model_object(&world->model, path->id[0]);
    cr_assert_not_null(entry);
    const struct loom_resource *row = loom_object_resource(entry->object, path->id[2]);
    cr_assert_not_null(row);
    return (enum loom_type)row->type;
}

static void note(struct said *said, const struct loom_value *value)
{
    const void *bytes = &value->as;
    said->length = sizeof value->as.integer;
    if (value->type == LOOM_STRING || value->type == LOOM_OPAQUE) {
        bytes = value->as.text.data;
        said->length = value->as.text.length;
    } else if (value->type == LOOM_BOOLEAN) {
        said->length = sizeof value->as.boolean;
    }
    cr_assert_leq(said->length, (size_t)BYTES_MAX);
    memcpy(said->bytes, bytes, said->length);
}

/* Reads the last answer of a Read of `path`. */
static size_t read_answer(const char *path, struct said said[VALUES_MAX])
{
    struct loom_path asked;
    struct loom_text text = {path, strlen(path)};
    struct loom_decoder decoder;
    struct loom_item item;
    struct loom_value value;
    size_t count = 0;
    enum loom_status status;
    cr_assert(loom_text_to_path(text, &asked));
    const struct loom_format *format =
        loom_format_find(loom_formats_all, world->server.content_format, &asked);
    cr_assert_eq(loom_decode_begin(&decoder, format, &asked, false,
                                   (struct loom_bytes){world->server.payload, world->server.length},
                                   NULL, 0),
                 LOOM_OK);
    while ((status = loom_decode_next(&decoder, &item)) == LOOM_OK) {
        if (item.path.depth < 3 || item.empty_multiple) {
            continue;
        }
        cr_assert_lt(count, (size_t)VALUES_MAX);
        memset(&said[count], 0, sizeof said[count]); /* padding, too: they are compared as bytes */
        said[count].depth = item.path.depth;
        memcpy(said[count].id, item.path.id, item.path.depth * sizeof item.path.id[0]);
        said[count].type = type_at(&item.path);
        cr_assert_eq(loom_decode_value(&decoder, &item, said[count].type, &value), LOOM_OK);
        note(&said[count++], &value);
    }
    cr_assert_eq(status, LOOM_END);
    return count;
}

/* C-11, D-30: both formats for many values say the same of whatever they are asked for. */
Test(formats, a_read_says_the_same_in_senml_and_in_tlv)
{
    static const char *const paths[] = {"/1",     "/1/0",    "/1/0/1",    "/3",     "/3/0",
                                        "/3/0/0", "/3/0/11", "/3/0/11/0", "/3/0/16"};
    static struct said tlv[VALUES_MAX];
    static struct said senml[VALUES_MAX];
    size_t values = 0;
    start();
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        cr_assert_eq(get(paths[i], LOOM_FORMAT_TLV), LOOM_CONTENT, "%s", paths[i]);
        cr_assert_eq(world->server.content_format, LOOM_FORMAT_TLV);
        size_t count = read_answer(paths[i], tlv);
        cr_assert_eq(get(paths[i], LOOM_FORMAT_SENML_CBOR), LOOM_CONTENT, "%s", paths[i]);
        cr_assert_eq(world->server.content_format, LOOM_FORMAT_SENML_CBOR);
        cr_assert_eq(read_answer(paths[i], senml), count, "%s", paths[i]);
        cr_assert_eq(memcmp(tlv, senml, count * sizeof tlv[0]), 0, "%s", paths[i]);
        values += count;
    }
    cr_assert_gt(values, (size_t)12);
}

/* D-30: the base name is the path that was asked for, and the names are what comes behind it. */
Test(formats, senml_has_names_as_short_as_they_can_be)
{
    start();
    cr_assert_eq(get("/3/0/0", LOOM_FORMAT_SENML_CBOR), LOOM_CONTENT);
    expect_bytes("\x81\xA2\x21\x66/3/0/0\x03\x64Loom", 16);
    cr_assert_eq(get("/3/0/11", LOOM_FORMAT_SENML_CBOR), LOOM_CONTENT);
    expect_bytes("\x81\xA3\x21\x68/3/0/11/\x00\x61"
                 "0\x02\x00",
                 17);
}

/* D-11: the entry of a resource instance that was asked for is bare: its resource was named. */
Test(formats, tlv_of_a_resource_instance_is_its_entry_alone)
{
    start();
    cr_assert_eq(get("/3/0/11/0", LOOM_FORMAT_TLV), LOOM_CONTENT);
    expect_bytes("\x41\x00\x00", 3);
    cr_assert_eq(get("/3/0/11", LOOM_FORMAT_TLV), LOOM_CONTENT);
    expect_bytes("\x83\x0B\x41\x00\x00", 5);
}

/* ---- a product with a choice of formats ------------------------------------------------------ */

static struct loom_product chosen;

static void start_with(const struct loom_format *const *formats)
{
    chosen = *world->model.product;
    chosen.formats = formats;
    world->model.product = &chosen;
    start();
}

static uint8_t put(const char *path, uint16_t format, const void *bytes, size_t length)
{
    return peer_request(world, &world->server, LOOM_PUT, path, format, bytes, length);
}

/* C-1, C-11: what the product does not have is 4.15 in a payload and 4.06 in an Accept. */
Test(formats, what_a_product_does_not_list_is_refused)
{
    static const struct loom_format *const tlv_alone[] = {&loom_format_tlv, NULL};
    static const uint8_t zone[] = {0xC3, 0x0E, '+', '0', '1'};
    start_with(tlv_alone);
    cr_assert_eq(put("/3/0/14", LOOM_FORMAT_TEXT, "+02", 3), LOOM_UNSUPPORTED_FORMAT);
    cr_assert_eq(put("/3/0/14", LOOM_FORMAT_ABSENT, "+02", 3), LOOM_UNSUPPORTED_FORMAT);
    cr_assert_eq(put("/3/0/14", LOOM_FORMAT_SENML_CBOR, "\x80", 1), LOOM_UNSUPPORTED_FORMAT);
    cr_assert_eq(put("/3/0/14", LOOM_FORMAT_TLV, zone, sizeof zone), LOOM_CHANGED);
    cr_assert_eq(get("/3/0/14", LOOM_FORMAT_TEXT), LOOM_NOT_ACCEPTABLE);
    cr_assert_eq(get("/3/0", LOOM_FORMAT_SENML_CBOR), LOOM_NOT_ACCEPTABLE);
    cr_assert_eq(get("/3/0/14", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_eq(world->server.content_format, LOOM_FORMAT_TLV);
    expect_bytes((const char *)zone, sizeof zone);
}

/* C-11: without Accept the client answers in a format that it has. */
Test(formats, without_tlv_many_values_come_in_senml)
{
    static const struct loom_format *const no_tlv[] = {&loom_format_text, &loom_format_senml_cbor,
                                                       NULL};
    start_with(no_tlv);
    cr_assert_eq(get("/3/0", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_eq(world->server.content_format, LOOM_FORMAT_SENML_CBOR);
    cr_assert_eq(get("/3/0/0", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_eq(world->server.content_format, LOOM_FORMAT_TEXT);
    cr_assert_eq(get("/3/0", LOOM_FORMAT_TLV), LOOM_NOT_ACCEPTABLE);
}

/* C-11, D-37: SenML-ETCH says what to change, so it shows nothing, though the product reads it. */
Test(formats, senml_etch_is_no_answer_to_a_read)
{
    static const struct loom_format *const etch[] = {
        &loom_format_senml_etch_json, &loom_format_senml_etch_cbor, &loom_format_senml_cbor, NULL};
    start_with(etch);
    cr_assert_eq(get("/3/0", LOOM_FORMAT_SENML_ETCH_CBOR), LOOM_NOT_ACCEPTABLE);
    cr_assert_eq(get("/3/0/0", LOOM_FORMAT_SENML_ETCH_JSON), LOOM_NOT_ACCEPTABLE);
    cr_assert_eq(get("/3/0", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_eq(world->server.content_format, LOOM_FORMAT_SENML_CBOR);
}

/* D-1, C-11: a bare value is of one resource or resource instance; bytes are of type Opaque. */
Test(formats, a_bare_value_cannot_show_several)
{
    start();
    cr_assert_eq(get("/3/0", LOOM_FORMAT_TEXT), LOOM_NOT_ACCEPTABLE);
    cr_assert_eq(get("/3/0/11", LOOM_FORMAT_TEXT), LOOM_NOT_ACCEPTABLE);
    cr_assert_eq(get("/3/0/11/0", LOOM_FORMAT_TEXT), LOOM_CONTENT);
    cr_assert_eq(get("/3/0/0", LOOM_FORMAT_OPAQUE), LOOM_NOT_ACCEPTABLE);
}

/* ---- floats ---------------------------------------------------------------------------------- */

static double measured;

static enum loom_status read_measured(const struct loom_at *at, struct loom_value *value)
{
    (void)at;
    *value = (struct loom_value){.type = LOOM_FLOAT, .as = {.number = measured}};
    return LOOM_OK;
}

struct sensor {
    uint16_t id;
    uint8_t present[1];
    double limit;
};

static const struct loom_handler handlers[] = {{.read = read_measured}};
static const struct loom_resource rows[] = {
    {.id = 0,
     .offset = offsetof(struct sensor, limit),
     .size = sizeof(double),
     .type = LOOM_FLOAT,
     .access = LOOM_R | LOOM_W,
     .count = 1},
    {.id = 1, .type = LOOM_FLOAT, .access = LOOM_R | LOOM_HANDLED, .count = 1}};
static const struct loom_object sensors = {.id = 32003,
                                           .version_major = 1,
                                           .instance_size = sizeof(struct sensor),
                                           .resource_count = 2,
                                           .resources = rows,
                                           .handlers = handlers};

/* Adds the object to the product, as the last one, with one instance of its own memory. */
static void start_with_sensor(const struct loom_format *const *formats)
{
    static struct loom_product_object entries[32];
    static unsigned char data[65536];
    const struct loom_product *product = world->model.product;
    size_t at = (product->data_size + 7u) / 8u * 8u;
    cr_assert_lt(product->object_count, 32);
    cr_assert_leq(at + sizeof(struct sensor), sizeof data);
    memcpy(entries, product->objects, product->object_count * sizeof entries[0]);
    memcpy(data, world->model.data, product->data_size);
    size_t count = product->object_count;
    while (count > 0 && entries[count - 1].object->id > sensors.id) {
        entries[count] = entries[count - 1];
        count--;
    }
    entries[count] = (struct loom_product_object){
        .object = &sensors, .offset = (uint32_t)at, .room = 1, .initial = 1, .complete = 1};
    struct sensor sensor = {0, {3}, 21.5};
    memcpy(data + at, &sensor, sizeof sensor);
    world->model.data = data;
    chosen = *product;
    chosen.objects = entries;
    chosen.object_count++;
    chosen.data_size = (uint32_t)(at + sizeof sensor);
    if (formats != NULL) {
        chosen.formats = formats;
    }
    world->model.product = &chosen;
    free(world->staging);
    world->staging = calloc(1, chosen.data_size);
    start();
}

/* D.1: text and SenML have neither infinity nor what is not a number; so no format takes it. */
Test(formats, a_float_that_is_not_finite_is_refused_in_all_formats)
{
    static const uint8_t tlv[][10] = {{0xC4, 0, 0x7F, 0x80, 0, 0},
                                      {0xC4, 0, 0xFF, 0x80, 0, 0},
                                      {0xC4, 0, 0x7F, 0xC0, 0, 0},
                                      {0xC4, 0, 0x42, 0x28, 0, 0}};
    static const char head[] = "\x81\xA2\x21\x6A/32003/0/0";
    uint8_t record[32];
    start_with_sensor(NULL);
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_TLV, tlv[i], 6), LOOM_BAD_REQUEST, "%zu", i);
    }
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_TEXT, "nan", 3), LOOM_BAD_REQUEST);
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_TEXT, "inf", 3), LOOM_BAD_REQUEST);
    memcpy(record, head, sizeof head - 1);
    memcpy(record + 14, "\x02\xF9\x7C\x00", 4);
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_SENML_CBOR, record, 18), LOOM_BAD_REQUEST);
    memcpy(record + 14, "\x02\xF9\x7E\x00", 4);
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_SENML_CBOR, record, 18), LOOM_BAD_REQUEST);
    cr_assert_eq(get("/32003/0/0", LOOM_FORMAT_TEXT), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->server), "21.5", "nothing was changed");
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_TLV, tlv[3], 6), LOOM_CHANGED);
    memcpy(record + 14, "\x02\xF9\x51\x40", 4);
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_SENML_CBOR, record, 18), LOOM_CHANGED);
    cr_assert_eq(get("/32003/0/0", LOOM_FORMAT_TEXT), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->server), "42");
}

/* C-10: a function of the product that yields no number yields no value, in any format. */
Test(formats, a_function_that_yields_no_number_has_no_value)
{
    static const uint16_t accepts[] = {LOOM_FORMAT_TEXT, LOOM_FORMAT_TLV, LOOM_FORMAT_SENML_CBOR};
    const double none[] = {INFINITY, -INFINITY, NAN};
    start_with_sensor(NULL);
    measured = 7;
    cr_assert_eq(get("/32003/0/1", LOOM_FORMAT_TEXT), LOOM_CONTENT);
    cr_assert_eq(get("/32003/0", LOOM_FORMAT_TLV), LOOM_CONTENT);
    cr_assert_eq(world->server.length, (size_t)12);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        measured = none[i];
        for (size_t k = 0; k < sizeof accepts / sizeof accepts[0]; k++) {
            cr_assert_eq(get("/32003/0/1", accepts[k]), LOOM_NOT_FOUND);
        }
        cr_assert_eq(get("/32003/0", LOOM_FORMAT_TLV), LOOM_CONTENT);
        expect_bytes("\xC4\x00\x41\xAC\x00\x00", 6);
    }
}

/* C-1, C-11: text without floats is 4.15 for a Float, and answers it in another format or
 * with 4.06; other types are as ever. */
Test(formats, text_without_floats_has_all_other_types)
{
    static const struct loom_format *const formats[] = {&loom_format_text_without_floats,
                                                        &loom_format_tlv, NULL};
    start_with_sensor(formats);
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_TEXT, "1.5", 3), LOOM_UNSUPPORTED_FORMAT);
    cr_assert_eq(get("/32003/0/0", LOOM_FORMAT_TEXT), LOOM_NOT_ACCEPTABLE);
    cr_assert_eq(get("/32003/0/0", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_eq(world->server.content_format, LOOM_FORMAT_TLV);
    cr_assert_eq(put("/3/0/14", LOOM_FORMAT_TEXT, "+02", 3), LOOM_CHANGED);
    cr_assert_eq(get("/3/0/14", LOOM_FORMAT_TEXT), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->server), "+02");
}

/* The same for Opaque, which is another format's then, for bootstraps, too. */
Test(formats, text_without_floats_and_opaque_has_all_other_types)
{
    static const struct loom_format *const formats[] = {
        &loom_format_text_without_floats_and_opaque, &loom_format_opaque, &loom_format_tlv, NULL};
    const struct loom_value bytes = {.type = LOOM_OPAQUE, .as.opaque = {(const uint8_t *)"k", 1}};
    struct loom_path key = loom_path_resource(0, 0, 5);
    struct loom_decoder decoder;
    struct loom_encoder encoder;
    struct loom_item item;
    struct loom_value value;
    uint8_t room[8];
    struct loom_output out = loom_output(room, sizeof room);
    start_with_sensor(formats);
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_TEXT, "1.5", 3), LOOM_UNSUPPORTED_FORMAT);
    cr_assert_eq(get("/32003/0/0", LOOM_FORMAT_TEXT), LOOM_NOT_ACCEPTABLE);
    cr_assert_eq(put("/3/0/14", LOOM_FORMAT_TEXT, "+02", 3), LOOM_CHANGED);
    cr_assert_eq(get("/3/0/14", LOOM_FORMAT_TEXT), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->server), "+02");
    cr_assert_null(loom_format_for_answer(formats, LOOM_FORMAT_TEXT, LOOM_OPAQUE));
    cr_assert_eq(loom_format_for_answer(formats, LOOM_FORMAT_ABSENT, LOOM_OPAQUE), formats[1]);
    for (int i = 0; i < 2; i++) { /* with Opaque and without it */
        const struct loom_format *format = i == 0 ? &loom_format_text_without_floats : formats[0];
        cr_assert_eq(loom_decode_begin(&decoder, format, &key, 0,
                                       (struct loom_bytes){(const uint8_t *)"aw==", 4}, room,
                                       sizeof room),
                     LOOM_OK);
        cr_assert_eq(loom_decode_next(&decoder, &item), LOOM_OK);
        cr_assert_eq(loom_decode_value(&decoder, &item, LOOM_OPAQUE, &value),
                     i == 0 ? LOOM_OK : LOOM_UNSUPPORTED_FORMAT);
        out.length = 0;
        loom_encode_begin(&encoder, format, &key, &out);
        loom_encode_put(&encoder, &key, &bytes);
        cr_assert_eq(loom_encode_end(&encoder), i == 0 ? LOOM_OK : LOOM_NOT_ACCEPTABLE);
    }
}

/* C-1, C-11: TLV that is only read is 4.06 where it is accepted, and the client chooses another
 * format where nothing is. */
Test(formats, tlv_in_is_read_and_not_written)
{
    static const struct loom_format *const formats[] = {&loom_format_tlv_in,
                                                        &loom_format_senml_cbor, NULL};
    start_with_sensor(formats);
    cr_assert_eq(put("/3/0/14", LOOM_FORMAT_TLV, "\xC3\x0E+02", 5), LOOM_CHANGED);
    cr_assert_eq(get("/3/0/14", LOOM_FORMAT_TLV), LOOM_NOT_ACCEPTABLE);
    cr_assert_eq(get("/3/0", LOOM_FORMAT_TLV), LOOM_NOT_ACCEPTABLE);
    cr_assert_eq(get("/3/0", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_eq(world->server.content_format, LOOM_FORMAT_SENML_CBOR);
}
