/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Documents that an operator writes: accounts, profiles and groups, as JSON without a key, and the
 * keys that belong to them, sealed.
 *
 * Each change of a document gives it a generation that no other change of any document has, and
 * that is greater than all before it: it is the ETag, and whoever has read up to a generation can
 * ask for what came later, also from another node. Whoever changes documents waits for others who
 * do, until the end of their transaction.
 */
#ifndef LOOM_STORED_DOCUMENT_H
#define LOOM_STORED_DOCUMENT_H

#include "database/database.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Generations that a change may expect, besides that of the document. */
#define LOOM_STORED_ANY (-1) /**< whatever it is, or none */
#define LOOM_STORED_NEW 0    /**< there is none yet */

/** What a document is called. */
struct loom_stored_name {
    struct loom_text server; /**< `bootstrap` or `management`: whose it is */
    struct loom_text kind;   /**< `account`, `profile`, `group` */
    struct loom_text name;   /**< an endpoint, or a name */
};

struct loom_stored_document {
    struct loom_stored_name name;
    struct loom_text parent;   /**< the group or profile that it builds on; data NULL: none */
    struct loom_text document; /**< JSON */
    struct loom_text author;   /**< the run of a program that has written it; may be empty */
    int64_t generation;
    int64_t created;
    int64_t changed;
};

/** A key of a document. */
struct loom_stored_key {
    struct loom_stored_name of;
    struct loom_text place;     /**< what of the document it is for */
    int64_t version;            /**< while one key replaces another, a place has two */
    struct loom_bytes identity; /**< data NULL: none */
    struct loom_bytes sealed;   /**< see database/seal.h */
    struct loom_text state;     /**< of its replacement; may be empty */
    int64_t created;
};

/** @return false: no more of them are wanted */
typedef bool loom_stored_document_visitor(void *user, const struct loom_stored_document *document);
typedef bool loom_stored_key_visitor(void *user, const struct loom_stored_key *key);

/* ---- documents ------------------------------------------------------------------------------- */

/** Waits until nobody else changes documents, and keeps others from it until the end of the
 *  transaction: what is read then stays so. */
enum loom_database_status loom_stored_document_lock(struct loom_database *database);

/**
 * Stores a document, in the place of the one of its name; the time when that was created stays.
 * @param expected   the generation that it has now, LOOM_STORED_ANY or LOOM_STORED_NEW
 * @param generation out: its new one; may be NULL
 * @return LOOM_DATABASE_CONFLICT it has another generation
 */
enum loom_database_status loom_stored_document_save(struct loom_database *database,
                                                    const struct loom_stored_document *document,
                                                    int64_t expected, int64_t *generation);

/** Removes a document with its keys.
 *  @param document   its name, its author, and when it is removed, `changed`: until
 *                    loom_stored_document_forget() others can learn of it
 *  @param expected   as above; with LOOM_STORED_ANY it need not be there
 *  @param generation out: of the removal; may be NULL */
enum loom_database_status loom_stored_document_remove(struct loom_database *database,
                                                      const struct loom_stored_document *document,
                                                      int64_t expected, int64_t *generation);

/** Shows a document, if it is there. */
enum loom_database_status loom_stored_document_find(struct loom_database *database,
                                                    const struct loom_stored_name *name,
                                                    loom_stored_document_visitor *visit,
                                                    void *user);

/** What has changed since a generation. */
struct loom_stored_since {
    struct loom_text server;
    int64_t generation;
    struct loom_text author; /**< whose changes do not count; empty: all count */
};

/** Shows what has changed, in order; a document without text was removed. */
enum loom_database_status loom_stored_document_since(struct loom_database *database,
                                                     const struct loom_stored_since *since,
                                                     loom_stored_document_visitor *visit,
                                                     void *user);

/** @param last      out: the last generation of all
 *  @param forgotten out: whoever has seen less than this one cannot know all removals */
enum loom_database_status loom_stored_document_generation(struct loom_database *database,
                                                          int64_t *last, int64_t *forgotten);

/** Forgets what was removed before a time. */
enum loom_database_status loom_stored_document_forget(struct loom_database *database,
                                                      int64_t before);

/* ---- keys ------------------------------------------------------------------------------------ */

/** Room for what stands for the row of a key. */
#define LOOM_STORED_BELONGS_MAX 1024u

/** Writes what a key is sealed with: the row that it is in. @return false: its names are too long
 */
bool loom_stored_key_belongs(const struct loom_stored_key *key, char text[LOOM_STORED_BELONGS_MAX],
                             struct loom_text *belongs);

/** Stores a key, in the place of the one of its place and version.
 *  @return LOOM_DATABASE_CONFLICT there is no such document */
enum loom_database_status loom_stored_key_save(struct loom_database *database,
                                               const struct loom_stored_key *key);

/** Removes all keys of a document. */
enum loom_database_status loom_stored_key_remove_all(struct loom_database *database,
                                                     const struct loom_stored_name *of);

/** Shows the keys of a document. */
enum loom_database_status loom_stored_key_find(struct loom_database *database,
                                               const struct loom_stored_name *of,
                                               loom_stored_key_visitor *visit, void *user);

/** Whether there is any key, of any server. */
enum loom_database_status loom_stored_key_any(struct loom_database *database, bool *any);

/** Shows all keys of a server, those of one document after the other. */
enum loom_database_status loom_stored_key_each(struct loom_database *database,
                                               struct loom_text server,
                                               loom_stored_key_visitor *visit, void *user);

#ifdef __cplusplus
}
#endif

#endif
