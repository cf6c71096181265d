/* SPDX-License-Identifier: Apache-2.0 */
/* Payloads through a window: whatever is in the model, in each format and wherever it is cut, the
 * pieces are what the writer writes that has room for all. */
#include "codec/window.h"
#include "model/payload.h"
#include "loom_objects.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { OBJECT = 26300, HANDLED_LIST = 59, WHOLE_MAX = 1 << 19, MODELS = 25, LONGEST = 700 };

static struct loom_window_data data;
static struct loom_model model;
static uint8_t whole[WHOLE_MAX];
static uint8_t pieces[WHOLE_MAX];

/* ---- what the product's functions show ------------------------------------------------------- */

static int64_t clock_now = 1000;
static unsigned list_length = 3;
static unsigned grows_at; /* the look at which the clock gets another digit; 0: never */
static unsigned looks;

enum loom_status loom_everything_read_handled_integer(const struct loom_at *at, int64_t *value)
{
    (void)at;
    if (++looks == grows_at) {
        clock_now = INT64_C(1) << 40;
    }
    *value = clock_now;
    return LOOM_OK;
}

enum loom_status loom_everything_read_handled_float(const struct loom_at *at, double *value)
{
    *value = at->path.id[LOOM_INSTANCE_ID] + 0.1;
    return LOOM_OK;
}

enum loom_status loom_everything_read_handled_opaque(const struct loom_at *at,
                                                     struct loom_bytes *value)
{
    static uint8_t bytes[LONGEST];
    (void)at;
    *value = (struct loom_bytes){bytes, sizeof bytes};
    return at->path.id[LOOM_INSTANCE_ID] % 3 == 0 ? LOOM_OK : LOOM_NOT_FOUND;
}

enum loom_status loom_everything_read_handled_list(const struct loom_at *at, double *value)
{
    *value = at->path.id[LOOM_RESOURCE_INSTANCE_ID] + 0.5;
    return LOOM_OK;
}

bool loom_everything_next_handled_list(const struct loom_at *at, uint16_t *id)
{
    (void)at;
    return *id < list_length;
}

/* ---- models ---------------------------------------------------------------------------------- */

static uint64_t state = 88172645463325252u;

static unsigned random_below(unsigned most)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state >> 20) % most;
}

static size_t random_length(void)
{
    return random_below(6) == 0 ? random_below(LONGEST) : random_below(20);
}

static struct loom_value random_value(enum loom_type type)
{
    static char text[LONGEST];
    static uint8_t bytes[LONGEST];
    struct loom_value value = {.type = type};
    switch (type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        value.as.text = (struct loom_text){text, random_length()};
        for (size_t i = 0; i < value.as.text.length; i++) {
            text[i] = "abc\"\\\n\x01/0,"[random_below(9)];
        }
        break;
    case LOOM_FLOAT:
        value.as.number = (double)random_below(100000) / (random_below(2) == 0 ? 7 : 8);
        break;
    case LOOM_BOOLEAN:
        value.as.boolean = random_below(2) == 0;
        break;
    case LOOM_OPAQUE:
        value.as.opaque = (struct loom_bytes){bytes, random_length()};
        for (size_t i = 0; i < value.as.opaque.length; i++) {
            bytes[i] = (uint8_t)random_below(256);
        }
        break;
    case LOOM_OBJLNK:
        value.as.objlnk = (struct loom_objlnk){(uint16_t)random_below(65536), 7};
        break;
    case LOOM_UNSIGNED:
        value.as.unsigned_integer = (uint64_t)random_below(1u << 31) << random_below(33);
        break;
    default:
        value.as.integer = (int64_t)random_below(1u << 31) << random_below(32);
        break;
    }
    return value;
}

static void fill_row(uint16_t instance, const struct loom_resource *row)
{
    struct loom_path path = loom_path_resource(OBJECT, instance, row->id);
    if ((row->access & (LOOM_HANDLED | LOOM_E)) != 0 || random_below(3) == 0) {
        return;
    }
    if ((row->access & LOOM_MULTIPLE) == 0) {
        struct loom_value value = random_value((enum loom_type)row->type);
        (void)loom_model_write(&model, &path, &value);
        return;
    }
    (void)loom_model_instantiate(&model, &path);
    path.depth = 4;
    for (unsigned i = random_below(row->count + 1u); i > 0; i--) {
        struct loom_value value = random_value((enum loom_type)row->type);
        path.id[3] = (uint16_t)(random_below(2) == 0 ? random_below(300) : random_below(65535));
        (void)loom_model_write(&model, &path, &value);
    }
}

static void fill_model(unsigned instances)
{
    const struct loom_object *object = loom_model_object(&model, OBJECT)->object;
    for (unsigned i = 0; i < instances; i++) {
        uint16_t instance = (uint16_t)(random_below(2) == 0 ? i : random_below(65535));
        if (loom_model_create(&model, OBJECT, &instance) != LOOM_OK) {
            continue;
        }
        for (unsigned row = 0; row < object->resource_count; row++) {
            fill_row(instance, &object->resources[row]);
        }
    }
}

static void begin(void)
{
    loom_model_init(&model, &loom_window, &data, NULL, NULL);
}

TestSuite(window, .init = begin, .timeout = 120);

/* ---- windows --------------------------------------------------------------------------------- */

static void walk(const struct loom_window_source *source, const struct loom_path *path,
                 struct loom_encoder *encoder)
{
    (void)source;
    (void)loom_walk(&model, path, LOOM_READ_READABLE, encoder);
}

static bool lasts(const struct loom_window_source *source, const struct loom_path *path)
{
    const struct loom_resource *row =
        loom_object_resource(loom_model_object(&model, OBJECT)->object, path->id[LOOM_RESOURCE_ID]);
    (void)source;
    return (row->access & LOOM_HANDLED) == 0;
}

static const struct loom_window_source source = {walk, lasts};

static enum loom_status read_piece(const struct loom_format *format, const struct loom_path *path,
                                   struct loom_window *window, uint8_t *to, size_t offset,
                                   size_t size)
{
    enum loom_status status = LOOM_OK;
    loom_window_open(window, to, offset, size);
    const struct loom_format *through = loom_window_format(window, format, &source);
    if (loom_window_needs_census(window)) {
        loom_window_begin_census(window);
        status = loom_payload_read(&model, through, path, path, LOOM_READ_READABLE, &window->out);
        loom_window_take_census(window);
    }
    return status == LOOM_OK
               ? loom_payload_read(&model, through, path, path, LOOM_READ_READABLE, &window->out)
               : status;
}

/* Reads all of it in pieces of this size. @return the digest of each */
static uint32_t read_pieces(const struct loom_format *format, const struct loom_path *path,
                            size_t size, size_t *length, enum loom_status *status)
{
    struct loom_window window;
    uint32_t digest = 0;
    *length = 0;
    do {
        *status = read_piece(format, path, &window, pieces + *length, *length, size);
        if (*status != LOOM_OK) {
            return 0;
        }
        cr_assert_not(window.torn);
        cr_assert(*length == 0 || window.digest == digest, "the pieces are of different answers");
        digest = window.digest;
        *length += loom_window_length(&window);
    } while (*length < window.out.length);
    cr_assert_eq(*length, window.out.length);
    return digest;
}

static void compare(const struct loom_format *format, const struct loom_path *path, size_t size)
{
    struct loom_output out = loom_output(whole, sizeof whole);
    enum loom_status status =
        loom_payload_read(&model, format, path, path, LOOM_READ_READABLE, &out);
    enum loom_status in_pieces;
    size_t length;
    (void)read_pieces(format, path, size, &length, &in_pieces);
    cr_assert_eq(in_pieces, status);
    cr_assert_neq(status, LOOM_TOO_LARGE);
    if (status != LOOM_OK) {
        return;
    }
    cr_assert_eq(length, out.length, "format %u, depth %u, pieces of %zu: %zu bytes, not %zu",
                 format->number, path->depth, size, length, out.length);
    for (size_t i = 0; i < length; i++) {
        cr_assert_eq(pieces[i], whole[i], "format %u, depth %u, pieces of %zu: byte %zu",
                     format->number, path->depth, size, i);
    }
}

/* A path to something that may be there. */
static struct loom_path random_path(unsigned depth)
{
    const struct loom_object *object = loom_model_object(&model, OBJECT)->object;
    struct loom_path path = loom_path_resource_instance(OBJECT, 0, 0, 0);
    path.depth = (uint8_t)depth;
    path.id[1] = (uint16_t)random_below(20);
    (void)loom_model_next_instance(&model, OBJECT, &path.id[1]);
    path.id[2] = object->resources[random_below(object->resource_count)].id;
    path.id[3] = (uint16_t)random_below(100);
    (void)loom_model_next_resource_instance(&model, OBJECT, path.id[1], path.id[2], &path.id[3]);
    return path;
}

static void compare_at(const struct loom_format *format, unsigned depth, size_t size)
{
    struct loom_path path = random_path(depth);
    struct loom_value value;
    bool one = (format->traits & LOOM_FORMAT_ONE_VALUE) != 0;
    if (one && loom_model_read(&model, &path, &value) != LOOM_OK) {
        return;
    }
    compare(format, &path, size);
}

/* Every format, at every depth, in pieces of any size. */
Test(window, pieces_are_the_whole)
{
    for (unsigned i = 0; i < MODELS; i++) {
        begin();
        fill_model(i == 0 ? 0 : random_below(i < 5 ? 60 : 8));
        list_length = random_below(5);
        for (const struct loom_format *const *format = loom_window.formats; *format != NULL;
             format++) {
            for (unsigned depth = 1; depth <= 4; depth++) {
                compare_at(*format, depth, i < 5 ? 2048 : 16u << random_below(7));
                compare_at(*format, depth, (i < 5 ? 3000 : 1) + random_below(700));
            }
        }
    }
}

/* Whatever the first byte of a piece is in the middle of. */
Test(window, a_piece_may_begin_at_any_byte)
{
    struct loom_path path = loom_path_instance(OBJECT, 3);
    uint16_t instance = 3;
    cr_assert_eq(loom_model_create(&model, OBJECT, &instance), LOOM_OK);
    fill_row(3, loom_object_resource(loom_model_object(&model, OBJECT)->object, 10));
    fill_row(3, loom_object_resource(loom_model_object(&model, OBJECT)->object, 15));
    for (const struct loom_format *const *format = loom_window.formats; *format != NULL; format++) {
        struct loom_output out = loom_output(whole, sizeof whole);
        if (((*format)->traits & LOOM_FORMAT_ONE_VALUE) != 0) {
            continue;
        }
        cr_assert_eq(loom_payload_read(&model, *format, &path, &path, LOOM_READ_READABLE, &out),
                     LOOM_OK);
        for (size_t at = 0; at < out.length; at++) {
            struct loom_window window;
            cr_assert_eq(read_piece(*format, &path, &window, pieces, at, 7), LOOM_OK);
            size_t left = out.length - at;
            cr_assert_eq(loom_window_length(&window), left < 7 ? left : 7);
            cr_assert_eq(memcmp(pieces, whole + at, left < 7 ? left : 7), 0, "format %u, byte %zu",
                         (*format)->number, at);
        }
        struct loom_window window;
        cr_assert_eq(read_piece(*format, &path, &window, pieces, out.length + 5, 7), LOOM_OK);
        cr_expect_eq(loom_window_length(&window), 0u);
        cr_expect_eq(window.out.length, out.length);
    }
}

/* ---- tags ------------------------------------------------------------------------------------ */

static uint32_t digest_of(const struct loom_format *format, size_t size)
{
    struct loom_path path = loom_path_object(OBJECT);
    enum loom_status status;
    size_t length;
    uint32_t digest = read_pieces(format, &path, size, &length, &status);
    cr_assert_eq(status, LOOM_OK);
    return digest;
}

/* A write, something that comes and something that goes make another answer of it. */
Test(window, what_is_changed_has_another_digest)
{
    struct loom_path list = loom_path_resource_instance(OBJECT, 2, 11, 5);
    fill_model(6);
    uint16_t instance = 2;
    (void)loom_model_create(&model, OBJECT, &instance);
    for (const struct loom_format *const *format = loom_window.formats; *format != NULL; format++) {
        if (((*format)->traits & LOOM_FORMAT_ONE_VALUE) != 0) {
            continue;
        }
        cr_assert_eq(loom_set_integer(&model, list, 5), LOOM_OK);
        list_length = 3;
        uint32_t digest = digest_of(*format, 256);
        cr_expect_eq(digest_of(*format, 1000), digest, "of whatever size its pieces are");
        cr_assert_eq(loom_set_integer(&model, list, 6), LOOM_OK);
        cr_expect_neq(digest_of(*format, 256), digest, "format %u: a value", (*format)->number);
        cr_assert_eq(loom_set_integer(&model, list, 5), LOOM_OK);
        cr_expect_eq(digest_of(*format, 256), digest);
        cr_assert_eq(loom_clear(&model, list), LOOM_OK);
        cr_expect_neq(digest_of(*format, 256), digest, "format %u: less", (*format)->number);
        cr_assert_eq(loom_set_integer(&model, list, 5), LOOM_OK);
        list_length = 2;
        cr_expect_neq(digest_of(*format, 256), digest, "format %u: less", (*format)->number);
    }
}

/* A clock goes on while a device is read; that alone must not keep it from ever being read. */
Test(window, a_clock_does_not_change_the_digest)
{
    fill_model(6);
    for (const struct loom_format *const *format = loom_window.formats; *format != NULL; format++) {
        if (((*format)->traits & LOOM_FORMAT_ONE_VALUE) != 0) {
            continue;
        }
        clock_now = 1000;
        uint32_t digest = digest_of(*format, 256);
        clock_now = 1001;
        cr_expect_eq(digest_of(*format, 256), digest, "format %u", (*format)->number);
        clock_now = INT64_C(1) << 33;
        cr_expect_neq(digest_of(*format, 256), digest, "format %u: longer", (*format)->number);
    }
}

/* Between the look that measures and the one that writes, a clock may get another digit: what a
 * head says would not be so. */
Test(window, a_length_that_changes_is_noticed)
{
    struct loom_path path = loom_path_object(OBJECT);
    fill_model(3);
    for (unsigned at = 1; at <= 6; at++) {
        struct loom_window window;
        clock_now = 1000;
        looks = 0;
        grows_at = at;
        (void)read_piece(&loom_format_tlv, &path, &window, pieces, 0, 64);
        cr_expect_eq(window.torn, at % 2 == 0, "look %u", at);
    }
    grows_at = 0;
}

Test(window, a_list_that_changes_is_noticed)
{
    struct loom_path path = loom_path_object(OBJECT);
    struct loom_window window;
    struct loom_window_source other = source;
    fill_model(3);
    list_length = 1;
    loom_window_open(&window, pieces, 0, 64);
    const struct loom_format *through =
        loom_window_format(&window, &loom_format_senml_cbor, &other);
    loom_window_begin_census(&window);
    cr_assert_eq(loom_payload_read(&model, through, &path, &path, LOOM_READ_READABLE, &window.out),
                 LOOM_OK);
    loom_window_take_census(&window);
    list_length = 2;
    cr_assert_eq(loom_payload_read(&model, through, &path, &path, LOOM_READ_READABLE, &window.out),
                 LOOM_OK);
    cr_expect(window.torn);
}
