/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The registered clients. Every lookup goes through these functions; none takes longer because more
 * clients are registered.
 */
#ifndef LOOM_REGISTRY_H
#define LOOM_REGISTRY_H

#include "common/index.h"
#include "common/list.h"
#include "loom/port.h"
#include "registry/client.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A client and what only the registry knows of it. */
struct loom_registry_entry {
    struct loom_dm_client client; /**< first: a client seen outside is its entry */
    struct loom_session *link;    /**< read only; NULL while it has none */

    /* Private. */
    char *texts;       /* of the client, one after the other, behind its list */
    const char *known; /* the address that it had before a restart; NULL: it has been heard since */
    uint64_t expiry;
    size_t place; /* in the heap */
    struct loom_list order;
    struct loom_index_link by_endpoint;
    struct loom_index_link by_location;
    struct loom_index_link by_link; /* in the index while `link` or `known` is not NULL */
};

/** Members are private. */
struct loom_registry {
    struct loom_list order;
    size_t count;
    struct loom_index by_endpoint;
    struct loom_index by_location;
    struct loom_index by_link;
    struct loom_registry_entry **heap; /* the first to expire at the top */
    size_t heap_count;
    size_t heap_room;
    uint64_t random;
};

/** Begins without a client. @param seed makes locations differ from run to run; they are names, not
 *  secrets */
void loom_registry_begin(struct loom_registry *registry, uint64_t seed);

/** Frees what the registry itself has allocated. Its entries have been removed. */
void loom_registry_end(struct loom_registry *registry);

/** Texts and object list of a client; data NULL is empty. */
struct loom_registry_texts {
    struct loom_text endpoint;
    struct loom_text binding;
    struct loom_text sms;
    struct loom_text alternate_path;
    struct loom_bytes identity;
    struct loom_text known; /**< address before a restart; data NULL: none */
    const struct loom_dm_link *objects;
    size_t object_count;
};

/** The address that a client had before a restart; data NULL: it has been heard since. */
struct loom_text loom_registry_known(const struct loom_registry_entry *entry);

/** Copies texts and list into a client that has none yet, or in the place of those that it has.
 *  @return false without memory: then nothing has changed */
bool loom_registry_set_texts(struct loom_registry_entry *entry,
                             const struct loom_registry_texts *texts);

/** Frees the texts and the list of an entry that is not in the registry. */
void loom_registry_clear(struct loom_registry_entry *entry);

/** Makes room for an entry and gives it a location of its own. Nobody finds it yet: it is entered
 *  or withdrawn next.
 *  @return false without memory */
bool loom_registry_prepare(struct loom_registry *registry, struct loom_registry_entry *entry);

/** Enters an entry that is prepared, and has its texts, its lifetime and the time when it was
 * heard. Another one with the same endpoint may be there: it is to be removed next. */
void loom_registry_enter(struct loom_registry *registry, struct loom_registry_entry *entry);

/** Gives up an entry that is prepared. */
void loom_registry_withdraw(struct loom_registry *registry);

/** Adds an entry of before a restart, which has its location. It does not end before `least`,
 *  whatever its lifetime is.
 *  @return false without memory, or if its endpoint or location is there already */
bool loom_registry_restore(struct loom_registry *registry, struct loom_registry_entry *entry,
                           uint64_t least);

/** Takes an entry out. Its `link` stays, for what is under way to the client. */
void loom_registry_remove(struct loom_registry *registry, struct loom_registry_entry *entry);

/** Says over which session a client is reached; NULL: none. What it had before a restart does not
 *  count any more. */
void loom_registry_connect(struct loom_registry *registry, struct loom_registry_entry *entry,
                           struct loom_session *link);

/** To be called when the lifetime of a client, or the time when it was heard, is another now. */
void loom_registry_refresh(struct loom_registry *registry, struct loom_registry_entry *entry);

/* ---- finding; NULL: none --------------------------------------------------------------------- */

struct loom_registry_entry *loom_registry_by_endpoint(const struct loom_registry *registry,
                                                      struct loom_text endpoint);
/** @return whether a text is written like the locations of a registry. */
bool loom_registry_is_location(struct loom_text text);

struct loom_registry_entry *loom_registry_by_location(const struct loom_registry *registry,
                                                      struct loom_text location);

/** One of the clients that are reached over a session. */
struct loom_registry_entry *loom_registry_by_link(const struct loom_registry *registry,
                                                  const struct loom_session *link);

/** One without a session that had this address before a restart, and no security. */
struct loom_registry_entry *loom_registry_by_known(const struct loom_registry *registry,
                                                   struct loom_text address);

/** @return how many there are */
size_t loom_registry_count(const struct loom_registry *registry);

/** The next one in the order of registration. NULL starts. */
struct loom_registry_entry *loom_registry_next(const struct loom_registry *registry,
                                               const struct loom_registry_entry *entry);

/** One whose lifetime is over (rule B-20). @param now milliseconds of the clock of `heard` */
struct loom_registry_entry *loom_registry_expired(const struct loom_registry *registry,
                                                  uint64_t now);

/** @return when the next lifetime is over; UINT64_MAX: never */
uint64_t loom_registry_deadline(const struct loom_registry *registry);

#ifdef __cplusplus
}
#endif

#endif
