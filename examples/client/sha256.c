/* SPDX-License-Identifier: Apache-2.0 */
#include "sha256.h"

/* The functions return nothing in mbedTLS 2, and never fail in software in mbedTLS 3. */
void client_sha256_begin(struct client_sha256 *sha)
{
    mbedtls_sha256_init(&sha->context);
    (void)mbedtls_sha256_starts(&sha->context, 0);
}

void client_sha256_add(struct client_sha256 *sha, const void *data, size_t length)
{
    (void)mbedtls_sha256_update(&sha->context, data, length);
}

void client_sha256_digest(const struct client_sha256 *sha, uint8_t digest[CLIENT_SHA256_SIZE])
{
    mbedtls_sha256_context end;
    mbedtls_sha256_init(&end);
    mbedtls_sha256_clone(&end, &sha->context);
    (void)mbedtls_sha256_finish(&end, digest);
    mbedtls_sha256_free(&end);
}
