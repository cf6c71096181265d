/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* getrandom() */

#include "http/secret.h"

#include "common/memory.h"
#include "http/base64.h"

#include <errno.h>
#include <mbedtls/sha256.h>
#include <string.h>
#include <sys/random.h>

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
