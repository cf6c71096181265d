/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The ids of the objects and resources that the standard itself gives a meaning and that a server
 * must know: those of Server Accounts.
 */
#ifndef LOOM_SERVER_OBJECTS_H
#define LOOM_SERVER_OBJECTS_H

#include <stdbool.h>
#include <stdint.h>

enum {
    LOOM_ID_SECURITY = 0,
    LOOM_ID_SERVER = 1,
    LOOM_ID_DEVICE = 3,
    LOOM_ID_OSCORE = 21,
    LOOM_ID_COSE = 23
};

/* Resources of object 0. */
enum {
    LOOM_ID_SECURITY_URI = 0,
    LOOM_ID_SECURITY_IS_BOOTSTRAP = 1,
    LOOM_ID_SECURITY_MODE = 2,
    LOOM_ID_SECURITY_IDENTITY = 3,
    LOOM_ID_SECURITY_SERVER_PUBLIC_KEY = 4,
    LOOM_ID_SECURITY_KEY = 5,
    LOOM_ID_SECURITY_SHORT_SERVER_ID = 10,
    LOOM_ID_SECURITY_HOLD_OFF = 11,
    LOOM_ID_SECURITY_ACCOUNT_TIMEOUT = 12
};

/* Resources of object 1. */
enum {
    LOOM_ID_SERVER_SHORT_SERVER_ID = 0,
    LOOM_ID_SERVER_LIFETIME = 1,
    LOOM_ID_SERVER_STORING = 6,
    LOOM_ID_SERVER_BINDING = 7
};

/** Short Server IDs are 1 to this one (rule A-4). */
#define LOOM_SHORT_SERVER_ID_MAX 65534u

/** @return whether an object may be in an object list (rule B-6). */
static inline bool loom_object_is_listed(uint16_t object)
{
    return object != LOOM_ID_SECURITY && object != LOOM_ID_OSCORE && object != LOOM_ID_COSE;
}

/** @return whether an object is one of the enabler itself, whose version follows from the client's
 *  release (rule B-28). */
static inline bool loom_object_is_in_enabler(uint16_t object)
{
    return object <= 7 || object == LOOM_ID_OSCORE || (object >= LOOM_ID_COSE && object <= 27);
}

#endif
