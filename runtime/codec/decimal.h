/* SPDX-License-Identifier: Apache-2.0 */
/** Decimal numbers and doubles, exactly: by one whole number of a bounded size on the stack. */
#ifndef LOOM_CODEC_DECIMAL_H
#define LOOM_CODEC_DECIMAL_H

#include <stddef.h>
#include <stdint.h>

/** 0.ddd * 10^point. Digits somewhere else, as text. */
struct loom_decimal {
    const char *digits; /**< the first one is not 0; a point may be among them */
    int32_t count;      /**< digits, without the point; 0: the number is 0 */
    int32_t before;     /**< how many are in front of the point; LOOM_NO_POINT: there is none */
    int32_t point;
};

#define LOOM_NO_POINT INT32_MAX

#define LOOM_DECIMAL_ROOM 20u

/** value * 10^exponent. `room` must last as long as the result. */
struct loom_decimal loom_decimal_of(uint64_t value, int exponent, char room[LOOM_DECIMAL_ROOM]);

/** The double that is nearest, of two the even one; infinite beyond all of them. */
double loom_decimal_to_double(const struct loom_decimal *decimal);

/** So many digits tell each double from the next ones. */
#define LOOM_DOUBLE_DIGITS 17

/** The first digits, cut off behind them, and one more.
 *  @param value above 0 and finite
 *  @return the point: value = 0.ddd... * 10^point */
int32_t loom_double_digits(double value, char digits[LOOM_DOUBLE_DIGITS + 1]);

#endif
