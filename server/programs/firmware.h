/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Firmware images and campaigns as a part of loom-server: what is in the directory of `--files`,
 * and REST. For loom-server only.
 */
#ifndef LOOM_PROGRAM_FIRMWARE_H
#define LOOM_PROGRAM_FIRMWARE_H

#include "programs/kept.h"
#include "web/campaign_routes.h"
#include "web/image_routes.h"

/** All zero before it is begun. */
struct loom_program_firmware {
    struct loom_program *program;
    struct loom_program_kept *kept;
    struct loom_images *images;       /**< NULL without `--files` */
    struct loom_campaigns *campaigns; /**< as images */
    struct loom_web_images image_routes;
    struct loom_web_campaigns campaign_routes;
    char base[LOOM_COAP_URI_SIZE + 8];
};

/** Reads what is known of images and campaigns, before it is written.
 *  @param kept has devices
 *  @param seed what no peer can guess
 *  @return false after an error, which has been printed */
bool loom_program_firmware_begin(struct loom_program_firmware *self, struct loom_program *program,
                                 struct loom_program_kept *kept, struct loom_dm_updates *updates,
                                 uint64_t seed);

/** Adds the routes. @return false: out of memory */
bool loom_program_firmware_serve(struct loom_program_firmware *self, struct loom_http *http);

/** Stores by this writer from now on; NULL: by none. */
void loom_program_firmware_write(struct loom_program_firmware *self, struct loom_writer *writer);

/** Hear of every event of the server, and of the updates. */
void loom_program_firmware_hear(struct loom_program_firmware *self,
                                const struct loom_dm_event *event);
void loom_program_firmware_hear_update(struct loom_program_firmware *self,
                                       const struct loom_dm_update_event *event);

/** Before the step of the server. */
void loom_program_firmware_step(struct loom_program_firmware *self);

/** @return when the next step is due, on the port's clock */
uint64_t loom_program_firmware_deadline(const struct loom_program_firmware *self);

void loom_program_firmware_metrics(const struct loom_program_firmware *self, FILE *out);

/** After the HTTP listener and the writer have ended; the server is still there. */
void loom_program_firmware_end(struct loom_program_firmware *self);

/** @return an address that this server listens at, as the client speaks to it: with DTLS or
 * without. NULL: it is not known, since the server listens at all */
const char *loom_program_address(const struct loom_program *program,
                                 const struct loom_dm_client *client);

#endif
