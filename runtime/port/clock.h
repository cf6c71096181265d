/* SPDX-License-Identifier: Apache-2.0 */
/** The clocks of a POSIX system. */
#ifndef LOOM_PORT_CLOCK_H
#define LOOM_PORT_CLOCK_H

#include <stdint.h>

/** Milliseconds of a clock that never goes back. */
uint64_t loom_clock_monotonic_ms(void);

/** Milliseconds since 1970-01-01 UTC, or 0 if the system does not know. */
int64_t loom_clock_unix_ms(void);

#endif
