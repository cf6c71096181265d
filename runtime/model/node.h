/* SPDX-License-Identifier: Apache-2.0 */
/** A place in the data model, found once and then worked on. For the rooms of the core. */
#ifndef LOOM_MODEL_NODE_H
#define LOOM_MODEL_NODE_H

#include "loom/model.h"

#include <string.h>

/** A resource of an existing instance. */
struct loom_node {
    struct loom_path path;
    const struct loom_product_object *entry;
    const struct loom_object *object;
    unsigned char *instance;
    const struct loom_resource *row;
    /** The row whose range holds: that of the view if the path went through one. */
    const struct loom_object *range_object;
    const struct loom_resource *range_row;
};

/* ---- find.c: where things are ---------------------------------------------------------------- */

/** The id that an instance struct begins with; LOOM_ID_NONE if the slot is unused. */
static inline uint16_t loom_instance_id(const unsigned char *instance)
{
    uint16_t id;
    memcpy(&id, instance, sizeof id);
    return id;
}

static inline void loom_instance_set_id(unsigned char *instance, uint16_t id)
{
    memcpy(instance, &id, sizeof id);
}

/** Finds the slot with the lowest id that is >= `id`, among slots that begin with theirs; unused
 * ones have LOOM_ID_NONE. @return NULL if there is none */
unsigned char *loom_slot_lowest(unsigned char *at, size_t stride, unsigned count, uint16_t id);

/** @return the memory of an object's instances, the first of `entry->room`. */
static inline unsigned char *loom_model_instances(const struct loom_model *model,
                                                  const struct loom_product_object *entry)
{
    bool staged = model->staging != NULL && entry->staging != 0;
    return staged ? model->staging + (entry->staging - 1) : model->data + entry->offset;
}

/** @return the instance's memory, or an unused slot for LOOM_ID_NONE, or NULL. */
unsigned char *loom_node_instance(const struct loom_model *model,
                                  const struct loom_product_object *entry, uint16_t instance);

/** loom_model_has_instance() of an object that has been found. */
bool loom_entry_has_instance(const struct loom_model *model,
                             const struct loom_product_object *entry, uint16_t instance);

/** Puts the lowest id of a stored instance that is >= `*instance` into `*instance`.
 *  @return false if there is none; LOOM_ID_NONE is then in `*instance` */
bool loom_instance_next(const struct loom_model *model, const struct loom_product_object *entry,
                        uint16_t *instance);

/** Bit `bit` of a bitmap. */
static inline bool loom_bit(const unsigned char *bits, size_t bit)
{
    return (bits[bit / 8] >> (bit % 8) & 1) != 0;
}

/** Whether an instance has the resource of this row. */
bool loom_row_present(const struct loom_object *object, const unsigned char *instance,
                      const struct loom_resource *row);
void loom_row_set_present(const struct loom_object *object, unsigned char *instance,
                          const struct loom_resource *row, bool present);

bool loom_node_present(const struct loom_node *node);
void loom_node_set_present(const struct loom_node *node, bool present);

/* ---- model.c --------------------------------------------------------------------------------- */

/** Finds the resource that the node's path, of depth 3 or 4, names in a stored object. */
enum loom_status loom_node_locate(const struct loom_model *model,
                                  const struct loom_product_object *entry, struct loom_node *node);

/** Finds the resource of a path of depth 3 or 4, through a view if it is one. */
enum loom_status loom_node_find(const struct loom_model *model, const struct loom_path *path,
                                struct loom_node *node);

/** Reads the value of a resource that its instance has; of a multiple one the instance that the
 *  node's path names. @return as loom_model_read() */
enum loom_status loom_node_read(const struct loom_model *model, const struct loom_node *node,
                                struct loom_value *value);

/** Writes a value that has been checked. @return as loom_model_write() */
enum loom_status loom_node_write(struct loom_model *model, const struct loom_node *node,
                                 const struct loom_value *value);

/** Makes what the node's path names cease to exist. @return as loom_model_clear() */
enum loom_status loom_node_clear(struct loom_model *model, const struct loom_node *node);

/** Puts the lowest resource instance id >= `*id` of a multiple resource into `*id`.
 *  @param value where its value is stored; NULL if a function of the product has it
 *  @return false if there is none */
bool loom_node_next(const struct loom_model *model, const struct loom_node *node, uint16_t *id,
                    const unsigned char **value);

/** loom_model_next_resource_instance() of the resource that a path of depth 3 or 4 names or is in.
 */
bool loom_resource_next(const struct loom_model *model, const struct loom_path *path, uint16_t *id);

/** Says on whose behalf what follows is done, until it is called again.
 *  @param ssid of a server; else 0 */
void loom_model_act_for(struct loom_model *model, enum loom_origin origin, uint16_t ssid);

/** Begins a call of a function of the product, which goes on until loom_product_leave(). */
struct loom_at loom_product_enter(struct loom_model *model, const struct loom_path *path);
void loom_product_leave(const struct loom_at *at);

/** Reports a change to the client and to the product's hook. */
void loom_model_tell(struct loom_model *model, const struct loom_path *path,
                     enum loom_change change);

/** Makes the instances that an object has from the start, where they are missing. */
void loom_model_restore_initial(struct loom_model *model, const struct loom_product_object *entry);

/** Whether a single-instance object cannot have this instance (rule C-4). */
static inline bool loom_is_another(const struct loom_object *object, uint16_t instance)
{
    return (object->flags & LOOM_OBJECT_MULTIPLE) == 0 && instance != 0 && instance != LOOM_ID_NONE;
}

/* ---- handled.c: functions of the product ----------------------------------------------------- */

/** Instances of a handled resource that a walk visits. */
struct loom_handled_range {
    struct loom_encoder *encoder; /**< gets them */
    struct loom_path *path;       /**< what it calls them; the last level is filled in */
    uint16_t first;
    uint16_t last;
    enum loom_status none; /**< the answer if there is none */
};

/** What is done with a handled resource, LOOM_HANDLED. */
struct loom_handled_resources {
    /** @return as loom_node_read() */
    enum loom_status (*read)(const struct loom_model *model, const struct loom_node *node,
                             struct loom_value *value);
    /** @return as loom_node_write() */
    enum loom_status (*write)(struct loom_model *model, const struct loom_node *node,
                              const struct loom_value *value);
    /** As loom_node_next(). */
    bool (*next)(const struct loom_model *model, const struct loom_node *node, uint16_t *id);
    enum loom_status (*visit)(const struct loom_model *model, struct loom_node *node,
                              const struct loom_handled_range *range);
};

static inline const struct loom_handler *loom_handler_of(const struct loom_node *node)
{
    return &node->object->handlers[node->row->offset];
}

/* ---- stream.c: values in pieces -------------------------------------------------------------- */

/** Which part of a stream a request brings or wants. */
struct loom_streaming {
    uint32_t offset; /**< of what it brings */
    bool more;
    bool in_part;                 /**< what is read may be a part of the value */
    struct loom_read_piece *read; /**< room for it, and what it is */
};

/** @return NULL: what the path leads to is no stream */
const struct loom_stream *loom_stream_find(const struct loom_product *product,
                                           const struct loom_path *path);

/* ---- account_view.c: the draft Bootstrap-Server object, rules F ------------------------------ */

/** @return the Security instance that is the Bootstrap-Server Account, or LOOM_ID_NONE. */
uint16_t loom_account_instance(const struct loom_model *model);
bool loom_account_exists(const struct loom_model *model);

/** What an object does that is a view of the Bootstrap-Server Account. */
struct loom_account_view {
    /** Finds the resource of Security that the resource of the view shows which the node's path
     *  names: that is its path then. */
    enum loom_status (*find)(const struct loom_model *model, const struct loom_object *view,
                             struct loom_node *node);
    /** Whether there is an account, which is the view's instance 0. */
    bool (*exists)(const struct loom_model *model);
    /** Makes one. @return as loom_model_create() */
    enum loom_status (*create)(struct loom_model *model, const struct loom_object *view,
                               uint16_t *instance);
    /** Finds what a walk shows of the resource that the path of `at` names.
     *  @param names it is listed and not read: so it may be key material (rules F) */
    enum loom_status (*show)(const struct loom_model *model, const struct loom_node *at, bool names,
                             struct loom_node *shown);
    /** Checks a value against the view's row and the one that it shows.
     *  @param ranges those of Security hold, too */
    enum loom_status (*check)(const struct loom_model *model, const struct loom_object *view,
                              const struct loom_resource *row, bool ranges,
                              const struct loom_value *value);
};

/** @return NULL: the object is none */
static inline const struct loom_account_view *loom_view_of(const struct loom_model *model,
                                                           const struct loom_product_object *entry)
{
    bool is_view = (entry->object->flags & LOOM_OBJECT_ACCOUNT_VIEW) != 0;
    return is_view ? model->product->account_view : NULL;
}

/* ---- storage.c: the members of an instance struct -------------------------------------------- */

/** The room of one value: a member, or the `value` of an entry. NULL if the instance of a multiple
 *  resource does not exist. */
unsigned char *loom_storage_value(const struct loom_node *node);

/** Finds the entry of a resource instance, or makes one. @return NULL: no room. */
unsigned char *loom_storage_make(const struct loom_node *node);

/** Frees one entry (path of depth 4) or all of them. */
void loom_storage_free(const struct loom_node *node);

/** Puts the lowest resource instance id >= `*id` into `*id`, LOOM_ID_NONE if there is none.
 *  @return the room of its value, or NULL */
unsigned char *loom_storage_next(const struct loom_resource *row, unsigned char *instance,
                                 uint16_t *id);

/* The compiler's layout of the entries of a multiple resource. */

/** Where the value of an entry is in it. */
size_t loom_entry_value(const struct loom_resource *row);
/** How far it is from one to the next. @param value loom_entry_value() */
size_t loom_entry_stride(const struct loom_resource *row, size_t value);

void loom_storage_load(const struct loom_resource *row, const unsigned char *from,
                       struct loom_value *value);
void loom_storage_store(const struct loom_resource *row, unsigned char *to,
                        const struct loom_value *value);

/** Empties a resource: 0, "", no instances. */
void loom_storage_reset(const struct loom_resource *row, unsigned char *instance);

/* ---- check.c --------------------------------------------------------------------------------- */

/** Whether a Float is finite: text and SenML know no other, so that no format has one. */
bool loom_is_number(const struct loom_value *value);

/** Type, range, length and room of a value. @param object NULL: ranges do not hold */
enum loom_status loom_check_value(const struct loom_object *object, const struct loom_resource *row,
                                  const struct loom_value *value);

#endif
