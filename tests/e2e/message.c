/* SPDX-License-Identifier: Apache-2.0 */
#include "message.h"

#include <criterion/criterion.h>
#include <string.h>

#define HEAD_SIZE      4u
#define PAYLOAD_MARKER 0xFFu

/* ---- writing --------------------------------------------------------------------------------- */

static void put(struct message *message, const void *bytes, size_t length)
{
    cr_assert_leq(message->length + length, sizeof message->bytes);
    if (length > 0) {
        memcpy(message->bytes + message->length, bytes, length);
    }
    message->length += length;
}

static void put_byte(struct message *message, unsigned byte)
{
    uint8_t one = (uint8_t)byte;

    put(message, &one, 1);
}

void message_begin(struct message *message, unsigned type, uint8_t code, uint16_t id,
                   const void *token, size_t token_length)
{
    memset(message, 0, sizeof *message);
    message->type = type;
    message->code = code;
    message->id = id;
    message->token_length = token_length;
    put_byte(message, 0x40u | type << 4 | (unsigned)token_length);
    put_byte(message, code);
    put_byte(message, id >> 8);
    put_byte(message, id & 0xFFu);
    put(message, token, token_length);
    if (token_length > 0) {
        memcpy(message->token, token, token_length);
    }
    message->payload = message->length;
}

static unsigned nibble(unsigned value)
{
    return value < 13 ? value : value < 269 ? 13 : 14;
}

static void put_extension(struct message *message, unsigned value)
{
    if (value >= 269) {
        put_byte(message, (value - 269) >> 8);
        put_byte(message, (value - 269) & 0xFFu);
    } else if (value >= 13) {
        put_byte(message, value - 13);
    }
}

void message_add(struct message *message, unsigned number, const void *value, size_t length)
{
    struct message_option *option = &message->options[message->option_count];
    unsigned last = message->option_count == 0 ? 0 : option[-1].number;

    cr_assert_lt(message->option_count, MESSAGE_OPTIONS);
    cr_assert_geq(number, last);
    put_byte(message, nibble(number - last) << 4 | nibble((unsigned)length));
    put_extension(message, number - last);
    put_extension(message, (unsigned)length);
    option->number = number;
    option->at = message->length;
    option->length = length;
    message->option_count++;
    put(message, value, length);
    message->payload = message->length;
}

void message_add_number(struct message *message, unsigned number, uint32_t value)
{
    uint8_t bytes[4];
    size_t length = 0;

    for (int shift = 24; shift >= 0; shift -= 8) {
        if (value >> shift != 0) {
            bytes[length++] = (uint8_t)(value >> shift);
        }
    }
    message_add(message, number, bytes, length);
}

void message_add_parts(struct message *message, unsigned number, const char *text, char separator)
{
    const char separators[2] = {separator, '\0'};

    text += *text == separator ? 1 : 0;
    while (*text != '\0') {
        size_t length = strcspn(text, separators);

        message_add(message, number, text, length);
        text += length;
        text += *text == separator ? 1 : 0;
    }
}

void message_add_payload(struct message *message, const void *payload, size_t length)
{
    if (length > 0) {
        put_byte(message, PAYLOAD_MARKER);
        message->payload = message->length;
        put(message, payload, length);
    }
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool read_extension(const struct message *message, size_t *at, unsigned *value)
{
    size_t more = *value == 13 ? 1 : *value == 14 ? 2 : 0;

    if (*value == 15 || *at + more > message->length) {
        return false;
    }
    if (more == 1) {
        *value = 13u + message->bytes[*at];
    } else if (more == 2) {
        *value = 269u + (unsigned)(message->bytes[*at] << 8) + message->bytes[*at + 1];
    }
    *at += more;
    return true;
}

static bool read_option(struct message *message, size_t *at, unsigned *number)
{
    unsigned delta = message->bytes[*at] >> 4;
    unsigned length = message->bytes[*at] & 0x0Fu;
    struct message_option *option = &message->options[message->option_count];

    ++*at;
    if (message->option_count == MESSAGE_OPTIONS || !read_extension(message, at, &delta) ||
        !read_extension(message, at, &length) || *at + length > message->length) {
        return false;
    }
    *number += delta;
    option->number = *number;
    option->at = *at;
    option->length = length;
    message->option_count++;
    *at += length;
    return true;
}

bool message_read(struct message *message)
{
    const uint8_t *bytes = message->bytes;
    size_t at = HEAD_SIZE;
    unsigned number = 0;

    if (message->length < HEAD_SIZE || bytes[0] >> 6 != 1 || (bytes[0] & 0x0Fu) > 8) {
        return false;
    }
    message->type = bytes[0] >> 4 & 3u;
    message->code = bytes[1];
    message->id = (uint16_t)(bytes[2] << 8 | bytes[3]);
    message->token_length = bytes[0] & 0x0Fu;
    message->option_count = 0;
    if (at + message->token_length > message->length) {
        return false;
    }
    memcpy(message->token, bytes + at, message->token_length);
    at += message->token_length;
    while (at < message->length && bytes[at] != PAYLOAD_MARKER) {
        if (!read_option(message, &at, &number)) {
            return false;
        }
    }
    message->payload = at < message->length ? at + 1 : at;
    return message->payload < message->length || at == message->length; /* not a bare marker */
}

void message_parts(const struct message *message, unsigned number, char separator, char *text,
                   size_t size)
{
    size_t length = 0;

    for (size_t i = 0; i < message->option_count; i++) {
        const struct message_option *option = &message->options[i];

        if (option->number == number) {
            cr_assert_lt(length + 1 + option->length, size);
            text[length++] = separator;
            memcpy(text + length, message->bytes + option->at, option->length);
            length += option->length;
        }
    }
    text[length] = '\0';
}

uint32_t message_number(const struct message *message, unsigned number)
{
    for (size_t i = 0; i < message->option_count; i++) {
        const struct message_option *option = &message->options[i];
        uint32_t value = 0;

        for (size_t k = 0; option->number == number && k < option->length; k++) {
            value = value << 8 | message->bytes[option->at + k];
        }
        if (option->number == number) {
            return value;
        }
    }
    return MESSAGE_ABSENT;
}

void message_text(const struct message *message, char *text, size_t size)
{
    size_t length = message->length - message->payload;

    cr_assert_lt(length, size);
    memcpy(text, message->bytes + message->payload, length);
    text[length] = '\0';
}
