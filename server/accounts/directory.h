/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The accounts of a server as its operator keeps them: profiles, groups that use a profile, and
 * accounts that belong to a group. All of it is in memory, and is a driver of the store: what a
 * server asks is answered at once with an account that is put together of the three (document.h).
 *
 * A change is checked as a whole, with all accounts that it touches, made durable by a keeper, and
 * then put in force; or it is refused, and nothing has changed.
 */
#ifndef LOOM_DIRECTORY_H
#define LOOM_DIRECTORY_H

#include "accounts/document.h"
#include "store/store.h"

#ifdef __cplusplus
extern "C" {
#endif

enum loom_directory_kind {
    LOOM_DIRECTORY_PROFILE,
    LOOM_DIRECTORY_GROUP,
    LOOM_DIRECTORY_ACCOUNT,
    LOOM_DIRECTORY_KINDS
};

/** Bytes of a name: of an endpoint, as `ep=` can carry it. */
#define LOOM_DIRECTORY_NAME_MAX 252u

#define LOOM_DIRECTORY_SECRET_SIZE 32u

/** A document with its keys as it is kept. */
struct loom_directory_row {
    enum loom_directory_kind kind;
    struct loom_text name;
    struct loom_text parent;   /**< the group of an account, the profile of a group; data NULL */
    struct loom_text document; /**< JSON without a key */
    const struct loom_document_key *keys;
    int64_t generation; /**< that it has now; 0: it is new */
};

/** Makes changes durable. All functions return LOOM_OK, LOOM_CONFLICT where another node has
 *  changed the document, or LOOM_UNAVAILABLE. */
struct loom_directory_keeper {
    void *self;
    /** Within another one it begins a part, which can be taken back by itself. */
    enum loom_status (*begin)(void *self);
    /** @param generation out: greater than all before it */
    enum loom_status (*save)(void *self, const struct loom_directory_row *row, int64_t *generation);
    enum loom_status (*remove)(void *self, enum loom_directory_kind kind, struct loom_text name,
                               int64_t generation);
    /** On failure nothing of it is kept. */
    enum loom_status (*commit)(void *self);
    void (*rollback)(void *self);
};

struct loom_directory_options {
    enum loom_fleet_accounts_kind server;
    const struct loom_catalog *catalog;         /**< outlives the directory */
    uint64_t seed;                              /**< differs from run to run */
    uint8_t secret[LOOM_DIRECTORY_SECRET_SIZE]; /**< fingerprints of keys are made with it */
    const struct loom_directory_keeper *keeper; /**< NULL: nothing is kept */
};

struct loom_directory;

/** @return an empty one, or NULL without memory */
struct loom_directory *loom_directory_create(const struct loom_directory_options *options);

/** Wipes and frees; accounts that somebody holds stay. NULL is allowed. */
void loom_directory_destroy(struct loom_directory *directory);

/** The directory as a store, for as long as it lives. */
struct loom_fleet_store loom_directory_store(struct loom_directory *directory);

/** Hears of an account that is new, changed or gone, when it is so: also of each that the change of
 * its group or profile touches. It changes nothing of the directory.
 * @param gone there is no account of this name any more */
typedef void loom_directory_listener(void *user, struct loom_text endpoint, bool gone);

/** One hears; NULL: nobody. */
void loom_directory_listen(struct loom_directory *directory, loom_directory_listener *listener,
                           void *user);

/** The catalog that it was created with. */
const struct loom_catalog *loom_directory_catalog(const struct loom_directory *directory);

/* ---- looking --------------------------------------------------------------------------------- */

/** What a list shows of an entry. */
struct loom_directory_item {
    struct loom_text name;
    struct loom_text parent; /**< data NULL: none */
    int64_t generation;
    size_t children; /**< groups of a profile, accounts of a group */
};

/** @return false: no more are wanted */
typedef bool loom_directory_visitor(void *user, const struct loom_directory_item *item);

/** @return the group of an account, until the directory is next changed; data NULL: there is no
 * such account, or it is in none */
struct loom_text loom_directory_group(const struct loom_directory *directory,
                                      struct loom_text endpoint);

/** Shows entries in the order of their names, from the first one behind `after` on.
 *  @param after  data NULL: from the beginning
 *  @param parent data NULL: of any
 *  @param search a part of the name; data NULL: all */
void loom_directory_each(const struct loom_directory *directory, enum loom_directory_kind kind,
                         struct loom_text after, struct loom_text parent, struct loom_text search,
                         loom_directory_visitor *visit, void *user);

size_t loom_directory_count(const struct loom_directory *directory, enum loom_directory_kind kind);

/**
 * A document. Keys are shown as `{"fingerprint": "..."}`: the same key has the same one.
 * @param whole with what its group and profile say
 * @param generation out; may be NULL
 * @return a new value, or NULL: not there, or without memory
 */
json_t *loom_directory_get(const struct loom_directory *directory, enum loom_directory_kind kind,
                           struct loom_text name, bool whole, int64_t *generation);

/* ---- changing -------------------------------------------------------------------------------- */

/** What must be so for a change to be made. All zero: anything. */
struct loom_directory_condition {
    bool absent;        /**< there is none of this name */
    bool present;       /**< there is one */
    int64_t generation; /**< that one's; 0: any */
};

/**
 * Puts a document in the place of one of its name, if there is one.
 * @param document changed: keys are taken out of it; the caller still owns it
 * @param try      checks only
 * @param report   hears of each mistake
 * @param generation out: the new one; may be NULL
 * @return LOOM_OK; LOOM_BAD_REQUEST after mistakes; LOOM_CONFLICT another node was faster;
 *         LOOM_PRECONDITION_FAILED the condition; LOOM_UNAVAILABLE it could not be kept
 */
enum loom_status loom_directory_put(struct loom_directory *directory, enum loom_directory_kind kind,
                                    struct loom_text name, json_t *document,
                                    const struct loom_directory_condition *condition, bool try,
                                    loom_document_report *report, void *user, int64_t *generation);

/** Removes a document. @return as loom_directory_put(); LOOM_NOT_FOUND; LOOM_CONFLICT also: groups
 *  use the profile, or accounts the group */
enum loom_status loom_directory_remove(struct loom_directory *directory,
                                       enum loom_directory_kind kind, struct loom_text name,
                                       const struct loom_directory_condition *condition);

/** Takes in what a keeper has kept, without asking it: profiles first, then groups, then accounts.
 *  Nothing is checked that only devices could say. @return as loom_directory_put() */
enum loom_status loom_directory_restore(struct loom_directory *directory,
                                        const struct loom_directory_row *row,
                                        loom_document_report *report, void *user);

/** Begins several changes that become durable together, and ends them: one commit for many. Until
 *  then nothing can be removed (LOOM_CONFLICT). After a failed end nothing of them is in force. */
enum loom_status loom_directory_begin(struct loom_directory *directory);
enum loom_status loom_directory_end(struct loom_directory *directory);

/** Ends them with none of them in force, and none kept. */
void loom_directory_give_up(struct loom_directory *directory);

#ifdef __cplusplus
}
#endif

#endif
