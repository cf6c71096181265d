/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Firmware images: the files of the folder that devices fetch from, and what is known of them. An
 * image that is uploaded is there when it is on the disk as a whole and what is known of it is
 * stored; until then, and if that fails, nothing is changed.
 *
 * A file that was put into the folder by hand is an image from the next start on. What is stored of
 * an image belongs to its content: it is not taken for that of another file of the same name.
 */
#ifndef LOOM_SERVICE_IMAGES_H
#define LOOM_SERVICE_IMAGES_H

#include "database/writer.h"
#include "files/upload.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of the version and of the model that are said of an image. */
#define LOOM_IMAGE_VERSION_MAX 100u
#define LOOM_IMAGE_MODEL_MAX   256u

/** An image. Texts end with NUL. */
struct loom_image {
    const char *name;
    uint64_t size;
    bool is_known; /**< its content was read: `sha256` is that of it */
    uint8_t sha256[LOOM_FILE_DIGEST_SIZE];
    const char *version; /**< that a device has with it; may be empty */
    const char *model;   /**< that it is for; empty: any */
    const char *who;     /**< has uploaded it; may be empty */
    int64_t created;     /**< milliseconds since 1970 */
};

struct loom_images;
struct loom_image_upload;

struct loom_images_config {
    const char *folder;
    struct loom_text node;      /**< whose files these are; lasts as long as the images */
    int64_t (*now)(void *user); /**< milliseconds since 1970 */
    void *user;
};

enum loom_images_status {
    LOOM_IMAGES_OK,
    LOOM_IMAGES_BUSY,       /**< this name is being uploaded or removed, or too many are uploaded */
    LOOM_IMAGES_USED,       /**< by a campaign */
    LOOM_IMAGES_TOO_MANY,   /**< LOOM_FILES_MAX */
    LOOM_IMAGES_FULL,       /**< the disk */
    LOOM_IMAGES_UNWRITTEN,  /**< the folder cannot be written */
    LOOM_IMAGES_NOT_STORED, /**< the database cannot be written now */
    LOOM_IMAGES_NO_MEMORY
};

/** Reads what is stored, and looks what is in the folder.
 *  @param database NULL: nothing is stored
 *  @return NULL: see `error` */
struct loom_images *loom_images_create(const struct loom_images_config *config,
                                       struct loom_database *database,
                                       struct loom_database_error *error);

/** Says who knows whether an image must stay as it is. NULL: none must, as at first */
void loom_images_guard(struct loom_images *images, bool (*is_used)(void *user, const char *name),
                       void *user);

/** Stores by this writer from now on; NULL: by none, as at first. */
void loom_images_write(struct loom_images *images, struct loom_writer *writer);

/** What is under way has failed. The writer has ended. NULL is allowed. */
void loom_images_destroy(struct loom_images *images);

int loom_images_descriptor(const struct loom_images *images);
void loom_images_step(struct loom_images *images);

/** @return NULL: there is none */
const struct loom_image *loom_images_find(const struct loom_images *images, struct loom_text name);

/** @return whether an image is being removed, or is about to be replaced by one that is whole. */
bool loom_image_is_going(const struct loom_images *images, const struct loom_image *image);

/** Gives the images in the order of their names. NULL starts; @return NULL: no more */
const struct loom_image *loom_images_next(const struct loom_images *images,
                                          const struct loom_image *image);

/** What is said of an image that is uploaded. Copied. */
struct loom_image_order {
    struct loom_text name; /**< good, see loom_file_name_is_good() */
    struct loom_text version;
    struct loom_text model;
    const char *who;
};

/** Hears what became of an upload or a removal. @param image NULL unless it is there now */
typedef void loom_images_done(void *user, enum loom_images_status status,
                              const struct loom_image *image);

/** Begins an upload, which takes the place of an image of the same name in the end.
 *  @param ready as of loom_upload_begin()
 *  @return OK, BUSY, USED, TOO_MANY, NOT_STORED or NO_MEMORY */
enum loom_images_status loom_image_upload_begin(struct loom_images *images,
                                                const struct loom_image_order *order,
                                                void (*ready)(void *user), void *user,
                                                struct loom_image_upload **upload);

/** As loom_upload_put(). @param status out: FULL or UNWRITTEN, if it has failed */
size_t loom_image_upload_put(struct loom_image_upload *upload, struct loom_bytes bytes,
                             enum loom_images_status *status);

/** All has been put. `done` is called later, and the upload is over then. */
void loom_image_upload_finish(struct loom_image_upload *upload, loom_images_done *done, void *user);

/** Drops an upload that was not finished. */
void loom_image_upload_drop(struct loom_image_upload *upload);

/** Reads an image into memory. @param done as of loom_uploads_load() @return false: no memory */
bool loom_images_load(struct loom_images *images, const char *name, size_t most,
                      void (*done)(void *user, struct loom_shared *bytes), void *user);

/** Removes an image. `done` is called later, if OK.
 *  @return OK, BUSY, USED, NOT_STORED or NO_MEMORY */
enum loom_images_status loom_images_remove(struct loom_images *images,
                                           const struct loom_image *image, loom_images_done *done,
                                           void *user);

#ifdef __cplusplus
}
#endif

#endif
