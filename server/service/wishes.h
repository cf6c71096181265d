/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Wished observations: what is to be observed at a device, a group or a model whenever its devices
 * are registered. An observation ends with its registration (rule C-62), and with DTLS with its
 * session; so the server observes again after each Register, and whenever it hears of a device at
 * which something that is wished is not in force.
 *
 * A device that refuses is asked again when it is next heard, at most once for each of its
 * messages.
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
    /** Whether a device is of a group or model; needed for those scopes. */
    bool (*belongs)(void *user, enum loom_wish_scope scope, struct loom_text name,
                    struct loom_text endpoint);
    void *user;
};

/** @return NULL without memory */
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
 * Adds a wish, and observes at once where its devices are registered. Not from within a listener.
 * @param id     in: that of a wish that was kept, or 0: a new one; out: that of the wish
 * @param body   an object with `operation` "observe" or "observe-composite"
 * @param errors an array: see loom_service_request_read()
 */
enum loom_wishes_status loom_wishes_add(struct loom_wishes *wishes, enum loom_wish_scope scope,
                                        struct loom_text name, const json_t *body, int64_t now,
                                        json_t *errors, uint64_t *id);

/** A wish was kept, under an id that is below 2^62. */
void loom_wishes_rename(struct loom_wishes *wishes, uint64_t id, uint64_t kept);

/** Removes a wish, and cancels what it has observed unless another wish has it too. Not from within
 *  a listener. @return false: there is none with this id */
bool loom_wishes_remove(struct loom_wishes *wishes, uint64_t id);

/** Hears of every event of the server, from its listener. */
void loom_wishes_hear(struct loom_wishes *wishes, const struct loom_dm_event *event);

/** @return NULL: there is none */
const struct loom_wish *loom_wishes_find(const struct loom_wishes *wishes, uint64_t id);

/** Gives the wishes in the order in which they were added. NULL starts; @return NULL: no more */
const struct loom_wish *loom_wishes_next(const struct loom_wishes *wishes,
                                         const struct loom_wish *wish);

/** @return whether a wish is for a device. */
bool loom_wishes_concern(const struct loom_wishes *wishes, const struct loom_wish *wish,
                         struct loom_text endpoint);

enum loom_wish_state loom_wishes_state(const struct loom_wishes *wishes,
                                       const struct loom_wish *wish,
                                       const struct loom_dm_client *client);

/** As in `endpoint`, `in-force`. */
const char *loom_wish_scope_name(enum loom_wish_scope scope);
const char *loom_wish_state_name(enum loom_wish_state state);

/** @return false: no scope is called so */
bool loom_wish_scope_read(struct loom_text name, enum loom_wish_scope *scope);

#ifdef __cplusplus
}
#endif

#endif
