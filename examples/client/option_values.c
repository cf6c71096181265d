/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "option_values.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "loom/client.h"
#include "loom/codec.h"
#include "loom/port_coap.h"

bool client_bad(const char *text, const char *what)
{
    fprintf(stderr, "loom-client: error: %s%s%s\n", text, what[0] == '\0' ? "" : ": ", what);
    return false;
}

bool client_read_seconds(const char *text, const char *option, uint32_t *seconds)
{
    uint64_t value;
    struct loom_text number = {text, strlen(text)};
    if (!loom_text_to_unsigned(number, &value) || value > UINT32_MAX) {
        fprintf(stderr, "loom-client: error: %s must be 0 to 4294967295 seconds, not '%s'\n",
                option, text);
        return false;
    }
    *seconds = (uint32_t)value;
    return true;
}

/* A number from 1 to `most`; another one reads as 0. */
static uint16_t read_count(const char *text, uint16_t most)
{
    uint64_t value;
    struct loom_text number = {text, strlen(text)};
    return loom_text_to_unsigned(number, &value) && value <= most ? (uint16_t)value : 0;
}

bool client_read_port(const char *text, uint16_t *port)
{
    *port = read_count(text, UINT16_MAX);
    return *port != 0 || client_bad("--local-port must be 1 to 65535, not", text);
}

bool client_read_retransmit(const char *text, uint8_t *count)
{
    *count = (uint8_t)read_count(text, LOOM_COAP_MAX_RETRANSMIT);
    return *count != 0 || client_bad("--secure-retransmit must be 1 to 4, not", text);
}

bool client_read_answer_max(const char *text, uint32_t *bytes)
{
    uint64_t value;
    struct loom_text number = {text, strlen(text)};
    if (!loom_text_to_unsigned(number, &value) || value < LOOM_COAP_ANSWER_MIN ||
        value > LOOM_COAP_PAYLOAD_MAX) {
        return client_bad("--answer-max must be 16 to 65536, not", text);
    }
    *bytes = (uint32_t)value;
    return true;
}

bool client_read_attempts(const char *text, uint8_t *count)
{
    *count = (uint8_t)read_count(text, UINT8_MAX);
    return *count != 0 || client_bad("--firmware-attempts must be 1 to 255, not", text);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool read_hex(const char *text, size_t count, uint8_t *bytes)
{
    for (size_t i = 0; i < count; i++) {
        int high = hex_digit(text[2 * i]);
        int low = hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        bytes[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}

/* The key itself is never part of a message. */
static bool read_key_text(struct client_options *options, const char *text, size_t length)
{
    if (length == 0 || length % 2 != 0 || length / 2 > CLIENT_KEY_MAX) {
        return client_bad("the key must be 1 to 64 bytes, two hexadecimal digits each", "");
    }
    options->key_length = length / 2;
    return read_hex(text, options->key_length, options->key) ||
           client_bad("the key has a character that is not a hexadecimal digit", "");
}

static bool read_key_file(struct client_options *options, const char *name)
{
    char text[2 * CLIENT_KEY_MAX + 3];
    FILE *file = fopen(name, "r");
    if (file == NULL) {
        fprintf(stderr, "loom-client: error: key file %s: %s\n", name, strerror(errno));
        return false;
    }
    size_t length = fread(text, 1, sizeof text, file);
    bool failed = ferror(file) != 0;
    fclose(file);
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r')) {
        length--;
    }
    bool good = failed ? client_bad("the key file cannot be read", name)
                       : read_key_text(options, text, length);
    memset(text, 0, sizeof text);
    return good;
}

bool client_read_key(struct client_options *options, char *text)
{
    if (text[0] == '@') {
        return read_key_file(options, text + 1);
    }
    bool good = read_key_text(options, text, strlen(text));
    memset(text, 'x', strlen(text));
    return good;
}

bool client_read_sha256(struct client_options *options, const char *text)
{
    options->has_firmware_sha256 = true;
    return (strlen(text) == 2u * CLIENT_SHA256_SIZE &&
            read_hex(text, CLIENT_SHA256_SIZE, options->firmware_sha256)) ||
           client_bad("--firmware-sha256 must be 64 hexadecimal digits, not", text);
}

bool client_read_version(const char *text, const char *option, uint16_t *lwm2m)
{
    static const struct {
        const char *text;
        uint16_t lwm2m;
    } versions[] = {{"1.0", LOOM_LWM2M_1_0}, {"1.1", LOOM_LWM2M_1_1}, {"1.2", LOOM_LWM2M_1_2}};
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        if (strcmp(text, versions[i].text) == 0) {
            *lwm2m = versions[i].lwm2m;
            return true;
        }
    }
    fprintf(stderr, "loom-client: error: %s must be 1.0, 1.1 or 1.2, not '%s'\n", option, text);
    return false;
}
