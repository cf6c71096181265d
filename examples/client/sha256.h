/* SPDX-License-Identifier: Apache-2.0 */
/** SHA-256 (FIPS 180-4) by mbedTLS: what an image is known by. Nothing secret passes through it. */
#ifndef LOOM_CLIENT_SHA256_H
#define LOOM_CLIENT_SHA256_H

#include <stddef.h>
#include <stdint.h>

#include <mbedtls/sha256.h>

#define CLIENT_SHA256_SIZE 32u

/** Owns nothing: it may be copied, and be left as it is. */
struct client_sha256 {
    mbedtls_sha256_context context;
};

void client_sha256_begin(struct client_sha256 *sha);
void client_sha256_add(struct client_sha256 *sha, const void *data, size_t length);
/** What has been added so far; more may follow. */
void client_sha256_digest(const struct client_sha256 *sha, uint8_t digest[CLIENT_SHA256_SIZE]);

#endif
