/* SPDX-License-Identifier: Apache-2.0 */
/** The command line of loom-client. */
#ifndef LOOM_CLIENT_OPTIONS_H
#define LOOM_CLIENT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sha256.h"

#define CLIENT_KEY_MAX      64u
#define CLIENT_IDENTITY_MAX 128u
#define CLIENT_SETTINGS_MAX 32u

struct client_options {
    const char *endpoint;
    const char *bootstrap; /**< URI or NULL */
    const char *server;    /**< URI or NULL */
    const char *identity;  /**< "" without */
    uint8_t key[CLIENT_KEY_MAX];
    size_t key_length;
    uint32_t hold_off;
    uint32_t lifetime;
    uint16_t lwm2m;
    uint16_t oldest_lwm2m;
    uint16_t local_port;
    uint32_t answer_max;       /**< 0: as the port does it */
    uint8_t secure_retransmit; /**< 0: as the port does it */
    bool queue_mode;
    bool bootstrap_pack;
    const char *profile_id;                    /**< or NULL */
    const char *settings[CLIENT_SETTINGS_MAX]; /**< `PATH=VALUE` each */
    size_t setting_count;
    const char *state;                           /**< directory or NULL */
    const char *firmware;                        /**< file or NULL */
    uint8_t firmware_sha256[CLIENT_SHA256_SIZE]; /**< of the only image that is good */
    bool has_firmware_sha256;
    bool defer_updates;
    uint8_t firmware_attempts; /**< 0: as the client does it */
    bool exit_on_reboot;
    bool json;
};

enum client_options_result {
    CLIENT_OPTIONS_RUN,
    CLIENT_OPTIONS_DONE, /**< --help, --version: nothing more to do */
    CLIENT_OPTIONS_BAD   /**< said on standard error */
};

/** Reads the command line. A key given there is wiped from `argv`, which other users of the machine
 *  can read. */
enum client_options_result client_options_read(struct client_options *options, int argc,
                                               char **argv);

#endif
