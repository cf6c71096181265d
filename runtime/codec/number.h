/* SPDX-License-Identifier: Apache-2.0 */
/** Numbers as bytes, and decimal ones without the C library's functions, which bring a heap along
 * on small devices. */
#ifndef LOOM_CODEC_NUMBER_H
#define LOOM_CODEC_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A two's complement number of `size` bytes, 1 to 8, that stands in the low bytes of `bits`;
 *  the others are 0. */
int64_t loom_sign_extend(uint64_t bits, size_t size);

/** A number from its sign and magnitude. @return false if it does not fit; `value` has no meaning
 * then
 */
bool loom_to_integer(bool negative, uint64_t magnitude, int64_t *value);

/** A number of `size` bytes, 1 to 8, the highest first. */
uint64_t loom_big_endian(const uint8_t *at, size_t size);
void loom_big_endian_put(uint8_t *at, uint64_t value, size_t size);

/** FNV-1a, for digests that only tell a change. Begin with LOOM_DIGEST_BEGIN. */
uint32_t loom_digest(uint32_t digest, const void *data, size_t length);
#define LOOM_DIGEST_BEGIN 2166136261u

#endif
