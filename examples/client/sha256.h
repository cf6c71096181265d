/* SPDX-License-Identifier: Apache-2.0 */
/** SHA-256 (FIPS 180-4): what an image is known by. Nothing secret passes through it. */
#ifndef LOOM_CLIENT_SHA256_H
#define LOOM_CLIENT_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define CLIENT_SHA256_SIZE 32u

struct client_sha256 {
    uint32_t state[8];
    uint64_t length; /**< bytes so far */
    uint8_t block[64];
};

void client_sha256_begin(struct client_sha256 *sha);
void client_sha256_add(struct client_sha256 *sha, const void *data, size_t length);
/** What has been added so far; more may follow. */
void client_sha256_digest(const struct client_sha256 *sha, uint8_t digest[CLIENT_SHA256_SIZE]);

#endif
