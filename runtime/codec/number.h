/* SPDX-License-Identifier: Apache-2.0 */
/** Numbers as bytes, and decimal ones without the C library's functions, which bring a heap along
 * on small devices. */
#ifndef LOOM_CODEC_NUMBER_H
#define LOOM_CODEC_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** A number from its sign and magnitude. @return false if it does not fit; `value` has no meaning
 * then
 */
bool loom_to_integer(bool negative, uint64_t magnitude, int64_t *value);

/** number = number * by + more. @return false if it does not fit; `number` has no meaning then */
bool loom_multiply(uint64_t *number, uint32_t by, uint32_t more);

/** A number of `size` bytes, 1 to 8, the highest first. */
uint64_t loom_big_endian(const uint8_t *at, size_t size);
/** The same without a call, for what is read most. */
static inline uint64_t loom_big_endian_here(const uint8_t *at, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) {
        value = value << 8 | at[i];
    }
    return value;
}
void loom_big_endian_put(uint8_t *at, uint64_t value, size_t size);

/* Doubles by their bits, because small devices have no instructions for doubles. */

static inline uint64_t loom_double_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline double loom_double_of_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/** Orders as the doubles do; both zeros are 0. Not for what is not a number. */
static inline int64_t loom_double_order(double value)
{
    uint64_t bits = loom_double_bits(value);
    int64_t magnitude = (int64_t)(bits & ~(UINT64_C(1) << 63));
    return bits >> 63 != 0 ? -magnitude : magnitude;
}

/** A double that is not negative, as mantissa * 2^exponent. */
uint64_t loom_double_split(uint64_t bits, int *exponent);

double loom_single_to_double(uint32_t bits);
/** The bits of the float of 32 bits that has the same finite value. @return false: there is none */
bool loom_double_to_single(double value, uint32_t *bits);

/** FNV-1a, for digests that only tell a change. Begin with LOOM_DIGEST_BEGIN. */
uint32_t loom_digest(uint32_t digest, const void *data, size_t length);
#define LOOM_DIGEST_BEGIN 2166136261u

#endif
