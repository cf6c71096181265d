/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "coap_internal.h"

#include <time.h>

uint64_t loom_coap_clock_monotonic_ms(void)
{
    struct timespec now;

    /* CLOCK_MONOTONIC cannot fail where it exists, and POSIX systems we run on have it. */
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

/* Milliseconds since 1970-01-01 UTC, or 0 if the system does not know. */
static int64_t unix_ms(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_REALTIME, &now) != 0 || now.tv_sec <= 0) {
        return 0;
    }
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t clock_offset(const struct loom_coap_port *port)
{
    return port->config.clock_offset_ms != NULL ? *port->config.clock_offset_ms : 0;
}

uint64_t loom_coap_now(const struct loom_coap_port *port)
{
    return loom_coap_clock_monotonic_ms() + (uint64_t)clock_offset(port);
}

uint64_t loom_coap_turn_now(const struct loom_coap_port *port)
{
    return port->turn_real + (uint64_t)clock_offset(port);
}

int64_t loom_coap_unix_time(const struct loom_coap_port *port)
{
    int64_t now = unix_ms();

    return now == 0 ? 0 : (now + clock_offset(port)) / 1000;
}
