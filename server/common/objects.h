/* SPDX-License-Identifier: Apache-2.0 */
/** What the standard says of the objects that it gives a meaning itself, as a server needs it. */
#ifndef LOOM_SERVER_OBJECTS_H
#define LOOM_SERVER_OBJECTS_H

#include "loom/ids.h"

#include <stdbool.h>
#include <stdint.h>

/** The version of an object as a client registers it. */
struct loom_object_version {
    uint8_t major; /**< 0: any version */
    uint8_t minor;
};

/** @return whether an object may be in an object list (rule B-6). */
static inline bool loom_object_is_listed(uint16_t object)
{
    return object != LOOM_ID_SECURITY && object != LOOM_ID_OSCORE && object != LOOM_ID_COSE;
}

/** @return whether an object is one of the enabler itself, whose version follows from the client's
 *  release (rule B-28). */
static inline bool loom_object_is_in_enabler(uint16_t object)
{
    return object <= LOOM_ID_RELEASE_LAST || object == LOOM_ID_OSCORE ||
           (object >= LOOM_ID_COSE && object <= 27);
}

#endif
