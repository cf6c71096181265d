/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The firmware of this device is a file: what loom/firmware.h asks of a product, for a program.
 *
 * An image is written to FILE.part, which outlives the program; installing it is to rename it to
 * FILE and to start the program again. State and progress are the client's, in its store.
 */
#ifndef LOOM_CLIENT_FIRMWARE_H
#define LOOM_CLIENT_FIRMWARE_H

#include <limits.h>

#include "loom/client.h"
#include "loom/firmware.h"
#include "sha256.h"

struct client_firmware_config {
    const char *file;
    /** The digest of the only image that is good, CLIENT_SHA256_SIZE bytes; NULL: any is. */
    const uint8_t *wanted;
    uint8_t attempts_most; /**< as in loom/firmware.h */
    bool defers;           /**< the user puts each installation off, if the servers let him */
    struct loom_model *model;
    struct loom_client *client;
    void (*failed)(void *user, const char *error); /**< what the file system said */
    void *user;
};

/** All members but `update`, `installed` and `error` are private. Zeroed, it is that of a device
 * without the Firmware Update, of which the functions do nothing. */
struct client_firmware {
    struct loom_firmware update; /**< for the client's configuration */
    bool installed;              /**< the program is to start again */
    struct loom_firmware_port port;
    struct client_firmware_config config;
    char part[PATH_MAX];
    char error[PATH_MAX + 128];
    int folder;                    /**< that FILE is in; -1 */
    int image;                     /**< FILE.part, being written or checked; -1 */
    uint32_t begun;                /**< bytes that were there when it was opened */
    uint32_t length;               /**< bytes of the image */
    struct client_sha256 received; /**< of what has come since */
    bool checking;
    uint32_t checked;           /**< bytes that were read again */
    struct client_sha256 whole; /**< of these */
    struct client_sha256 again; /**< of these, those that have come since it was opened */
    bool named;                 /**< the package has its version */
};

/** Begins; tells the versions that there are, and what became of an image that was being installed.
 *  All that the configuration points to outlives the firmware.
 *  @return false: the folder of the file cannot be used: `error` says why */
bool client_firmware_start(struct client_firmware *firmware,
                           const struct client_firmware_config *config);

/** When client_firmware_step() has to be called, on any clock: 0, at once, or UINT64_MAX. */
uint64_t client_firmware_deadline(const struct client_firmware *firmware);

/** Goes on with what takes long. Before each step of the client. */
void client_firmware_step(struct client_firmware *firmware);

/** The image, or what there is of it, goes, as at a Factory Reset; the file stays. */
void client_firmware_drop(struct client_firmware *firmware);

/** Closes what is open. What there is of an image stays. */
void client_firmware_stop(struct client_firmware *firmware);

#endif
