/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a payload: the first ones say in which format, of what path and type it is read. */
#include "loom/codec.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { HEAD = 4 };

/* Whatever a value is read from, a record of it gives the same record again. */
static void write_again(const struct loom_path *path, const struct loom_value *value)
{
    struct loom_path root = loom_path_root();
    struct loom_decoder decoder;
    struct loom_item item;
    struct loom_value again;
    uint8_t first[4096];
    uint8_t second[4096];
    struct loom_output out = loom_output(first, sizeof(first));
    struct loom_output repeated = loom_output(second, sizeof(second));

    loom_senml_cbor_begin(&out, 1);
    loom_senml_cbor_put(&out, path, value);
    if (out.overflow) {
        return;
    }
    if (loom_decode_begin(&decoder, &loom_format_senml_cbor, &root, false,
                          (struct loom_bytes){first, out.length}, NULL, 0) != LOOM_OK ||
        loom_decode_next(&decoder, &item) != LOOM_OK ||
        loom_decode_value(&decoder, &item, value->type, &again) != LOOM_OK ||
        loom_decode_next(&decoder, &item) != LOOM_END) {
        abort();
    }
    loom_senml_cbor_begin(&repeated, 1);
    loom_senml_cbor_put(&repeated, &item.path, &again);
    if (repeated.length != out.length || memcmp(first, second, out.length) != 0) {
        abort();
    }
}

/* Items lie under the path of the request, or name the instance that it is in. */
static void check_place(const struct loom_path *base, const struct loom_path *path)
{
    size_t common = base->depth < path->depth ? base->depth : path->depth;

    if (path->depth < 2 || path->depth > 4 ||
        memcmp(path->id, base->id, common * sizeof(path->id[0])) != 0) {
        abort();
    }
}

static void decode(const unsigned char *head, struct loom_bytes payload, uint8_t *scratch,
                   size_t scratch_size)
{
    static const uint16_t formats[] = {0, 40, 42, 110, 112, 11542, 11543, 11544, 60000};
    struct loom_decoder decoder;
    struct loom_item item;
    struct loom_value value;
    struct loom_path path = {.depth = head[1] % 5, .id = {3, head[2], head[2], head[3]}};
    enum loom_type type = (enum loom_type)(head[3] % (LOOM_CORELNK + 1));

    if (loom_decode_begin(&decoder, loom_format_find(loom_formats_all, formats[head[0] % 9], &path),
                          &path, head[1] >= 128, payload, scratch, scratch_size) != LOOM_OK) {
        return;
    }
    while (loom_decode_next(&decoder, &item) == LOOM_OK) {
        check_place(&path, &item.path);
        if (!item.empty_multiple && loom_decode_value(&decoder, &item, type, &value) == LOOM_OK &&
            decoder.format == &loom_format_senml_cbor) {
            write_again(&item.path, &value);
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
