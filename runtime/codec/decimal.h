/* SPDX-License-Identifier: Apache-2.0 */
/** Decimal numbers and doubles, exactly: by whole numbers of a bounded size on the stack. */
#ifndef LOOM_CODEC_DECIMAL_H
#define LOOM_CODEC_DECIMAL_H

#include <stddef.h>
#include <stdint.h>

/** 0.ddd * 10^point. Digits somewhere else, as text. */
struct loom_decimal {
    const char *digits; /**< the first one is not 0; a point may be among them */
    int32_t count;      /**< digits, without the point; 0: the number is 0 */
    int32_t before;     /**< how many are in front of the point; `count` if there is none */
    int32_t point;
};

#define LOOM_DECIMAL_ROOM 20u

/** value * 10^exponent. `room` must last as long as the result. */
struct loom_decimal loom_decimal_of(uint64_t value, int exponent, char room[LOOM_DECIMAL_ROOM]);

/** The double that is nearest, of two the even one; infinite beyond all of them. */
double loom_decimal_to_double(const struct loom_decimal *decimal);

/** Compares a decimal number with mantissa * 2^exponent, exactly.
 *  @param mantissa below 2^54, not 0
 *  @param exponent -1075 to 971
 *  @return below 0, 0, above 0: as the decimal is less, equal or greater */
int loom_decimal_compare(const struct loom_decimal *decimal, uint64_t mantissa, int exponent);

/** The middle between this double and the next greater one. */
uint64_t loom_double_middle(uint64_t bits, int *exponent);

/** value * 10^exponent; exact to the last bit if the value is a whole number below 2^53 and the
 *  exponent -22 to 22, otherwise some units in the last place off. */
double loom_double_scale(double value, int exponent);

#endif
