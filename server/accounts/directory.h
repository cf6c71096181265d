/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The accounts of a server as its operator keeps them: profiles, groups that use a profile, and
 * accounts that belong to a group. All of it is in memory, and is a driver of the store: what a
 * server asks is answered at once with an account that is put together of the three (document.h).
 *
 * A change is posted, and made in steps: it is tried on all accounts that it touches, made durable
 * by a keeper, and then put in force; or it is refused, and nothing has changed. Until then all go
 * on with what was. Changes are made in the order in which they were posted. Those of single
 * accounts may be on their way to the keeper together; a group or profile is changed alone, in
 * steps so short that devices are answered in between.
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
    struct loom_text document; /**< JSON without a key; data NULL: it is removed */
    const struct loom_document_key *keys;
    int64_t generation; /**< that it has now; 0: it is new */
};

/** Rows that become durable together; the keeper's. */
struct loom_directory_rows;

/** Hears what became of rows.
 *  @param status LOOM_OK; LOOM_CONFLICT another node has made a change that was not taken in when
 *                these were tried; LOOM_UNAVAILABLE
 *  @param generations after LOOM_OK: of each row, in the order in which they were added */
typedef void loom_directory_kept(void *data, enum loom_status status, const int64_t *generations);

/** Makes changes durable. */
struct loom_directory_keeper {
    void *self;
    /** @return NULL without memory */
    struct loom_directory_rows *(*begin)(void *self);
    /** Adds a copy of a row. @return false without memory */
    bool (*add)(struct loom_directory_rows *rows, const struct loom_directory_row *row);
    /** Of a document that is not changed: it has to have this generation when the others are
     *  stored. @return false without memory */
    bool (*expect)(struct loom_directory_rows *rows, enum loom_directory_kind kind,
                   struct loom_text name, int64_t generation);
    /**
     * Stores rows, all or none, and calls `done` later; rows that are posted first are stored
     * first, and `done` comes in the same order.
     * @param seen up to which generation changes of other nodes were taken in: if there are later
     *             ones, that is a conflict. -1: only of these documents
     * @return false: it cannot be done now; `done` is not called. The rows are gone in any case
     */
    bool (*post)(struct loom_directory_rows *rows, int64_t seen, loom_directory_kept *done,
                 void *data);
    void (*drop)(struct loom_directory_rows *rows);
};

struct loom_directory_options {
    enum loom_fleet_accounts_kind server;
    const struct loom_catalog *catalog;         /**< outlives the directory */
    uint64_t seed;                              /**< differs from run to run */
    uint8_t secret[LOOM_DIRECTORY_SECRET_SIZE]; /**< fingerprints of keys are made with it */
    const struct loom_directory_keeper *keeper; /**< NULL: nothing is kept */
    /** Microseconds of a clock that never goes back, by which steps are short. NULL: a step does
     *  all that can be done. */
    uint64_t (*clock)(void);
};

/** How long a step takes, in microseconds: that, and one account. */
#define LOOM_DIRECTORY_STEP_US 2000u

/** Changes that wait, and those that the keeper has at once. */
#define LOOM_DIRECTORY_WAITING_MAX 4096u
#define LOOM_DIRECTORY_POSTED_MAX  512u

struct loom_directory;

/** @return an empty one, or NULL without memory */
struct loom_directory *loom_directory_create(const struct loom_directory_options *options);

/** Ends what waits (LOOM_UNAVAILABLE), wipes and frees; accounts that somebody holds stay. The
 *  keeper must have nothing any more. NULL is allowed. */
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

/** @return whether there is an account of this name */
bool loom_directory_has(const struct loom_directory *directory, struct loom_text endpoint);

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

/** A change that is wanted. */
struct loom_directory_change {
    enum loom_directory_kind kind;
    struct loom_text name; /**< copied */
    json_t *document;      /**< to be put in the place of one of its name, taken; NULL: removed */
    bool try;              /**< only checked */

    /** Asked when its turn has come, each time it is tried, with the generation of what is there
     *  now, 0: nothing. @return false: it is not to be made. NULL: whatever there is */
    bool (*may)(void *user, int64_t generation);

    /** Hears of each mistake, before `done`. */
    loom_document_report *report;

    /**
     * Hears once what became of it, in loom_directory_step() or when the directory ends.
     * @param status LOOM_OK it is in force; LOOM_BAD_REQUEST after mistakes; LOOM_NOT_FOUND;
     *               LOOM_PRECONDITION_FAILED `may` said no; LOOM_CONFLICT groups use the profile,
     *               or accounts the group; LOOM_UNAVAILABLE it could not be kept. If the store was
     *               lost meanwhile, it may be kept nevertheless
     * @param generation the new one, after LOOM_OK
     */
    void (*done)(void *user, enum loom_status status, int64_t generation);
    void *user;
};

/** Posts a change. @return false: too many wait, the store is lost, or no memory; `done` is not
 *  called, but the document is taken in any case */
bool loom_directory_post(struct loom_directory *directory,
                         const struct loom_directory_change *change);

/** Many changes, one after the other, such as those of a file. Others have their turn in between.
 */
struct loom_directory_source {
    /** Gives the next change; one of the kind LOOM_DIRECTORY_KINDS: there is none yet, and others
     *  have their turn before it is asked again. @return false: there are no more; it is not asked
     * again. So it must be as soon as one of them was LOOM_UNAVAILABLE */
    bool (*next)(void *user, struct loom_directory_change *change);
    /** The directory ends before that. */
    void (*ended)(void *user);
    void *user;
};

/** Posts changes that are asked for when their turn has come. @return as loom_directory_post() */
bool loom_directory_post_source(struct loom_directory *directory,
                                const struct loom_directory_source *source);

/** Goes on with what was posted; see `clock`. Never call it from a function of a change. */
void loom_directory_step(struct loom_directory *directory);

/** @return whether loom_directory_step() has something to do now */
bool loom_directory_is_ready(const struct loom_directory *directory);

/** @return whether changes wait, or are under way */
bool loom_directory_is_busy(const struct loom_directory *directory);

/** Tells what has become of devices that were adopted (store.h): in the order of their numbers.
 *  @param good false: it could not be done */
typedef void loom_directory_adopted(void *user, uint64_t number, bool good);

void loom_directory_on_adopted(struct loom_directory *directory, loom_directory_adopted *adopted,
                               void *user);

/* ---- what other nodes have changed ----------------------------------------------------------- */

/** What was found in the store. */
struct loom_directory_found {
    struct loom_directory_row *rows; /**< each name once, but that it may be removed before */
    size_t count;
    bool whole;         /**< all that there is: what is not among them is gone */
    int64_t generation; /**< all changes up to it are here */
    /** Hears of what is wrong with documents, with `user`; `at` begins with the name. */
    loom_document_report *report;
    /** Called when the rows are needed no longer. @param unusable how many were left out, or make
     *  no account */
    void (*done)(void *user, size_t unusable);
    void *user;
};

/**
 * Takes in, in steps, what others have stored, without asking the keeper: before all changes that
 * wait. Nothing is checked that only devices could say. One at a time.
 * @return false without memory: `done` is not called
 */
bool loom_directory_take(struct loom_directory *directory,
                         const struct loom_directory_found *found);

/** The store cannot be asked: changes that wait to know of others' are ended (LOOM_UNAVAILABLE),
 * and no more are posted until loom_directory_take(). */
void loom_directory_missed(struct loom_directory *directory);

/** @return up to which generation it knows what others have changed */
int64_t loom_directory_seen(const struct loom_directory *directory);

/** @return whether changes wait until loom_directory_take() was called */
bool loom_directory_is_behind(const struct loom_directory *directory);

/** @return whether it is still taking in what it was given last */
bool loom_directory_is_taking(const struct loom_directory *directory);

#ifdef __cplusplus
}
#endif

#endif
