/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Access to the values of a product: find, read, write, create, delete and execute, for any object.
 *
 * Both the product and the interfaces use these functions. They check that a path exists and
 * that a value has the right type, range and length; the permissions of *servers* (Operations,
 * access rights) are checked in the management room. A call that fails changes nothing, except for
 * the effects of a function of the product that was called before the failure.
 */
#ifndef LOOM_MODEL_H
#define LOOM_MODEL_H

#include "loom/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The kind of a change, for the hook `changed`. */
enum loom_change {
    LOOM_CHANGE_VALUE,  /**< a resource or resource instance has a new value or was removed */
    LOOM_CHANGE_CREATE, /**< an instance was created */
    LOOM_CHANGE_DELETE, /**< an instance was deleted */
    /** A bootstrap was committed that wrote to the object; the path has depth 1. */
    LOOM_CHANGE_BOOTSTRAP
};

/** Hooks of a product, all optional. They are called from within the call that causes the change;
 *  `at` has its origin. */
struct loom_model_hooks {
    void (*changed)(const struct loom_at *at, enum loom_change change);
    /** An executable that the product neither handles nor the runtime knows was executed, with
     *  arguments as a handler gets them (table.h). */
    void (*executed)(const struct loom_at *at, struct loom_text arguments);
};

struct loom_streaming;

/** A product's tables together with its data. Owned by the caller; members are not to be changed
 *  after loom_model_init(). */
struct loom_model {
    const struct loom_product *product;
    unsigned char *data;
    void *user;
    const struct loom_model_hooks *hooks;
    /** The product's staging data, in which a bootstrap's view of the model has the objects that
     *  bootstraps change; NULL: all of them are in `data`. */
    unsigned char *staging;
    /** The hook of the client that the model belongs to, called before `changed` with the same
     *  arguments. NULL: no client was started. */
    void (*watch)(void *watcher, const struct loom_at *at, enum loom_change change);
    void *watcher;
    uint16_t ssid;  /**< of the server that caused the current call */
    uint8_t origin; /**< enum loom_origin of that call */
    /** The piece of a stream that this call writes or reads; NULL: whole values. */
    const struct loom_streaming *streaming;
};

/* The linker checks the layout, too: a runtime with another one has no function of this name. */
#define LOOM_JOIN(name, layout)   name##_layout_##layout
#define LOOM_LAYOUT(name, layout) LOOM_JOIN(name, layout)
#define loom_model_init           LOOM_LAYOUT(loom_model_init, LOOM_TABLE_LAYOUT)

/**
 * Clears the data and creates the product's initial instances.
 * @param data  the product's data struct, aligned as that struct is; outlives the model
 * @param user  given to every handler and hook; may be NULL
 * @param hooks may be NULL; outlives the model
 */
void loom_model_init(struct loom_model *model, const struct loom_product *product, void *data,
                     const struct loom_model_hooks *hooks, void *user);

/** @return the product's entry of an object, or NULL. */
const struct loom_product_object *loom_model_object(const struct loom_model *model,
                                                    uint16_t object);

/** @return the row of a resource, or NULL. */
const struct loom_resource *loom_object_resource(const struct loom_object *object,
                                                 uint16_t resource);

/** @return whether a value of the row's type is in one of its ranges; true if it has none. Ranges
 *  of String, Corelnk and Opaque are of lengths in bytes. */
bool loom_resource_allows(const struct loom_object *object, const struct loom_resource *row,
                          const struct loom_value *value);

/** @return whether the object has this instance. */
bool loom_model_has_instance(const struct loom_model *model, uint16_t object, uint16_t instance);

/** Puts the lowest instance id that is >= `*instance` into `*instance`.
 *  @return false if there is none. Start with 0, go on with the found id + 1. */
bool loom_model_next_instance(const struct loom_model *model, uint16_t object, uint16_t *instance);

/** Puts the lowest id that is >= `*resource` of a resource that exists in the instance into
 *  `*resource`. @return false if there is none. Start with 0, go on with the found id + 1. */
bool loom_model_next_resource(const struct loom_model *model, uint16_t object, uint16_t instance,
                              uint16_t *resource);

/** Puts the lowest id that is >= `*resource_instance` of an instance of a multiple resource into
 *  `*resource_instance`; for a handled resource it asks the product's function.
 *  @return false if there is none. Start with 0, go on with the found id + 1. */
bool loom_model_next_resource_instance(const struct loom_model *model, uint16_t object,
                                       uint16_t instance, uint16_t resource,
                                       uint16_t *resource_instance);

/** @return LOOM_OK if the path, of any depth, leads to something that exists; else LOOM_NOT_FOUND,
 *  or LOOM_METHOD_NOT_ALLOWED for a resource instance of a single resource (rule C-3). */
enum loom_status loom_model_exists(const struct loom_model *model, const struct loom_path *path);

/**
 * Reads one value.
 * @param path  a single resource, or an instance of a multiple one
 * @param value out, if LOOM_OK; text and bytes last until the resource is written or its handler
 *              called again
 * @return LOOM_NOT_FOUND no such object, instance or resource, or it does not exist now;
 *         LOOM_METHOD_NOT_ALLOWED the path does not name one value, or this one is never read; else
 *         what the handler returned
 */
enum loom_status loom_model_read(const struct loom_model *model, const struct loom_path *path,
                                 struct loom_value *value);

/** Checks what loom_model_write() would refuse without calling a handler: path, type, range,
 *  length. @return as loom_model_write() */
enum loom_status loom_model_check(const struct loom_model *model, const struct loom_path *path,
                                  const struct loom_value *value);

/**
 * Writes one value; the resource, or resource instance, exists afterwards. The hook `changed` is
 * called.
 * @return LOOM_BAD_REQUEST type, range or UTF-8; LOOM_TOO_LARGE no room; LOOM_NOT_FOUND no such
 *         object, instance or resource; LOOM_METHOD_NOT_ALLOWED the path does not name one
 *         value, or its handler takes none; else what the handler returned
 */
enum loom_status loom_model_write(struct loom_model *model, const struct loom_path *path,
                                  const struct loom_value *value);

/**
 * Creates the factory instances of a profile, usually accounts, and writes their values. Call it
 * between loom_model_init() and loom_client_start(), which replaces them by stored accounts.
 * @param given `..._instances` of the product's generated header
 * @return LOOM_OK, or the error of an instance or a value; the previous ones were created
 */
enum loom_status loom_model_add_instances(struct loom_model *model,
                                          const struct loom_given_instances *given);

/**
 * Removes an optional resource or a resource instance. A path of depth 3 removes all instances of a
 * multiple-instance resource; a mandatory one is then empty. Calls the hook `changed`.
 * @return LOOM_NOT_FOUND no such object, instance, resource or resource instance;
 *         LOOM_METHOD_NOT_ALLOWED it is mandatory, handled or executable, or a resource
 *         instance of a single resource
 */
enum loom_status loom_model_clear(struct loom_model *model, const struct loom_path *path);

/** Creates a multiple-instance resource, without instances if it had none. Calls the hook `changed`
 *  if it did not exist.
 *  @return LOOM_NOT_FOUND no such object, instance or resource; LOOM_METHOD_NOT_ALLOWED it is not
 *          multiple, or is handled */
enum loom_status loom_model_instantiate(struct loom_model *model, const struct loom_path *path);

/**
 * Creates an instance. Its mandatory resources have their initial values, or are empty or 0.
 * @param instance in: the wanted id, or LOOM_ID_NONE for the lowest unused one; out: the id
 * @return LOOM_BAD_REQUEST it exists; LOOM_TOO_LARGE no room; LOOM_NOT_FOUND no such object;
 *         LOOM_METHOD_NOT_ALLOWED another id than 0 in a single-instance object (rule C-4)
 */
enum loom_status loom_model_create(struct loom_model *model, uint16_t object, uint16_t *instance);

/** Deletes an instance and clears its memory. Calls the hook `changed`.
 *  @return LOOM_NOT_FOUND no such instance; LOOM_METHOD_NOT_ALLOWED the object is a view */
enum loom_status loom_model_delete(struct loom_model *model, uint16_t object, uint16_t instance);

/**
 * Executes a resource: calls the product's function, or the hook `executed` if there is none.
 * @param arguments not checked here; for the duration of the call
 * @return LOOM_NOT_FOUND no such object, instance or resource; LOOM_METHOD_NOT_ALLOWED it is not
 *         executable (rule C-28); else what the handler returned
 */
enum loom_status loom_model_execute(struct loom_model *model, const struct loom_path *path,
                                    struct loom_text arguments);

/* ---- typed access, as generated accessors use it ------------------------------------------------
 *
 * Each loom_get_...() is loom_model_read() of one type: it returns what that returns, and
 * LOOM_BAD_REQUEST if the resource has another type; `value` is changed if LOOM_OK only. Each
 * loom_set_...() is loom_model_write() of one type. Times are seconds since 1970 UTC. */

enum loom_status loom_get_integer(const struct loom_model *model, struct loom_path path,
                                  int64_t *value);
enum loom_status loom_get_unsigned(const struct loom_model *model, struct loom_path path,
                                   uint64_t *value);
enum loom_status loom_get_float(const struct loom_model *model, struct loom_path path,
                                double *value);
enum loom_status loom_get_boolean(const struct loom_model *model, struct loom_path path,
                                  bool *value);
enum loom_status loom_get_time(const struct loom_model *model, struct loom_path path,
                               int64_t *value);
/** For String and Corelnk. `value` need not end with NUL; it lasts as that of loom_model_read(). */
enum loom_status loom_get_text(const struct loom_model *model, struct loom_path path,
                               struct loom_text *value);
/** `value` lasts as that of loom_model_read(). */
enum loom_status loom_get_opaque(const struct loom_model *model, struct loom_path path,
                                 struct loom_bytes *value);
enum loom_status loom_get_objlnk(const struct loom_model *model, struct loom_path path,
                                 struct loom_objlnk *value);

enum loom_status loom_set_integer(struct loom_model *model, struct loom_path path, int64_t value);
enum loom_status loom_set_unsigned(struct loom_model *model, struct loom_path path, uint64_t value);
enum loom_status loom_set_float(struct loom_model *model, struct loom_path path, double value);
enum loom_status loom_set_boolean(struct loom_model *model, struct loom_path path, bool value);
enum loom_status loom_set_time(struct loom_model *model, struct loom_path path, int64_t value);
/** For String and Corelnk. `value` ends with NUL; it is copied. */
enum loom_status loom_set_text(struct loom_model *model, struct loom_path path, const char *value);
/** The bytes are copied. */
enum loom_status loom_set_opaque(struct loom_model *model, struct loom_path path,
                                 const uint8_t *data, size_t length);
enum loom_status loom_set_objlnk(struct loom_model *model, struct loom_path path,
                                 struct loom_objlnk value);
/** loom_model_clear() */
enum loom_status loom_clear(struct loom_model *model, struct loom_path path);

#ifdef __cplusplus
}
#endif

#endif
