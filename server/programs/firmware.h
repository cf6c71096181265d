/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Firmware images as a part of loom-server: what is in the directory of `--files`, and its REST.
 * For loom-server only.
 */
#ifndef LOOM_PROGRAM_FIRMWARE_H
#define LOOM_PROGRAM_FIRMWARE_H

#include "programs/program.h"
#include "web/image_routes.h"

/** All zero before it is begun. */
struct loom_program_firmware {
    struct loom_program *program;
    struct loom_images *images; /**< NULL without `--files` */
    struct loom_web_images image_routes;
};

/** Reads what is known of images. @param database NULL without `--store`
 *  @param node of this server; lasts as long as it does
 *  @return false after an error, which has been printed */
bool loom_program_firmware_begin(struct loom_program_firmware *self, struct loom_program *program,
                                 struct loom_database *database, const char *node);

/** Adds the routes. @return false: out of memory */
bool loom_program_firmware_serve(struct loom_program_firmware *self, struct loom_http *http);

/** Stores by this writer from now on; NULL: by none. */
void loom_program_firmware_write(struct loom_program_firmware *self, struct loom_writer *writer);

/** After the HTTP listener and the writer have ended. */
void loom_program_firmware_end(struct loom_program_firmware *self);

#endif
