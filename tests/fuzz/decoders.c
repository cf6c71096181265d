/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a payload: the first ones say in which format, of what path and type it is read. */
#include "loom/codec.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { HEAD = 4 };

static bool can_show(const struct loom_format *format, const struct loom_path *path,
                     const struct loom_value *value)
{
    return ((format->traits & LOOM_FORMAT_ONE_VALUE) == 0 || path->depth >= 3) &&
           ((format->traits & LOOM_FORMAT_BYTES) == 0 || value->type == LOOM_OPAQUE);
}

static struct loom_bytes write_one(const struct loom_format *format, const struct loom_path *path,
                                   const struct loom_value *value, uint8_t *room, size_t size)
{
    struct loom_output out = loom_output(room, size);
    struct loom_encoder encoder;

    loom_encode_begin(&encoder, format, path, &out);
    loom_encode_put(&encoder, path, value);
    if (loom_encode_end(&encoder) != LOOM_OK) {
        return (struct loom_bytes){NULL, 0};
    }
    return (struct loom_bytes){room, out.length};
}

/* Whatever a value is read from, each format that can show it gives the same value again: it writes
 * that as it was. */
static void write_again(const struct loom_format *format, const struct loom_path *path,
                        const struct loom_value *value)
{
    static uint8_t first[8192];
    static uint8_t second[8192];
    static uint8_t scratch[8192];
    struct loom_decoder decoder;
    struct loom_item item;
    struct loom_value again;
    struct loom_bytes bytes = write_one(format, path, value, first, sizeof(first));

    if (bytes.data == NULL) {
        return;
    }
    if (loom_decode_begin(&decoder, format, path, 0, bytes, scratch, sizeof(scratch)) != LOOM_OK ||
        loom_decode_next(&decoder, &item) != LOOM_OK ||
        loom_decode_value(&decoder, &item, value->type, &again) != LOOM_OK) {
        abort();
    }
    struct loom_bytes repeated = write_one(format, &item.path, &again, second, sizeof(second));
    if (loom_decode_next(&decoder, &item) != LOOM_END || repeated.length != bytes.length ||
        memcmp(first, second, bytes.length) != 0) {
        abort();
    }
}

/* What the model takes; readers leave it to its check. */
static bool is_value(const struct loom_value *value)
{
    if (value->type == LOOM_FLOAT) {
        return value->as.number - value->as.number == 0;
    }
    return (value->type != LOOM_STRING && value->type != LOOM_CORELNK) ||
           loom_utf8_is_string(value->as.text);
}

static void write_everywhere(const struct loom_path *path, const struct loom_value *value)
{
    for (const struct loom_format *const *format = loom_formats_all; *format != NULL; format++) {
        if (can_show(*format, path, value) && is_value(value)) {
            write_again(*format, path, value);
        }
    }
}

/* Items lie under the path of the request, or name the instance that it is in. */
static void check_place(const struct loom_path *base, const struct loom_path *path, bool names)
{
    size_t common = base->depth < path->depth ? base->depth : path->depth;

    if ((path->depth < 2 && !names) || path->depth > 4 ||
        memcmp(path->id, base->id, common * sizeof(path->id[0])) != 0) {
        abort();
    }
}

static const struct loom_format *format_of(unsigned char byte)
{
    size_t count = 0;

    while (loom_formats_all[count] != NULL) {
        count++;
    }
    return loom_formats_all[byte % count];
}

static void decode(const unsigned char *head, struct loom_bytes payload, uint8_t *scratch,
                   size_t scratch_size)
{
    struct loom_decoder decoder;
    struct loom_item item;
    struct loom_value value;
    struct loom_path path = {.depth = head[1] % 5, .id = {3, head[2], head[2], head[3]}};
    enum loom_type type = (enum loom_type)(head[3] % (LOOM_CORELNK + 1));
    unsigned mode = head[1] >> 4;
    bool names = (mode & LOOM_DECODE_NAMES) != 0;

    if (loom_decode_begin(&decoder, format_of(head[0]), &path, mode, payload, scratch,
                          scratch_size) != LOOM_OK) {
        return;
    }
    while (loom_decode_next(&decoder, &item) == LOOM_OK) {
        check_place(&path, &item.path, names);
        loom_decode_time(&decoder);
        if (!item.empty_multiple && !names && item.path.depth >= 3 &&
            loom_decode_value(&decoder, &item, type, &value) == LOOM_OK &&
            item.path.id[LOOM_INSTANCE_ID] != LOOM_ID_NONE) {
            write_everywhere(&item.path, &value);
        }
    }
}

static void read_links(struct loom_text rest)
{
    struct loom_link link;
    struct loom_text value;

    while (loom_link_next(&rest, &link) == LOOM_OK) {
        loom_link_parameter(&link, "ver", &value);
    }
}

/* Whatever a text is read as, writing it and reading that gives the same text again. */
static void read_text(struct loom_text text, enum loom_type type, uint8_t *scratch,
                      size_t scratch_size)
{
    struct loom_value value;
    struct loom_path path;
    uint8_t first[4096];
    struct loom_output out = loom_output(first, sizeof(first));

    loom_text_to_path(text, &path);
    if (loom_text_get(text, type, &value, scratch, scratch_size) != LOOM_OK) {
        return;
    }
    loom_text_put(&out, &value);
    if (out.overflow) {
        return;
    }
    uint8_t second[4096];
    uint8_t again_scratch[4096];
    struct loom_text again = {(const char *)first, out.length};
    struct loom_output repeated = loom_output(second, sizeof(second));

    if (loom_text_get(again, type, &value, again_scratch, sizeof(again_scratch)) != LOOM_OK) {
        abort();
    }
    loom_text_put(&repeated, &value);
    if (type != LOOM_FLOAT &&
        (repeated.length != out.length || memcmp(first, second, out.length) != 0)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    if (size < HEAD) {
        return 0;
    }
    /* Copies of exactly the right size, so that a byte read too many is seen. */
    size_t length = size - HEAD;
    uint8_t *payload = malloc(length > 0 ? length : 1);
    uint8_t *scratch = malloc(length > 0 ? length : 1);
    enum loom_type type = (enum loom_type)(data[3] % (LOOM_CORELNK + 1));

    if (payload == NULL || scratch == NULL) {
        abort();
    }
    memcpy(payload, data + HEAD, length);
    decode(data, (struct loom_bytes){payload, length}, scratch, length);
    read_links((struct loom_text){(const char *)payload, length});
    read_text((struct loom_text){(const char *)payload, length}, type, scratch, length);
    free(payload);
    free(scratch);
    return 0;
}
