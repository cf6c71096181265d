/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What wishes are made of; for the files wish*.c only.
 *
 * An *audience* is the devices that have a name in common, that of a group or a model, or none: all
 * of them; and the wishes that are for them. A device is in one audience of each scope, so that
 * neither the devices that a wish is for nor the wishes for a device have to be searched for. While
 * nothing is wished but of single devices, no others are known here, and cost nothing. A *stand* is
 * how a wish stands at a device, while it is asked there or in force.
 */
#ifndef LOOM_SERVICE_WISH_TABLE_H
#define LOOM_SERVICE_WISH_TABLE_H

#include "common/index.h"
#include "common/list.h"
#include "service/operation.h"
#include "service/wishes.h"

struct loom_wish_audience {
    struct loom_index_link by_name;
    enum loom_wish_scope scope;
    struct loom_list wishes; /* those that are not gone */
    size_t users;            /* wishes, those that are gone too */
    struct loom_list devices;
    size_t device_count;
    size_t length;
    char name[];
};

/** A wish with its request, ready to be sent. */
struct loom_wish_entry {
    struct loom_wish wish; /* first: a wish seen outside is its entry */
    struct loom_list place;
    struct loom_list of_audience;
    struct loom_list due;           /* its devices are to be looked at */
    struct loom_index_link by_name; /* of one device */
    struct loom_index_link by_request;
    struct loom_wish_audience *audience; /* NULL: it is of one device */
    size_t stands;
    size_t in_force;
    bool gone; /* removed: it stays until its devices have been looked at */
    struct loom_service_request operation;
    char name[]; /* and the body */
};

struct loom_wish_stand {
    struct loom_index_link by_pair;
    struct loom_index_link by_ticket; /* while there is one */
    struct loom_list place;           /* of its device */
    struct loom_wish_device *device;
    struct loom_wish_entry *entry;
    uint32_t ticket; /* of an Observe that has not ended yet; 0: none */
    bool in_force;
};

/** A device as a member of an audience. */
struct loom_wish_member {
    struct loom_list place;
    struct loom_wish_audience *audience; /* NULL: it has no such name */
};

/** A registered device. As a member of LOOM_WISH_ENDPOINT, which has no audience, it is in the list
 *  of all. */
struct loom_wish_device {
    struct loom_index_link by_endpoint;
    struct loom_wish_member members[LOOM_WISH_SCOPE_COUNT];
    struct loom_list stands;
    size_t length;
    char endpoint[];
};

/** Which devices are known. */
enum loom_wish_knowing {
    LOOM_WISH_FEW,      /**< those of which something is wished by name, and some of before */
    LOOM_WISH_LEARNING, /**< those that are registered are looked up, in slices */
    LOOM_WISH_EVERY
};

struct loom_wishes {
    struct loom_wishes_config config;
    enum loom_wish_knowing knowing;
    const struct loom_wish_device *learnt; /* the last one; NULL: to be begun */
    size_t broad;                          /* wishes that are not of one device, those gone too */
    struct loom_list all;
    struct loom_list registered;
    struct loom_list due;     /* of wishes; the first one is being looked at */
    struct loom_list *cursor; /* the next of its devices; NULL: the first */
    struct loom_index by_name;
    struct loom_index by_request;
    struct loom_index audiences;
    struct loom_index devices;
    struct loom_index by_pair;
    struct loom_index by_ticket;
    size_t count;
    uint64_t last_id;
};

/* ---- wish_list.c ----------------------------------------------------------------------------- */

/** Frees a wish that is gone, if nothing is left of it. */
void loom_wish_retire(struct loom_wishes *wishes, struct loom_wish_entry *entry);

/* ---- wish_devices.c -------------------------------------------------------------------------- */

/** @return the audience of a name, or NULL; made on demand, NULL then: no memory */
struct loom_wish_audience *loom_wish_audience_find(const struct loom_wishes *wishes,
                                                   enum loom_wish_scope scope,
                                                   struct loom_text name);
struct loom_wish_audience *loom_wish_audience_make(struct loom_wishes *wishes,
                                                   enum loom_wish_scope scope,
                                                   struct loom_text name);

/** Frees an audience that has neither wishes nor devices. */
void loom_wish_audience_release(struct loom_wishes *wishes, struct loom_wish_audience *audience);

/** @return a registered device, or NULL */
struct loom_wish_device *loom_wish_device_find(const struct loom_wishes *wishes,
                                               struct loom_text endpoint);

/** Whether a registered device is to be known: something may be wished of it. */
bool loom_wish_device_matters(const struct loom_wishes *wishes, struct loom_text endpoint);

/** Finds out the names that a device has now; it is made if it is not there.
 *  @return NULL without memory */
struct loom_wish_device *loom_wish_device_name(struct loom_wishes *wishes,
                                               struct loom_text endpoint);

/** The same for one that is there. @return whether other wishes are for it than before */
bool loom_wish_device_rename(struct loom_wishes *wishes, struct loom_wish_device *device);

/** The device of which this is the place in an audience of a scope. */
struct loom_wish_device *loom_wish_device_at(struct loom_list *place, enum loom_wish_scope scope);

/** A device that is not registered any more. */
void loom_wish_device_drop(struct loom_wishes *wishes, struct loom_wish_device *device);

/** Has the devices of a wish looked at, from the first one on: it is new, or it is gone. */
void loom_wish_look(struct loom_wishes *wishes, struct loom_wish_entry *entry);

/** Whether a wish, which may be gone, is for a device. */
bool loom_wish_concerns(const struct loom_wish_entry *entry, const struct loom_wish_device *device);

/* ---- wish_stands.c --------------------------------------------------------------------------- */

/** @return NULL: it is neither asked nor in force there, as far as is known */
struct loom_wish_stand *loom_wish_stand_find(const struct loom_wishes *wishes,
                                             const struct loom_wish_device *device,
                                             const struct loom_wish_entry *entry);

/** The next wish with the same request, behind one of them, or from the first on; those that are
 *  gone are not among them. */
struct loom_wish_entry *loom_wish_same(const struct loom_wishes *wishes,
                                       const struct loom_dm_request *request,
                                       const struct loom_wish_entry *after);
uint64_t loom_wish_request_hash(const struct loom_wishes *wishes,
                                const struct loom_dm_request *request);

/** Has a wish observed at a device that it is for, if it is neither asked nor in force there. */
void loom_wish_see_to(struct loom_wishes *wishes, struct loom_wish_entry *entry,
                      struct loom_wish_device *device);

/** The same for all wishes that are for a device. */
void loom_wish_see_to_device(struct loom_wishes *wishes, struct loom_wish_device *device);

/** A wish that is gone, or is not for a device any more: what it observes there is cancelled,
 *  unless another wish has it too. */
void loom_wish_release(struct loom_wishes *wishes, struct loom_wish_entry *entry,
                       struct loom_wish_device *device);

/** Nothing stands at a device any more. */
void loom_wish_forget(struct loom_wishes *wishes, struct loom_wish_device *device);

/** What is observed at a device has changed. */
void loom_wish_refresh(struct loom_wishes *wishes, struct loom_wish_device *device,
                       const struct loom_dm_client *client, const struct loom_dm_request *request);

/** An Observe has ended. */
void loom_wish_answered(struct loom_wishes *wishes, const struct loom_dm_event *event);

#endif
