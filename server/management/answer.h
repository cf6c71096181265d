/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a client tells, value by value, with names and types from the generated tables.
 */
#ifndef LOOM_ANSWER_H
#define LOOM_ANSWER_H

#include "catalog/catalog.h"
#include "loom/codec.h"
#include "registry/client.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A value of an answer. */
struct loom_dm_value {
    struct loom_path path;
    const char *name;  /**< NULL: the tables do not know the resource */
    const char *units; /**< never NULL */
    /** What the value is called, such as `Downloaded`; NULL: a number is a number. Lasts as the
     *  catalog does. */
    const char *meaning;
    /** LOOM_NONE: it cannot be read as what the tables say, or they say nothing; see `raw`. Also
     * for a multiple resource without instances, whose `raw` is empty. */
    struct loom_value value;
    struct loom_bytes raw;
    bool secret; /**< key material: neither of them may be shown */
    double time; /**< when it was so, as loom_decode_time() has it; 0: now */
};

/** Reads an answer. Members are private. */
struct loom_dm_answer {
    struct loom_decoder decoder;
    const struct loom_catalog *catalog;
    const struct loom_dm_client *client;
    uint16_t object; /**< whose version is `version` */
    struct loom_object_version version;
};

/**
 * Begins to read a payload that shows `path`: the answer to a Read, a notification, or what a
 * client sent, for the root.
 * @param client  whose it is, for the versions of its objects; NULL: any version
 * @param scratch room for one value that has to be decoded; the length of the payload is enough
 * @return LOOM_UNSUPPORTED_FORMAT; LOOM_BAD_REQUEST the format does not fit the path
 */
enum loom_status loom_dm_answer_begin(struct loom_dm_answer *answer,
                                      const struct loom_catalog *catalog,
                                      const struct loom_dm_client *client,
                                      const struct loom_path *path, uint16_t format,
                                      struct loom_bytes payload, uint8_t *scratch,
                                      size_t scratch_size);

/** @return LOOM_OK with the next value, which lasts until the next call; LOOM_END; LOOM_BAD_REQUEST
 *  malformed */
enum loom_status loom_dm_answer_next(struct loom_dm_answer *answer, struct loom_dm_value *value);

#ifdef __cplusplus
}
#endif

#endif
