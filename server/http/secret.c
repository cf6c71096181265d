/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* getrandom() */

#include "http/secret.h"

#include "common/memory.h"

#include <errno.h>
#include <mbedtls/sha256.h>
#include <string.h>
#include <sys/random.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

bool loom_http_random(void *memory, size_t length)
{
    uint8_t *bytes = memory;
    while (length > 0) {
        ssize_t got = getrandom(bytes, length, 0);
        if (got < 0 && errno != EINTR) {
            return false;
        }
        bytes += got > 0 ? got : 0;
        length -= got > 0 ? (size_t)got : 0;
    }
    return true;
}

/* The functions return nothing in mbedTLS 2, and never fail in software in mbedTLS 3. */
void loom_http_digest(const void *data, size_t length, uint8_t digest[LOOM_HTTP_DIGEST_SIZE])
{
    mbedtls_sha256_context context;
    mbedtls_sha256_init(&context);
    (void)mbedtls_sha256_starts(&context, 0);
    (void)mbedtls_sha256_update(&context, data, length);
    (void)mbedtls_sha256_finish(&context, digest);
    mbedtls_sha256_free(&context);
}

bool loom_http_same(const void *a, const void *b, size_t length)
{
    const volatile uint8_t *one = a;
    const volatile uint8_t *two = b;
    unsigned difference = 0;
    for (size_t i = 0; i < length; i++) {
        difference |= (unsigned)(one[i] ^ two[i]);
    }
    return difference == 0;
}

bool loom_http_secret_make(char text[LOOM_HTTP_SECRET_TEXT], uint8_t digest[LOOM_HTTP_DIGEST_SIZE])
{
    uint8_t secret[LOOM_HTTP_SECRET_SIZE];
    if (!loom_http_random(secret, sizeof secret)) {
        return false;
    }
    loom_http_digest(secret, sizeof secret, digest);
    loom_http_base64_write((struct loom_bytes){secret, sizeof secret}, text);
    loom_memory_wipe(secret, sizeof secret);
    return true;
}

bool loom_http_secret_digest(const char *text, uint8_t digest[LOOM_HTTP_DIGEST_SIZE])
{
    uint8_t secret[LOOM_HTTP_SECRET_SIZE];
    size_t length = sizeof secret;
    bool good = strlen(text) == LOOM_HTTP_SECRET_TEXT - 1 &&
                loom_http_base64_read((struct loom_text){text, LOOM_HTTP_SECRET_TEXT - 1}, secret,
                                      &length) &&
                length == sizeof secret;
    if (good) {
        loom_http_digest(secret, sizeof secret, digest);
    }
    loom_memory_wipe(secret, sizeof secret);
    return good;
}

void loom_http_base64_write(struct loom_bytes bytes, char *text)
{
    uint32_t bits = 0;
    unsigned count = 0;
    for (size_t i = 0; i < bytes.length; i++) {
        bits = bits << 8 | bytes.data[i];
        for (count += 8; count >= 6; count -= 6) {
            *text++ = digits[bits >> (count - 6) & 63u];
        }
    }
    if (count > 0) {
        *text++ = digits[bits << (6 - count) & 63u];
    }
    *text = '\0';
}

bool loom_http_base64_read(struct loom_text text, uint8_t *bytes, size_t *length)
{
    uint32_t bits = 0;
    unsigned count = 0;
    size_t written = 0;
    for (size_t i = 0; i < text.length; i++) {
        const char *digit = text.data[i] == '\0' ? NULL : strchr(digits, text.data[i]);
        if (digit == NULL) {
            return false;
        }
        bits = bits << 6 | (uint32_t)(digit - digits);
        count += 6;
        if (count >= 8) {
            count -= 8;
            if (written == *length) {
                return false;
            }
            bytes[written++] = (uint8_t)(bits >> count);
        }
    }
    *length = written;
    /* What is left over is padding, so that each value has one text. */
    return text.length % 4 != 1 && (bits & ((1u << count) - 1u)) == 0;
}
