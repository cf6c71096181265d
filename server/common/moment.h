/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Moments as people and scripts read them (RFC 3339), in UTC with milliseconds:
 * `2026-11-30T11:42:30.123Z`.
 */
#ifndef LOOM_SERVER_MOMENT_H
#define LOOM_SERVER_MOMENT_H

#include "loom/value.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LOOM_MOMENT_SIZE 28 /**< with the NUL; years up to 9999 */

/** @param time milliseconds since 1970; one before or after the years 1970 to 9999 is written as
 * the nearest of them */
void loom_moment_write(int64_t time, char text[LOOM_MOMENT_SIZE]);

/** Reads one, with or without fractions of a second, in any zone. @return false: it is none */
bool loom_moment_read(struct loom_text text, int64_t *time);

#ifdef __cplusplus
}
#endif

#endif
