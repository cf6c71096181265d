/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Wished observations: what is to be observed at a device, a group or a model whenever its devices
 * are registered. An observation ends with its registration (rule C-62), and with DTLS with its
 * session; so the server observes again after each Register, and whenever it hears of a device at
 * which something that is wished is not in force.
 *
 * A device that refuses is asked again when it next registers, updates its registration or sends
 * values by itself, at most once for each of its messages; never for what it answers.
 *
 * What a message of a device costs depends on the wishes that are for it, and on nothing else. The
 * devices of a wish that is added or removed are looked at in slices: a server goes on meanwhile.
 */
#ifndef LOOM_SERVICE_WISHES_H
#define LOOM_SERVICE_WISHES_H

#include "catalog/catalog.h"
#include "management/management_server.h"

#include <jansson.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Wishes of a server. */
#define LOOM_WISHES_MAX 10000u

/** Devices that a step looks at. */
#define LOOM_WISHES_SLICE 256u

/** Bytes of the name of a device, group or model. */
#define LOOM_WISH_NAME_MAX 256u

enum loom_wish_scope {
    LOOM_WISH_ENDPOINT, /**< one device */
    LOOM_WISH_GROUP,    /**< devices of a group of accounts */
    LOOM_WISH_MODEL,    /**< devices with a model number, /3/0/1 */
    LOOM_WISH_ALL,      /**< every device; it has no name */
    LOOM_WISH_SCOPE_COUNT
};

/** How a wish stands at a device. */
enum loom_wish_state {
    LOOM_WISH_IN_FORCE,
    LOOM_WISH_ASKED,  /**< the request waits, or is under way */
    LOOM_WISH_MISSING /**< refused, ended, or not asked yet */
};

/** A wish. Texts end with NUL, and last as long as it does. */
struct loom_wish {
    uint64_t id; /**< not 0 */
    enum loom_wish_scope scope;
    const char *name; /**< of the device, group or model; empty for all */
    const char *body; /**< JSON: the Observe as an operation (service/operation.h) */
    int64_t created;  /**< milliseconds since 1970 */
};

struct loom_wishes;

struct loom_wishes_config {
    struct loom_management_server *server;
    const struct loom_catalog *catalog;
    uint64_t seed;   /**< what no peer can guess */
    unsigned scopes; /**< a bit, 1 << scope, for each that there may be wishes of */
    /** Tells the group or the model of a device; needed for those scopes.
     *  @param name out: LOOM_WISH_NAME_MAX bytes @return its length; 0: it has none */
    size_t (*name)(void *user, enum loom_wish_scope scope, struct loom_text endpoint, char *name);
    void *user;
};

/** Begins without a wish. @return NULL without memory */
struct loom_wishes *loom_wishes_create(const struct loom_wishes_config *config);
void loom_wishes_destroy(struct loom_wishes *wishes);

enum loom_wishes_status {
    LOOM_WISHES_OK,
    LOOM_WISHES_BAD,      /**< the body: see the errors; or the name */
    LOOM_WISHES_THERE,    /**< the same is wished already: `id` says which */
    LOOM_WISHES_TOO_MANY, /**< LOOM_WISHES_MAX */
    LOOM_WISHES_NO_MEMORY
};

/**
 * Adds a wish, and begins to observe where its devices are registered. Not from within a listener.
 * @param id     in: that of a wish that was kept, or 0: a new one; out: that of the wish
 * @param body   an object with `operation` "observe" or "observe-composite"
 * @param errors an array: see loom_service_request_read()
 */
enum loom_wishes_status loom_wishes_add(struct loom_wishes *wishes, enum loom_wish_scope scope,
                                        struct loom_text name, const json_t *body, int64_t now,
                                        json_t *errors, uint64_t *id);

/** A wish was kept, under an id that is below 2^62. */
void loom_wishes_rename(struct loom_wishes *wishes, uint64_t id, uint64_t kept);

/** Removes a wish, and begins to cancel what it has observed unless another wish has it too. Not
 *  from within a listener. @return false: there is none with this id */
bool loom_wishes_remove(struct loom_wishes *wishes, uint64_t id);

/** Looks at the next devices of wishes that were added or removed. Never from a listener.
 *  @return whether there is more to do */
bool loom_wishes_step(struct loom_wishes *wishes);

/** @return whether a step has something to do */
bool loom_wishes_are_due(const struct loom_wishes *wishes);

/** A device may have another group or model now: what is wished of it is set up, and what is not
 *  any more is cancelled. Also from within the listener. */
void loom_wishes_rename_device(struct loom_wishes *wishes, struct loom_text endpoint);

/** Hears of every event of the server, from its listener. */
void loom_wishes_hear(struct loom_wishes *wishes, const struct loom_dm_event *event);

/** @return NULL: there is none */
const struct loom_wish *loom_wishes_find(const struct loom_wishes *wishes, uint64_t id);

/** Gives the wishes in the order in which they were added. NULL starts; @return NULL: no more */
const struct loom_wish *loom_wishes_next(const struct loom_wishes *wishes,
                                         const struct loom_wish *wish);

/** Shows the wishes that are for a device, registered or not, in the same order. */
void loom_wishes_each_of(const struct loom_wishes *wishes, struct loom_text endpoint,
                         void (*visit)(void *user, const struct loom_wish *wish), void *user);

/** @param devices  out: registered devices that a wish is for, as far as they have been looked at
 *  @param in_force out: those of them at which it is in force */
void loom_wishes_count(const struct loom_wishes *wishes, const struct loom_wish *wish,
                       size_t *devices, size_t *in_force);

/** How a wish stands at a device that it is for. */
enum loom_wish_state loom_wishes_state(const struct loom_wishes *wishes,
                                       const struct loom_wish *wish, struct loom_text endpoint);

/** As in `endpoint`, `in-force`. */
const char *loom_wish_scope_name(enum loom_wish_scope scope);
const char *loom_wish_state_name(enum loom_wish_state state);

/** @return false: no scope is called so */
bool loom_wish_scope_read(struct loom_text name, enum loom_wish_scope *scope);

#ifdef __cplusplus
}
#endif

#endif
