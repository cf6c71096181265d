/* SPDX-License-Identifier: Apache-2.0 */
#include "service/images.h"

#include "common/list.h"
#include "common/text.h"
#include "store/stored_image.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    struct loom_image image; /* first: an image seen outside is its entry */
    struct loom_list place;
    int64_t modified; /* the file, nanoseconds */
    bool busy;        /* it is being removed */
    bool unreadable;
    char texts[];
};

struct loom_images {
    struct loom_images_config config;
    struct loom_uploads *uploads;
    struct loom_writer *writer;
    struct loom_list all; /* in the order of the names */
    struct loom_list coming;
    size_t count;
    struct entry *looked; /* whose content is being read */
    bool (*is_used)(void *user, const char *name);
    void *guard;
    bool ending;
};

struct loom_image_upload {
    struct loom_images *images;
    struct loom_list place;
    struct loom_upload *file;
    struct entry *entry; /* that will be */
    bool is_whole;       /* nobody uses the one that it replaces, and nobody may begin to */
    loom_images_done *done;
    void *user;
};

/* ---- entries --------------------------------------------------------------------------------- */

static struct entry *entry_of(const struct loom_image *image)
{
    return (struct entry *)(uintptr_t)image;
}

static const char *put(char **at, struct loom_text text)
{
    char *copy = *at;
    if (text.length > 0) {
        memcpy(copy, text.data, text.length);
    }
    copy[text.length] = '\0';
    *at += text.length + 1;
    return copy;
}

static struct entry *new_entry(struct loom_text name, struct loom_text version,
                               struct loom_text model, struct loom_text who)
{
    struct entry *entry =
        calloc(1, sizeof *entry + name.length + version.length + model.length + who.length + 4);
    if (entry != NULL) {
        char *at = entry->texts;
        entry->image.name = put(&at, name);
        entry->image.version = put(&at, version);
        entry->image.model = put(&at, model);
        entry->image.who = put(&at, who);
        loom_list_begin(&entry->place);
    }
    return entry;
}

const struct loom_image *loom_images_next(const struct loom_images *images,
                                          const struct loom_image *image)
{
    const struct loom_list *next = image == NULL ? images->all.next : entry_of(image)->place.next;
    return next == &images->all ? NULL
                                : &LOOM_LIST_ENTRY((uintptr_t)next, struct entry, place)->image;
}

const struct loom_image *loom_images_find(const struct loom_images *images, struct loom_text name)
{
    const struct loom_image *image = loom_images_next(images, NULL);
    while (image != NULL && !loom_text_is(name, image->name)) {
        image = loom_images_next(images, image);
    }
    return image;
}

static void forget(struct loom_images *images, struct entry *entry)
{
    images->count--;
    images->looked = images->looked == entry ? NULL : images->looked;
    loom_list_remove(&entry->place);
    free(entry);
}

/* In the place of the one of the same name, or between its neighbours. */
static void enter(struct loom_images *images, struct entry *entry)
{
    struct loom_list *at = images->all.next;
    while (at != &images->all) {
        struct entry *other = LOOM_LIST_ENTRY(at, struct entry, place);
        int order = strcmp(other->image.name, entry->image.name);
        at = at->next;
        if (order == 0) {
            forget(images, other);
        } else if (order > 0) {
            at = &other->place;
            break;
        }
    }
    loom_list_append(at, &entry->place);
    images->count++;
}

static void take_about(struct entry *entry, const struct loom_file_about *about)
{
    entry->image.size = about->size;
    entry->modified = about->modified;
    memcpy(entry->image.sha256, about->sha256, sizeof entry->image.sha256);
    entry->image.is_known = true;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static struct loom_stored_image row_of(const struct loom_images *images, const struct entry *entry)
{
    const struct loom_image *image = &entry->image;
    return (struct loom_stored_image){
        .node = images->config.node,
        .name = loom_string_text(image->name),
        .size = (int64_t)image->size,
        .modified = entry->modified,
        .sha256 = {image->sha256, sizeof image->sha256},
        .version = loom_string_text(image->version),
        .model = loom_string_text(image->model),
        .who = loom_string_text(image->who),
        .created = image->created,
    };
}

/* ---- what is there at the beginning ---------------------------------------------------------- */

static void look_next(struct loom_images *images);

static void looked(void *user, enum loom_upload_status status, const struct loom_file_about *about)
{
    struct loom_images *images = user;
    struct entry *entry = images->looked; /* NULL: another has taken its place */
    images->looked = NULL;
    if (entry != NULL && status == LOOM_UPLOAD_OK) {
        bool same = memcmp(entry->image.sha256, about->sha256, sizeof about->sha256) == 0;
        take_about(entry, about);
        if (!same) { /* what is stored is of another content */
            entry->image.version = entry->image.model = entry->image.who = "";
            entry->image.created = about->modified / 1000000;
        }
    } else if (entry != NULL) {
        entry->unreadable = true;
    }
    if (!images->ending) {
        look_next(images);
    }
}

/* One after the other: each takes as long as its file is. */
static void look_next(struct loom_images *images)
{
    const struct loom_image *image = NULL;
    while ((image = loom_images_next(images, image)) != NULL) {
        struct entry *entry = entry_of(image);
        if (!image->is_known && !entry->unreadable) {
            images->looked = entry;
            if (!loom_uploads_look(images->uploads, image->name, looked, images)) {
                images->looked = NULL;
            }
            return;
        }
    }
}

static void see_file(void *user, const char *name, const struct loom_file_about *about)
{
    struct loom_images *images = user;
    const struct loom_text none = {NULL, 0};
    struct entry *entry = new_entry(loom_string_text(name), none, none, none);
    if (entry != NULL) {
        entry->image.size = about->size;
        entry->image.created = about->modified / 1000000;
        entry->modified = about->modified;
        enter(images, entry);
    }
}

/* A row whose file has changed meanwhile is believed when the content was read. */
static bool see_row(void *user, const struct loom_stored_image *row)
{
    struct loom_images *images = user;
    const struct loom_image *there = loom_images_find(images, row->name);
    if (there == NULL || (int64_t)there->size != row->size ||
        row->sha256.length != LOOM_FILE_DIGEST_SIZE) {
        return true;
    }
    struct entry *entry = new_entry(row->name, row->version, row->model, row->who);
    if (entry != NULL) {
        entry->image.size = there->size;
        entry->image.created = row->created;
        entry->modified = entry_of(there)->modified;
        entry->image.is_known = entry->modified == row->modified;
        memcpy(entry->image.sha256, row->sha256.data, row->sha256.length);
        enter(images, entry);
    }
    return true;
}

struct loom_images *loom_images_create(const struct loom_images_config *config,
                                       struct loom_database *database,
                                       struct loom_database_error *error)
{
    struct loom_images *images = calloc(1, sizeof *images);
    struct loom_uploads *uploads = images == NULL ? NULL : loom_uploads_create(config->folder);
    if (uploads == NULL) {
        (void)snprintf(error->text, sizeof error->text, "%s", strerror(errno));
        free(images);
        return NULL;
    }
    images->config = *config;
    images->uploads = uploads;
    loom_list_begin(&images->all);
    loom_list_begin(&images->coming);
    loom_uploads_each(uploads, see_file, images);
    if (database != NULL &&
        loom_stored_image_each(database, config->node, see_row, images) != LOOM_DATABASE_OK) {
        (void)snprintf(error->text, sizeof error->text, "%s", loom_database_error(database));
        loom_images_destroy(images);
        return NULL;
    }
    look_next(images);
    return images;
}

void loom_images_guard(struct loom_images *images, bool (*used)(void *user, const char *name),
                       void *user)
{
    images->is_used = used;
    images->guard = user;
}

bool loom_images_load(struct loom_images *images, const char *name, size_t most,
                      void (*done)(void *user, struct loom_shared *bytes), void *user)
{
    return loom_uploads_load(images->uploads, name, most, done, user);
}

void loom_images_write(struct loom_images *images, struct loom_writer *writer)
{
    images->writer = writer;
}

void loom_images_destroy(struct loom_images *images)
{
    if (images == NULL) {
        return;
    }
    images->ending = true;
    loom_uploads_destroy(images->uploads);
    while (!loom_list_is_empty(&images->all)) {
        forget(images, LOOM_LIST_ENTRY(images->all.next, struct entry, place));
    }
    free(images);
}

int loom_images_descriptor(const struct loom_images *images)
{
    return loom_uploads_descriptor(images->uploads);
}

void loom_images_step(struct loom_images *images)
{
    loom_uploads_step(images->uploads);
}

/* ---- uploading ------------------------------------------------------------------------------- */

/* @return NULL: none of this name is coming */
static const struct loom_image_upload *coming(const struct loom_images *images,
                                              struct loom_text name)
{
    for (struct loom_list *at = images->coming.next; at != &images->coming; at = at->next) {
        const struct loom_image_upload *upload =
            LOOM_LIST_ENTRY(at, struct loom_image_upload, place);
        if (loom_text_is(name, upload->entry->image.name)) {
            return upload;
        }
    }
    return NULL;
}

bool loom_image_is_going(const struct loom_images *images, const struct loom_image *image)
{
    const struct loom_image_upload *next = coming(images, loom_string_text(image->name));
    return entry_of(image)->busy || (next != NULL && next->is_whole);
}

static bool is_used(const struct loom_images *images, const char *name)
{
    return images->is_used != NULL && images->is_used(images->guard, name);
}

/* Whoever waits for a database that does not answer may wait long. */
static bool post(const struct loom_images *images, const struct loom_writer_job *job)
{
    return !loom_writer_lost(images->writer) && loom_writer_post(images->writer, job) != 0;
}

enum loom_images_status loom_image_upload_begin(struct loom_images *images,
                                                const struct loom_image_order *order,
                                                void (*ready)(void *user), void *user,
                                                struct loom_image_upload **upload)
{
    const struct loom_image *there = loom_images_find(images, order->name);
    if (coming(images, order->name) != NULL || (there != NULL && entry_of(there)->busy)) {
        return LOOM_IMAGES_BUSY;
    }
    if (there != NULL && is_used(images, there->name)) {
        return LOOM_IMAGES_USED;
    }
    if (images->writer != NULL && loom_writer_lost(images->writer)) {
        return LOOM_IMAGES_NOT_STORED;
    }
    if (there == NULL && images->count >= LOOM_FILES_MAX - LOOM_UPLOADS_MAX) {
        return LOOM_IMAGES_TOO_MANY;
    }
    struct loom_image_upload *begun = calloc(1, sizeof *begun);
    struct entry *entry =
        new_entry(order->name, order->version, order->model, loom_string_text(order->who));
    struct loom_upload *file =
        begun == NULL || entry == NULL ? NULL : loom_upload_begin(images->uploads, ready, user);
    if (file == NULL) {
        enum loom_images_status status =
            begun == NULL || entry == NULL ? LOOM_IMAGES_NO_MEMORY : LOOM_IMAGES_BUSY;
        free(begun);
        free(entry);
        return status;
    }
    begun->images = images;
    begun->file = file;
    begun->entry = entry;
    loom_list_begin(&begun->place);
    loom_list_append(&images->coming, &begun->place);
    *upload = begun;
    return LOOM_IMAGES_OK;
}

static enum loom_images_status status_of(enum loom_upload_status status)
{
    return status == LOOM_UPLOAD_OK     ? LOOM_IMAGES_OK
           : status == LOOM_UPLOAD_FULL ? LOOM_IMAGES_FULL
                                        : LOOM_IMAGES_UNWRITTEN;
}

size_t loom_image_upload_put(struct loom_image_upload *upload, struct loom_bytes bytes,
                             enum loom_images_status *status)
{
    size_t taken = loom_upload_put(upload->file, bytes);
    *status = status_of(loom_upload_status(upload->file));
    return taken;
}

static void free_upload(struct loom_image_upload *upload)
{
    loom_list_remove(&upload->place);
    free(upload->entry);
    free(upload);
}

void loom_image_upload_drop(struct loom_image_upload *upload)
{
    loom_upload_drop(upload->file);
    free_upload(upload);
}

static void fail(struct loom_image_upload *upload, enum loom_images_status status)
{
    upload->done(upload->user, status, NULL);
    free_upload(upload);
}

/* What is stored is as before again: that is of the image that is still there, or of none. */
struct undoing {
    struct loom_images *images;
    struct entry *entry; /* a copy; only its name is of use if it was not there */
    bool was_there;
};

static enum loom_database_status run_undo(struct loom_database *database, void *data)
{
    const struct undoing *undoing = data;
    const struct loom_stored_image row = row_of(undoing->images, undoing->entry);
    return undoing->was_there ? loom_stored_image_save(database, &row)
                              : loom_stored_image_remove(database, row.node, row.name);
}

static void undone(void *data, enum loom_database_status status)
{
    struct undoing *undoing = data;
    (void)status; /* then the next start finds that the row is not of the file */
    free(undoing->entry);
    free(undoing);
}

static void undo(struct loom_images *images, const char *name)
{
    const struct loom_image *there = loom_images_find(images, loom_string_text(name));
    struct undoing *undoing = images->writer == NULL ? NULL : calloc(1, sizeof *undoing);
    const struct loom_writer_job job = {.run = run_undo, .done = undone, .data = undoing};
    if (undoing == NULL) {
        return;
    }
    undoing->images = images;
    undoing->was_there = there != NULL;
    undoing->entry = there == NULL
                         ? new_entry(loom_string_text(name), loom_string_text(""),
                                     loom_string_text(""), loom_string_text(""))
                         : new_entry(loom_string_text(name), loom_string_text(there->version),
                                     loom_string_text(there->model), loom_string_text(there->who));
    if (undoing->entry != NULL && there != NULL) {
        undoing->entry->image.size = there->size;
        undoing->entry->image.created = there->created;
        undoing->entry->modified = entry_of(there)->modified;
        memcpy(undoing->entry->image.sha256, there->sha256, sizeof there->sha256);
    }
    if (undoing->entry == NULL || !post(images, &job)) {
        undone(undoing, LOOM_DATABASE_LOST);
    }
}

static void published(void *user, enum loom_upload_status status,
                      const struct loom_file_about *about)
{
    struct loom_image_upload *upload = user;
    struct loom_images *images = upload->images;
    struct entry *entry = upload->entry;
    (void)about;
    if (status != LOOM_UPLOAD_OK) {
        undo(images, entry->image.name);
        fail(upload, status_of(status));
        return;
    }
    enter(images, entry);
    upload->entry = NULL;
    upload->done(upload->user, LOOM_IMAGES_OK, &entry->image);
    free_upload(upload);
}

static void publish(struct loom_image_upload *upload)
{
    loom_upload_publish(upload->file, upload->entry->image.name, published, upload);
}

static enum loom_database_status run_save(struct loom_database *database, void *data)
{
    const struct loom_image_upload *upload = data;
    const struct loom_stored_image row = row_of(upload->images, upload->entry);
    return loom_stored_image_save(database, &row);
}

static void saved(void *data, enum loom_database_status status)
{
    struct loom_image_upload *upload = data;
    if (status == LOOM_DATABASE_OK) {
        publish(upload);
    } else {
        loom_upload_drop(upload->file);
        fail(upload, status == LOOM_DATABASE_FULL ? LOOM_IMAGES_FULL : LOOM_IMAGES_NOT_STORED);
    }
}

static void finished(void *user, enum loom_upload_status status,
                     const struct loom_file_about *about)
{
    struct loom_image_upload *upload = user;
    struct loom_images *images = upload->images;
    const struct loom_writer_job job = {.run = run_save, .done = saved, .data = upload};
    if (status == LOOM_UPLOAD_OK && !images->ending) {
        take_about(upload->entry, about);
        upload->entry->image.created = images->config.now(images->config.user);
        upload->is_whole = !is_used(images, upload->entry->image.name);
        if (!upload->is_whole) {
            loom_upload_drop(upload->file);
            fail(upload, LOOM_IMAGES_USED);
        } else if (images->writer == NULL) {
            publish(upload);
        } else if (!post(images, &job)) {
            loom_upload_drop(upload->file);
            fail(upload, LOOM_IMAGES_NOT_STORED);
        }
        return;
    }
    loom_upload_drop(upload->file);
    fail(upload, status == LOOM_UPLOAD_OK ? LOOM_IMAGES_UNWRITTEN : status_of(status));
}

void loom_image_upload_finish(struct loom_image_upload *upload, loom_images_done *done, void *user)
{
    upload->done = done;
    upload->user = user;
    loom_upload_finish(upload->file, finished, upload);
}

/* ---- removing -------------------------------------------------------------------------------- */

struct removal {
    struct loom_images *images;
    struct entry *entry;
    loom_images_done *done;
    void *user;
};

static void end_removal(struct removal *removal, enum loom_images_status status)
{
    removal->entry->busy = false;
    if (status == LOOM_IMAGES_OK) {
        forget(removal->images, removal->entry);
    }
    removal->done(removal->user, status, NULL);
    free(removal);
}

static void removed(void *user, enum loom_upload_status status, const struct loom_file_about *about)
{
    (void)about;
    end_removal(user, status_of(status));
}

static void remove_file(struct removal *removal)
{
    if (!loom_uploads_remove(removal->images->uploads, removal->entry->image.name, removed,
                             removal)) {
        end_removal(removal, LOOM_IMAGES_NO_MEMORY);
    }
}

static enum loom_database_status run_remove(struct loom_database *database, void *data)
{
    const struct removal *removal = data;
    return loom_stored_image_remove(database, removal->images->config.node,
                                    loom_string_text(removal->entry->image.name));
}

static void row_removed(void *data, enum loom_database_status status)
{
    struct removal *removal = data;
    if (status == LOOM_DATABASE_OK) {
        remove_file(removal);
    } else {
        end_removal(removal, LOOM_IMAGES_NOT_STORED);
    }
}

enum loom_images_status loom_images_remove(struct loom_images *images,
                                           const struct loom_image *image, loom_images_done *done,
                                           void *user)
{
    struct entry *entry = entry_of(image);
    if (entry->busy || coming(images, loom_string_text(image->name)) != NULL) {
        return LOOM_IMAGES_BUSY;
    }
    if (is_used(images, image->name)) {
        return LOOM_IMAGES_USED;
    }
    struct removal *removal = malloc(sizeof *removal);
    const struct loom_writer_job job = {.run = run_remove, .done = row_removed, .data = removal};
    if (removal == NULL) {
        return LOOM_IMAGES_NO_MEMORY;
    }
    *removal = (struct removal){images, entry, done, user};
    if (images->writer != NULL && !post(images, &job)) {
        free(removal);
        return LOOM_IMAGES_NOT_STORED;
    }
    entry->busy = true;
    if (images->writer == NULL) {
        remove_file(removal);
    }
    return LOOM_IMAGES_OK;
}
