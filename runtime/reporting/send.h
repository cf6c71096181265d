/* SPDX-License-Identifier: Apache-2.0 */
/** Send, as the client sees it: rules C-34, B-74. Its memory is the outbox of the configuration. */
#ifndef LOOM_REPORTING_SEND_H
#define LOOM_REPORTING_SEND_H

#include "reporting/outbox.h"
#include "reporting/reporting.h"

/** The client's outbox. */
static inline struct loom_outbox loom_outbox_of(const struct loom_context *context)
{
    struct loom_outbox outbox = {context->config.outbox, context->config.outbox_size};
    return outbox;
}

/* ---- compose.c: into the outbox ----------------------------------------------------------------
 */

/** Adds what is to be sent for one server.
 *  @param copies so many there are to be for other servers as well, this one included: there is
 * room for all, or for none
 *  @return as loom_client_send(), but for what it says about servers */
enum loom_status loom_send_add(struct loom_context *context, const struct loom_send *send,
                               uint16_t ssid, uint16_t handle, uint8_t copies);

/** The format of a Send, of those of the product.
 *  @param wanted of the product's; NULL: the first that will do
 *  @param lwm2m  release of the server
 *  @param timed  it must have times
 *  @return NULL: there is none */
const struct loom_format *loom_send_format(const struct loom_product *product,
                                           const struct loom_format *wanted, uint16_t lwm2m,
                                           bool timed);

/* ---- sending.c: out of it ----------------------------------------------------------------------
 */

/** Writes the values of an entry that a server may read now, with their times.
 *  @return whether there are any */
bool loom_send_put(const struct loom_context *context, uint16_t entry, uint16_t ssid,
                   struct loom_encoder *encoder, uint64_t now);

/** Does what is due. @return when it is to be called again */
uint64_t loom_send_run(struct loom_context *context, const struct loom_report_servers *servers,
                       uint64_t now);

/** An exchange with a server has ended. @return false: it was not that of a Send */
bool loom_send_response(struct loom_context *context, const struct loom_report_servers *servers,
                        uint16_t ssid, uint32_t exchange, const struct loom_response *response,
                        enum loom_failure failure);

#endif
