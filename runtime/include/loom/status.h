/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The outcome of every operation of the runtime.
 *
 * A failure is the CoAP response code that a peer gets for it (RFC 7252 section 12.1.2; the codes
 * that LwM2M allows: Transport 6.7, rules A.3, B.1 and C-1), so no layer translates the errors of
 * another.
 *
 * The rules that headers cite, such as H.2 or A-85, are in docs/rules.md; Core and Transport are
 * the specifications of LwM2M 1.2.2.
 */
#ifndef LOOM_STATUS_H
#define LOOM_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

/** A CoAP code `class.detail` as a message has it: 3 bits of class, 5 bits of detail. */
#define LOOM_CODE(class, detail) ((class) * 32 + (detail))

/** Success codes that a peer may answer. */
#define LOOM_CREATED LOOM_CODE(2, 1)
#define LOOM_DELETED LOOM_CODE(2, 2)
#define LOOM_CHANGED LOOM_CODE(2, 4)
#define LOOM_CONTENT LOOM_CODE(2, 5)
/** Asks for the next piece of a body that is taken in pieces (RFC 7959). */
#define LOOM_CONTINUE LOOM_CODE(2, 31)

enum loom_status {
    LOOM_OK = 0,
    /** An iterator has nothing more to give. Never sent to a peer. */
    LOOM_END = 1,
    LOOM_BAD_REQUEST = LOOM_CODE(4, 0),        /**< wrong format, type or range; undetermined */
    LOOM_UNAUTHORIZED = LOOM_CODE(4, 1),       /**< access right denied */
    LOOM_FORBIDDEN = LOOM_CODE(4, 3),          /**< this endpoint may not register */
    LOOM_NOT_FOUND = LOOM_CODE(4, 4),          /**< no such object, instance or resource */
    LOOM_METHOD_NOT_ALLOWED = LOOM_CODE(4, 5), /**< the target does not allow this operation */
    LOOM_NOT_ACCEPTABLE = LOOM_CODE(4, 6),     /**< no such answer format; inconsistent at Finish */
    LOOM_CONFLICT = LOOM_CODE(4, 9),           /**< object list cannot be found out (1.1+) */
    LOOM_PRECONDITION_FAILED = LOOM_CODE(4, 12), /**< LwM2M version not supported */
    LOOM_TOO_LARGE = LOOM_CODE(4, 13),           /**< does not fit the room the product has */
    LOOM_UNSUPPORTED_FORMAT = LOOM_CODE(4, 15),  /**< content format of the payload not supported */
    LOOM_INTERNAL_ERROR = LOOM_CODE(5, 0),       /**< anything else */
    LOOM_NOT_IMPLEMENTED = LOOM_CODE(5, 1),      /**< operation optional and left out */
    LOOM_UNAVAILABLE = LOOM_CODE(5, 3)           /**< the port cannot do it at the moment */
};

#ifdef __cplusplus
}
#endif

#endif
