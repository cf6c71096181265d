/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Values on the console of loom-server: words to payloads, checked against the tables. What is
 * wrong is printed, and then the function returns false. For that program only.
 */
#ifndef LOOM_CONSOLE_VALUES_H
#define LOOM_CONSOLE_VALUES_H

#include "loom/codec.h"
#include "firmware/updates.h"
#include "programs/program.h"

struct loom_dm_console {
    struct loom_program *program;
    const struct loom_catalog *catalog;
    struct loom_management_server *server;
    struct loom_dm_updates *updates;
    const struct loom_files *files; /**< NULL: none */
};

/** Writes a value of a resource or resource instance in the text format. The tables know no
 *  product's own objects: then the text goes out as it is, and the client checks alone. */
bool loom_dm_console_put_value(const struct loom_dm_console *console, const char *endpoint,
                               const struct loom_path *path, struct loom_text text,
                               struct loom_output *out);

/** Writes what the words of a line say of one instance in TLV: `5700=21.5` or `sensor-value=21.5`,
 *  `6/0=1` for an instance of a multiple resource. */
bool loom_dm_console_put_resources(const struct loom_dm_console *console, uint16_t object,
                                   char *line, struct loom_output *out);

/** @return whether the tables say that a path is that of a multiple resource as a whole. */
bool loom_dm_console_is_multiple(const struct loom_dm_console *console, const char *endpoint,
                                 const struct loom_path *path);

/** Writes what the words of a line say of one multiple resource in TLV: `0=1 1=5`. */
bool loom_dm_console_put_instances(const struct loom_dm_console *console, const char *endpoint,
                                   const struct loom_path *path, char *line,
                                   struct loom_output *out);

/**
 * Writes what the words of a line say of several objects in SenML CBOR: `/3/0/14=+02:00`, and
 * `-/2/0/2/101` for a resource instance that is to be deleted (rules C-31, D-37).
 * @param format out: SenML-ETCH if there is something to delete
 */
bool loom_dm_console_put_records(const struct loom_dm_console *console, const char *endpoint,
                                 char *line, struct loom_output *out, uint16_t *format);

#endif
