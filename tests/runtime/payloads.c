/* SPDX-License-Identifier: Apache-2.0 */
#include "payloads.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static int digit_of(char c)
{
    return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

struct test_bytes test_hex(const char *hex)
{
    size_t digits = 0;
    for (const char *at = hex; *at != '\0'; at++) {
        digits += *at != ' ' ? 1u : 0u;
    }
    struct test_bytes bytes = {malloc(digits > 1 ? digits / 2 : 1), digits / 2};
    size_t done = 0;
    for (const char *at = hex; *at != '\0'; at++) {
        if (*at != ' ') {
            uint8_t *byte = &bytes.data[done / 2];
            *byte = (uint8_t)((done % 2 == 0 ? 0 : *byte << 4) | digit_of(*at));
            done++;
        }
    }
    return bytes;
}

struct test_bytes test_text(const char *text)
{
    struct test_bytes bytes = {malloc(strlen(text) + (*text == '\0' ? 1u : 0u)), strlen(text)};
    memcpy(bytes.data, text, bytes.length);
    return bytes;
}

struct loom_path test_path(const char *text)
{
    struct loom_path path;
    cr_assert(loom_text_to_path((struct loom_text){text, strlen(text)}, &path), "%s", text);
    return path;
}

static void put_value(struct loom_output *out, const struct loom_decoder *decoder,
                      const struct loom_item *item)
{
    static const enum loom_type types[] = {LOOM_BOOLEAN, LOOM_INTEGER, LOOM_UNSIGNED, LOOM_FLOAT,
                                           LOOM_OBJLNK,  LOOM_STRING,  LOOM_OPAQUE};
    struct loom_value value;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (loom_decode_value(decoder, item, types[i], &value) == LOOM_OK) {
            loom_text_put(out, &value);
            return;
        }
    }
    loom_put_byte(out, '?');
}

enum loom_status test_read(const struct loom_format *format, const char *path, unsigned mode,
                           struct test_bytes payload, char text[TEST_ROOM])
{
    uint8_t scratch[64];
    struct loom_path base = test_path(path);
    struct loom_output out = loom_output(text, TEST_ROOM - 1);
    struct loom_decoder decoder;
    struct loom_item item;
    enum loom_status status = loom_decode_begin(&decoder, format, &base, mode,
                                                (struct loom_bytes){payload.data, payload.length},
                                                scratch, sizeof scratch);
    while (status == LOOM_OK && (status = loom_decode_next(&decoder, &item)) == LOOM_OK) {
        loom_put_path(&out, &item.path);
        if ((mode & LOOM_DECODE_TIMES) != 0) {
            loom_put_byte(&out, '@');
            loom_put_float(&out, loom_decode_time(&decoder));
        }
        if (item.deleted) {
            loom_put_byte(&out, '!');
        } else if (item.empty_multiple) {
            loom_put_text(&out, "=nothing");
        } else if (item.path.depth >= 3 && (mode & LOOM_DECODE_NAMES) == 0) {
            loom_put_byte(&out, '=');
            put_value(&out, &decoder, &item);
        }
        loom_put_byte(&out, ';');
    }
    cr_assert_not(out.overflow);
    text[out.length] = '\0';
    return status;
}

enum loom_status test_read_value(const struct loom_format *format, const char *path,
                                 struct test_bytes payload, enum loom_type type,
                                 struct loom_value *value, uint8_t *scratch, size_t scratch_size)
{
    struct loom_path base = test_path(path);
    struct loom_decoder decoder;
    struct loom_item item;
    enum loom_status status =
        loom_decode_begin(&decoder, format, &base, 0,
                          (struct loom_bytes){payload.data, payload.length}, scratch, scratch_size);
    status = status == LOOM_OK ? loom_decode_next(&decoder, &item) : status;
    return status == LOOM_OK ? loom_decode_value(&decoder, &item, type, value) : status;
}
