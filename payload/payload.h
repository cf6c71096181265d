/* SPDX-License-Identifier: Apache-2.0 */
/** What loom-payload is made of: it reads a payload with the readers of the device, and writes it
 * with its writers. */
#ifndef LOOM_PAYLOAD_H
#define LOOM_PAYLOAD_H

#include "arena.h"
#include "model.h"

#include "loom/codec.h"

#include <stdio.h>

/** The exit status of the program. */
enum {
    PAYLOAD_GOOD = 0,
    PAYLOAD_MALFORMED = 1, /**< or it cannot be written in the format that was asked for */
    PAYLOAD_USAGE = 2
};

/* ---- types (types.c) ------------------------------------------------------------------------- */

struct payload_type {
    struct loom_path path;
    enum loom_type type;
};

/** What is known besides the payload. Starts with all members 0. */
struct payload_known {
    struct loomc_models models;
    struct payload_type *types;
    size_t type_count;
    size_t type_room;
};

/** Adds `/3/0/9=Integer`. @return false if it is none */
bool payload_types_add(struct payload_known *known, struct loomc_arena *arena, const char *text);

/** Reads a model, or all models of a folder. Reports what is wrong with them to standard error.
 *  @return false if anything is */
bool payload_models_add(struct payload_known *known, struct loomc_arena *arena, const char *path);

/** @return the type of a resource or resource instance, LOOM_NONE if it is unknown */
enum loom_type payload_type_of(const struct payload_known *known, const struct loom_path *path);

/** @return the object in its highest version, or NULL */
const struct loomc_object *payload_object(const struct payload_known *known, uint16_t id);

/** @return the name of a type as the lists have it: `UNSIGNED_INTEGER` */
const char *payload_type_name(enum loom_type type);

/* ---- payloads (read.c) ----------------------------------------------------------------------- */

enum payload_kind {
    PAYLOAD_VALUE,
    PAYLOAD_NAME,    /**< of a list of paths: no value */
    PAYLOAD_NOTHING, /**< a multiple resource without instances */
    PAYLOAD_DELETED
};

/** One item of a payload. */
struct payload_item {
    struct loom_path path;
    enum payload_kind kind;
    struct loom_value value;
    double time; /**< 0: none */
    size_t offset;
};

struct payload {
    const struct loom_format *format;
    struct loom_path base;
    struct payload_item *items; /**< in the order of the payload */
    size_t count;
    size_t room;
};

/** Where a payload is wrong. */
struct payload_fault {
    size_t offset;
    const char *what;
};

/** Reads and checks a payload; all values are copied. @return false if it is malformed */
bool payload_read(struct payload *payload, struct loomc_arena *arena,
                  const struct payload_known *known, struct loom_bytes bytes,
                  struct payload_fault *fault);

/** The items in ascending order of their paths; those of one path as they came. */
struct payload_item **payload_sorted(const struct payload *payload, struct loomc_arena *arena);

/* ---- output (write.c, show.c) ---------------------------------------------------------------- */

/** Writes a payload in a format. @return what the format cannot express, or NULL */
const char *payload_write(const struct payload *payload, struct loomc_arena *arena,
                          const struct loom_format *format, struct loom_bytes *bytes);

/** Prints it for people: a line for each item. */
void payload_show(const struct payload *payload, const struct payload_known *known, FILE *file);

/** Prints it as JSON: `[{"path":"/3/0/9","type":"INTEGER","value":95}]`. */
void payload_list(const struct payload *payload, FILE *file);

#endif
