/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What is known of firmware images besides their bytes, which are files of a node.
 */
#ifndef LOOM_STORED_IMAGE_H
#define LOOM_STORED_IMAGE_H

#include "database/database.h"

#ifdef __cplusplus
extern "C" {
#endif

struct loom_stored_image {
    struct loom_text node; /**< that has the file; may be empty */
    struct loom_text name; /**< of the file */
    int64_t size;
    int64_t modified;         /**< the file, nanoseconds since 1970 */
    struct loom_bytes sha256; /**< of its content */
    struct loom_text version; /**< that a device has with it; may be empty */
    struct loom_text model;   /**< that it is for; empty: any */
    struct loom_text who;     /**< has uploaded it; may be empty */
    int64_t created;
};

/** @return false: no more of them are wanted */
typedef bool loom_stored_image_visitor(void *user, const struct loom_stored_image *image);

/** Stores an image, in the place of one of the same node and name. */
enum loom_database_status loom_stored_image_save(struct loom_database *database,
                                                 const struct loom_stored_image *image);

/** Removes an image; one that is not there is removed. */
enum loom_database_status loom_stored_image_remove(struct loom_database *database,
                                                   struct loom_text node, struct loom_text name);

/** Shows those of a node, in the order of their names. */
enum loom_database_status loom_stored_image_each(struct loom_database *database,
                                                 struct loom_text node,
                                                 loom_stored_image_visitor *visit, void *user);

#ifdef __cplusplus
}
#endif

#endif
