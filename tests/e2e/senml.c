/* SPDX-License-Identifier: Apache-2.0 */
#include "senml.h"

#include <criterion/criterion.h>
#include <string.h>

/* Major types of CBOR (RFC 8949 section 3), and labels of SenML (RFC 8428 section 6). */
enum { UNSIGNED = 0, TEXT = 3, ARRAY = 4, MAP = 5, FALSE = 0xF4 };
enum { LABEL_NAME = 0, LABEL_VALUE = 2, LABEL_TEXT = 3, LABEL_BOOLEAN = 4 };

static void put(struct senml *pack, const void *bytes, size_t length)
{
    cr_assert_leq(pack->length + length, sizeof pack->bytes);
    memcpy(pack->bytes + pack->length, bytes, length);
    pack->length += length;
}

/* Always in the form with four bytes, which is valid if not the shortest. */
static void put_head(struct senml *pack, unsigned type, uint32_t value)
{
    const uint8_t bytes[5] = {(uint8_t)(type << 5 | 26u), (uint8_t)(value >> 24),
                              (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};

    put(pack, bytes, sizeof bytes);
}

static void put_text(struct senml *pack, const char *text)
{
    put_head(pack, TEXT, (uint32_t)strlen(text));
    put(pack, text, strlen(text));
}

/* A record up to its value. The array's head, which comes first, says how many there are. */
static void begin(struct senml *pack, const char *path, unsigned label)
{
    struct senml head = {.length = 0};

    put_head(&head, ARRAY, ++pack->count);
    if (pack->length == 0) {
        pack->length = head.length;
    }
    memcpy(pack->bytes, head.bytes, head.length);
    put_head(pack, MAP, 2);
    put_head(pack, UNSIGNED, LABEL_NAME);
    put_text(pack, path);
    put_head(pack, UNSIGNED, label);
}

void senml_text(struct senml *pack, const char *path, const char *value)
{
    begin(pack, path, LABEL_TEXT);
    put_text(pack, value);
}

void senml_number(struct senml *pack, const char *path, uint32_t value)
{
    begin(pack, path, LABEL_VALUE);
    put_head(pack, UNSIGNED, value);
}

void senml_boolean(struct senml *pack, const char *path, bool value)
{
    const uint8_t byte = (uint8_t)(FALSE + (value ? 1 : 0));

    begin(pack, path, LABEL_BOOLEAN);
    put(pack, &byte, 1);
}
