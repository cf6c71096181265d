/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "models/models.h"

#include "models/tables.h"

#include "model_files.h"
#include "xml_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What one call has read: tables that go together. Outside, until it is taken, it is what was
 * given.
 */
struct loom_models_given {
    size_t references; /* snapshots, and the models themselves */
    struct loomc_arena arena;
    struct loom_catalog_object *objects; /* in the arena */
    size_t count;
};

/* A catalog that never changes. */
struct snapshot {
    struct loom_catalog catalog;
    struct loom_catalog_object *objects;
    struct loom_models_given **batches;
    size_t batch_count;
};

struct loom_models {
    struct loom_catalog catalog; /* that of `current` */
    const struct loom_catalog *standard;
    struct snapshot *current;
    struct loom_models_given **batches; /* the newest one last */
    size_t batch_count;
};

static void release_batch(struct loom_models_given *batch)
{
    if (--batch->references == 0) {
        loomc_arena_free(&batch->arena);
        free(batch);
    }
}

static void free_snapshot(struct snapshot *snapshot)
{
    if (snapshot == NULL) {
        return;
    }
    for (size_t i = 0; i < snapshot->batch_count; i++) {
        release_batch(snapshot->batches[i]);
    }
    free(snapshot->batches);
    free(snapshot->objects);
    free(snapshot);
}

/* ---- the order ------------------------------------------------------------------------------- */

static int compare(const struct loom_object *a, const struct loom_object *b)
{
    int by_id = (a->id > b->id) - (a->id < b->id);
    int by_major = (a->version_major > b->version_major) - (a->version_major < b->version_major);
    int by_minor = (a->version_minor > b->version_minor) - (a->version_minor < b->version_minor);
    return by_id != 0 ? by_id : by_major != 0 ? by_major : by_minor;
}

static int compare_entries(const void *left, const void *right)
{
    const struct loom_catalog_object *a = left;
    const struct loom_catalog_object *b = right;
    return compare(a->object, b->object);
}

/* Adds objects to those that are sorted; an object takes the place of one like it. */
static void merge(struct snapshot *snapshot, const struct loom_catalog_object *objects,
                  size_t count)
{
    size_t sorted = snapshot->catalog.count;
    for (size_t i = 0; i < count; i++) {
        struct loom_catalog_object *same =
            sorted == 0 ? NULL
                        : bsearch(&objects[i], snapshot->objects, sorted,
                                  sizeof snapshot->objects[0], compare_entries);
        *(same != NULL ? same : &snapshot->objects[snapshot->catalog.count++]) = objects[i];
    }
    qsort(snapshot->objects, snapshot->catalog.count, sizeof snapshot->objects[0], compare_entries);
}

/* ---- snapshots ------------------------------------------------------------------------------- */

/* @param added is not one of the models' batches yet; NULL: none */
static struct snapshot *make_snapshot(const struct loom_models *models,
                                      struct loom_models_given *added)
{
    size_t room = models->standard->count + (added == NULL ? 0 : added->count);
    struct snapshot *made = calloc(1, sizeof *made);
    for (size_t i = 0; i < models->batch_count; i++) {
        room += models->batches[i]->count;
    }
    if (made == NULL) {
        return NULL;
    }
    made->objects = malloc((room + 1) * sizeof made->objects[0]);
    made->batches = malloc((models->batch_count + 1) * sizeof(struct loom_models_given *));
    if (made->objects == NULL || made->batches == NULL) {
        free_snapshot(made);
        return NULL;
    }
    made->catalog.objects = made->objects;
    merge(made, models->standard->objects, models->standard->count);
    for (size_t i = 0; i < models->batch_count + (added == NULL ? 0u : 1u); i++) {
        struct loom_models_given *batch = i < models->batch_count ? models->batches[i] : added;
        merge(made, batch->objects, batch->count);
        batch->references++;
        made->batches[made->batch_count++] = batch;
    }
    return made;
}

static void show(struct loom_models *models, struct snapshot *snapshot)
{
    free_snapshot(models->current);
    models->current = snapshot;
    models->catalog = snapshot->catalog;
}

/* Nothing of a batch is left that has an object in a newer one. */
static void drop_replaced(struct loom_models *models)
{
    size_t kept = 0;
    for (size_t i = 0; i < models->batch_count; i++) {
        struct loom_models_given *batch = models->batches[i];
        size_t left = 0;
        for (size_t k = 0; k < batch->count; k++) {
            const struct loom_catalog_object *shown =
                bsearch(&batch->objects[k], models->catalog.objects, models->catalog.count,
                        sizeof batch->objects[0], compare_entries);
            if (shown != NULL && shown->object == batch->objects[k].object) {
                batch->objects[left++] = batch->objects[k];
            }
        }
        batch->count = left;
        if (left > 0) {
            models->batches[kept++] = batch;
        } else {
            release_batch(batch);
        }
    }
    models->batch_count = kept;
}

/* Takes a batch over. @return false without memory */
static bool take(struct loom_models *models, struct loom_models_given *batch)
{
    struct loom_models_given **grown =
        realloc(models->batches, (models->batch_count + 1) * sizeof(struct loom_models_given *));
    if (grown == NULL) {
        return false;
    }
    models->batches = grown;
    struct snapshot *made = make_snapshot(models, batch);
    if (made == NULL) {
        return false;
    }
    models->batches[models->batch_count++] = batch;
    show(models, made);
    drop_replaced(models);
    return true;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* What is reported while models are read, a line each. */
struct listener {
    loom_models_report *report;
    void *user;
    char *text; /* of `diagnostics.out` */
    size_t length;
    struct loomc_diagnostics diagnostics;
};

static bool begin_listening(struct listener *listener, loom_models_report *report, void *user)
{
    memset(listener, 0, sizeof *listener);
    listener->report = report;
    listener->user = user;
    listener->diagnostics.errors_only = true;
    listener->diagnostics.out = open_memstream(&listener->text, &listener->length);
    return listener->diagnostics.out != NULL;
}

static void end_listening(struct listener *listener)
{
    (void)fclose(listener->diagnostics.out);
    char *line = listener->text;
    while (line != NULL && *line != '\0') {
        char *end = strchr(line, '\n');
        if (end != NULL) {
            *end = '\0';
        }
        if (listener->report != NULL) {
            listener->report(listener->user, line);
        }
        line = end == NULL ? NULL : end + 1;
    }
    free(listener->text);
}

static const struct loom_catalog_object *find_same(const struct loom_catalog *catalog,
                                                   const struct loom_catalog_object *object)
{
    return bsearch(object, catalog->objects, catalog->count, sizeof *object, compare_entries);
}

static void tell_replaced(struct listener *listener, const struct loom_catalog *catalog,
                          const struct loomc_object *read, const struct loom_catalog_object *entry)
{
    const struct loom_catalog_object *before = find_same(catalog, entry);
    if (before != NULL) {
        listener->diagnostics.errors_only = false;
        loomc_warning_at(&listener->diagnostics, read->source, read->place,
                         "object %u version %u.%u takes the place of that of %s", read->id,
                         read->version_major, read->version_minor, before->model);
    }
}

/* @return NULL after an error, which was reported */
static struct loom_models_given *
make_batch(struct listener *listener, const struct loom_catalog *catalog, struct loomc_models *read)
{
    loomc_models_sort(read, &listener->diagnostics);
    struct loom_models_given *batch = calloc(1, sizeof *batch);
    if (batch == NULL) {
        return NULL;
    }
    batch->references = 1;
    batch->objects = loomc_alloc(&batch->arena, (read->count + 1) * sizeof batch->objects[0]);
    for (size_t i = 0; i < read->count; i++) {
        if (loom_model_tables_make(&batch->arena, &listener->diagnostics, &read->objects[i],
                                   &batch->objects[batch->count])) {
            batch->count++;
        }
    }
    if (listener->diagnostics.errors > 0) {
        release_batch(batch);
        return NULL;
    }
    for (size_t i = 0; i < read->count; i++) {
        tell_replaced(listener, catalog, &read->objects[i], &batch->objects[i]);
    }
    return batch;
}

/* Makes tables of what was read, and gives the arena of the reading back. */
static enum loom_status finish(const struct loom_models *models, struct listener *listener,
                               struct loomc_models *read, struct loomc_arena *arena,
                               struct loom_models_given **given)
{
    *given = make_batch(listener, &models->catalog, read);
    enum loom_status status = *given != NULL                     ? LOOM_OK
                              : listener->diagnostics.errors > 0 ? LOOM_BAD_REQUEST
                                                                 : LOOM_UNAVAILABLE;
    loomc_arena_free(arena);
    end_listening(listener);
    return status;
}

/* ---- the room's face ------------------------------------------------------------------------- */

struct loom_models *loom_models_create(const struct loom_catalog *standard)
{
    struct loom_models *models = calloc(1, sizeof *models);
    if (models == NULL) {
        return NULL;
    }
    models->standard = standard;
    struct snapshot *made = make_snapshot(models, NULL);
    if (made == NULL) {
        free(models);
        return NULL;
    }
    show(models, made);
    return models;
}

void loom_models_destroy(struct loom_models *models)
{
    if (models == NULL) {
        return;
    }
    free_snapshot(models->current);
    for (size_t i = 0; i < models->batch_count; i++) {
        release_batch(models->batches[i]);
    }
    free(models->batches);
    free(models);
}

const struct loom_catalog *loom_models_catalog(const struct loom_models *models)
{
    return &models->catalog;
}

bool loom_models_load(struct loom_models *models, const char *const *paths, size_t count,
                      loom_models_report *report, void *user)
{
    struct loomc_arena arena = {NULL};
    struct loomc_models read = {NULL, 0, 0};
    struct listener listener;
    if (!begin_listening(&listener, report, user)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        unsigned errors = listener.diagnostics.errors;
        size_t before = read.count;
        loomc_model_files_read(&arena, &listener.diagnostics, paths[i], &read);
        if (read.count == before && listener.diagnostics.errors == errors) {
            loomc_error_in_file(&listener.diagnostics, paths[i], "has no models: no file .xml");
        }
    }
    struct loom_models_given *given;
    return finish(models, &listener, &read, &arena, &given) == LOOM_OK &&
           loom_models_take(models, given) == LOOM_OK;
}

enum loom_status loom_models_read(struct loom_models *models, const char *name,
                                  struct loom_text text, loom_models_report *report, void *user,
                                  struct loom_models_given **given)
{
    *given = NULL;
    struct loomc_arena arena = {NULL};
    struct loomc_models read = {NULL, 0, 0};
    struct listener listener;
    if (text.length > LOOM_MODELS_SIZE_MAX) {
        return LOOM_TOO_LARGE;
    }
    if (!begin_listening(&listener, report, user)) {
        return LOOM_UNAVAILABLE;
    }
    /* Messages point into a text that ends with NUL. */
    const char *copy = loomc_copy(&arena, text.data, text.length);
    struct loomc_source source = loomc_source_of(name, copy, text.length);
    loomc_xml_read(&arena, &listener.diagnostics, &source, false, NULL, &read);
    return finish(models, &listener, &read, &arena, given);
}

size_t loom_models_given_count(const struct loom_models_given *given)
{
    return given->count;
}

const struct loom_object *loom_models_given_object(const struct loom_models_given *given,
                                                   size_t index)
{
    return given->objects[index].object;
}

enum loom_status loom_models_take(struct loom_models *models, struct loom_models_given *given)
{
    if (!take(models, given)) {
        release_batch(given);
        return LOOM_UNAVAILABLE;
    }
    return LOOM_OK;
}

void loom_models_drop(struct loom_models_given *given)
{
    if (given != NULL) {
        release_batch(given);
    }
}

enum loom_status loom_models_add(struct loom_models *models, const char *name,
                                 struct loom_text text, loom_models_report *report, void *user)
{
    struct loom_models_given *given;
    enum loom_status status = loom_models_read(models, name, text, report, user, &given);
    return status == LOOM_OK ? loom_models_take(models, given) : status;
}

bool loom_models_has(const struct loom_models *models, uint16_t object,
                     struct loom_object_version version)
{
    const struct loom_object wanted = {
        .id = object, .version_major = version.major, .version_minor = version.minor};
    for (size_t i = 0; i < models->batch_count; i++) {
        for (size_t k = 0; k < models->batches[i]->count; k++) {
            if (compare(models->batches[i]->objects[k].object, &wanted) == 0) {
                return true;
            }
        }
    }
    return false;
}

enum loom_status loom_models_remove(struct loom_models *models, uint16_t object,
                                    struct loom_object_version version)
{
    struct loom_object wanted = {
        .id = object, .version_major = version.major, .version_minor = version.minor};
    for (size_t i = 0; i < models->batch_count; i++) {
        struct loom_models_given *batch = models->batches[i];
        for (size_t k = 0; k < batch->count; k++) {
            if (compare(batch->objects[k].object, &wanted) != 0) {
                continue;
            }
            struct loom_catalog_object removed = batch->objects[k];
            batch->objects[k] = batch->objects[--batch->count];
            struct snapshot *made = make_snapshot(models, NULL);
            if (made == NULL) {
                batch->objects[batch->count++] = batch->objects[k];
                batch->objects[k] = removed;
                return LOOM_UNAVAILABLE;
            }
            show(models, made);
            drop_replaced(models);
            return LOOM_OK;
        }
    }
    return LOOM_NOT_FOUND;
}
