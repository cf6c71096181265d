/* SPDX-License-Identifier: Apache-2.0 */
/** What a directory in a database is made of; for the files kept*.c only. */
#ifndef LOOM_KEPT_PARTS_H
#define LOOM_KEPT_PARTS_H

#include "accounts/kept.h"
#include "store/stored_document.h"

#include <string.h>

struct loom_kept {
    struct loom_database *database; /**< until there is a writer */
    struct loom_seal *seal;
    struct loom_text server;
    char author[17]; /**< of what this run writes: 16 digits that no other run has */
    int64_t (*now)(void);
    struct loom_directory_keeper keeper;

    struct loom_writer *writer;
    struct loom_directory *directory;
    loom_document_report *report;
    void *user;
    bool looking;   /**< a job reads, or the directory takes in what it has read */
    bool failed;    /**< the last look did: the next one waits its time */
    bool told;      /**< that a key cannot be opened */
    bool unsure;    /**< what this run has written may be in the store without having been told */
    int64_t looked; /**< when the last one began */
    int64_t forgot; /**< when old removals were forgotten last */
};

static inline struct loom_text loom_kept_text(const char *text)
{
    return (struct loom_text){text, strlen(text)};
}

/** Copies a text to where there is room for it, and moves on. One without data stays so. */
static inline struct loom_text loom_kept_copy(char **at, struct loom_text text)
{
    if (text.data == NULL) {
        return text;
    }
    struct loom_text made = {*at, text.length};
    if (text.length > 0) {
        memcpy(*at, text.data, text.length);
    }
    *at += text.length;
    return made;
}

/** Names of kinds in the tables. */
extern const char *const loom_kept_kinds[LOOM_DIRECTORY_KINDS];

/* ---- kept_read.c ----------------------------------------------------------------------------- */

/** What is read: by one thread, and then used by another one. */
struct loom_kept_reading {
    struct loom_kept *kept;
    bool all;                /**< in: all that there is */
    int64_t seen;            /**< in: otherwise what is later */
    struct loom_text author; /**< in: whose changes are left out */
    int64_t forget;          /**< in: removals of before this time are forgotten; 0: none are */

    struct loom_directory_found found; /**< out: rows, count, whole, generation */
    size_t room;
    size_t documents;
    size_t keys;
    bool no_memory;
    char *sealed_otherwise; /**< out: a document of which a key cannot be opened; or NULL */
};

/** Reads what was changed since `seen`, within a transaction. What it read before is dropped. */
enum loom_database_status loom_kept_read(struct loom_database *database,
                                         struct loom_kept_reading *reading);

/** Wipes and frees what was read. */
void loom_kept_drop(struct loom_kept_reading *reading);

#endif
