/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet.h"

#include <string.h>

enum {
    OBSERVE = 6,
    LOCATION_PATH = 8,
    URI_PATH = 11,
    CONTENT_FORMAT = 12,
    MAX_AGE = 14,
    URI_QUERY = 15
};

#define LIST "</1/0>,</3/0>,</4/0>,</5/0>,</3303/0>;ver=1.1"

struct writer {
    uint8_t *at;
    unsigned last;
};

/* All options here are shorter than 269 bytes and less than 13 apart. */
static void put_option(struct writer *writer, unsigned number, const void *value, size_t length)
{
    size_t nibble = length < 13 ? length : 13;
    *writer->at++ = (uint8_t)((number - writer->last) << 4 | nibble);
    if (length >= 13) {
        *writer->at++ = (uint8_t)(length - 13);
    }
    memcpy(writer->at, value, length);
    writer->at += length;
    writer->last = number;
}

static void put_text(struct writer *writer, unsigned number, const char *text)
{
    put_option(writer, number, text, strlen(text));
}

static void put_payload(struct writer *writer, const char *text)
{
    *writer->at++ = 0xFF;
    memcpy(writer->at, text, strlen(text));
    writer->at += strlen(text);
}

static struct writer begin(uint8_t *bytes, unsigned kind, uint8_t code, uint16_t mid,
                           const uint8_t *token, size_t token_length)
{
    bytes[0] = (uint8_t)(0x40u | kind << 4 | token_length);
    bytes[1] = code;
    bytes[2] = (uint8_t)(mid >> 8);
    bytes[3] = (uint8_t)mid;
    memcpy(bytes + 4, token, token_length);
    return (struct writer){bytes + 4 + token_length, 0};
}

static void put_register(struct writer *writer, unsigned number)
{
    static const uint8_t link_format[] = {40};
    char name[40];
    (void)snprintf(name, sizeof name, "ep=urn:imei:49%013u", number);
    put_text(writer, URI_PATH, "rd");
    put_option(writer, CONTENT_FORMAT, link_format, sizeof link_format);
    put_text(writer, URI_QUERY, name);
    put_text(writer, URI_QUERY, "lt=86400");
    put_text(writer, URI_QUERY, "lwm2m=1.1");
    put_text(writer, URI_QUERY, "b=U");
    put_payload(writer, LIST);
}

static void put_send(struct writer *writer, uint32_t sequence)
{
    static const uint8_t senml_json[] = {110};
    char payload[64];
    (void)snprintf(payload, sizeof payload, "[{\"n\":\"/3303/0/5700\",\"v\":%u.5}]",
                   (unsigned)(sequence % 100));
    put_text(writer, URI_PATH, "dp");
    put_option(writer, CONTENT_FORMAT, senml_json, sizeof senml_json);
    put_payload(writer, payload);
}

static void put_value(struct writer *writer, uint32_t sequence)
{
    char payload[16];
    (void)snprintf(payload, sizeof payload, "%u", (unsigned)(sequence % 101));
    put_option(writer, CONTENT_FORMAT, "", 0); /* text */
    put_payload(writer, payload);
}

static void put_observe(struct writer *writer, uint32_t sequence)
{
    uint8_t number[] = {(uint8_t)(sequence >> 16), (uint8_t)(sequence >> 8), (uint8_t)sequence};
    put_option(writer, OBSERVE, number, sizeof number);
}

size_t message_of(const struct device *device, unsigned number, uint8_t *bytes)
{
    const uint8_t token[] = {(uint8_t)(device->mid >> 8), (uint8_t)device->mid};
    uint8_t code = device->operation == NOTIFY       ? CONTENT
                   : device->operation == DEREGISTER ? DELETE
                                                     : POST;
    struct writer writer =
        device->operation == NOTIFY
            ? begin(bytes, CON, code, device->mid, device->token, device->token_length)
            : begin(bytes, CON, code, device->mid, token, sizeof token);
    switch ((enum operation)device->operation) {
    case REGISTER:
        put_register(&writer, number);
        break;
    case SEND:
        put_send(&writer, device->sequence);
        break;
    case NOTIFY:
        put_observe(&writer, device->sequence);
        put_value(&writer, device->sequence);
        break;
    default:
        put_text(&writer, URI_PATH, "rd");
        put_text(&writer, URI_PATH, device->location);
        break;
    }
    return (size_t)(writer.at - bytes);
}

size_t message_answer(const struct message *request, uint8_t *bytes)
{
    bool read = request->code == 1;
    struct writer writer = begin(bytes, ACK, read ? CONTENT : CHANGED, request->mid, request->token,
                                 request->token_length);
    if (request->observe) {
        put_observe(&writer, 0);
    }
    if (read) {
        put_value(&writer, 100);
    }
    return (size_t)(writer.at - bytes);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* The 13 and 14 of a nibble. @return false: the message ends */
static bool read_more(const uint8_t **at, const uint8_t *end, size_t *value)
{
    size_t more = *value == 13 ? 1 : *value == 14 ? 2 : 0;
    if (*value == 15 || (size_t)(end - *at) < more) {
        return false;
    }
    if (more == 1) {
        *value = 13u + (*at)[0];
    } else if (more == 2) {
        *value = 269u + ((size_t)(*at)[0] << 8 | (*at)[1]);
    }
    *at += more;
    return true;
}

static void take_option(struct message *message, size_t number, const uint8_t *value, size_t length)
{
    uint32_t integer = 0;
    for (size_t i = 0; i < length && i < 4; i++) {
        integer = integer << 8 | value[i];
    }
    if (number == LOCATION_PATH && length < sizeof message->location) {
        memcpy(message->location, value, length);
        message->location[length] = '\0';
    } else if (number == OBSERVE) {
        message->observe = integer == 0;
    } else if (number == MAX_AGE) {
        message->max_age = integer;
    }
}

bool message_read(struct message *message, const uint8_t *bytes, size_t length)
{
    if (length < 4 || bytes[0] >> 6 != 1 || length < 4u + (bytes[0] & 15u)) {
        return false;
    }
    *message = (struct message){.kind = bytes[0] >> 4 & 3u,
                                .code = bytes[1],
                                .mid = (uint16_t)(bytes[2] << 8 | bytes[3]),
                                .token = bytes + 4,
                                .token_length = bytes[0] & 15u,
                                .max_age = 60};
    const uint8_t *at = bytes + 4 + message->token_length;
    const uint8_t *end = bytes + length;
    size_t number = 0;
    while (at < end && *at != 0xFF) {
        size_t delta = *at >> 4;
        size_t size = *at++ & 15u;
        if (!read_more(&at, end, &delta) || !read_more(&at, end, &size) ||
            (size_t)(end - at) < size) {
            return false;
        }
        number += delta;
        take_option(message, number, at, size);
        at += size;
    }
    return message->token_length <= 8;
}
