/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Documents by the thousand: lines of JSON (NDJSON), rows of CSV, or an accounts file. Each line is
 * taken as a whole or not at all, with a result of its own, and costs no more memory than one line.
 */
#ifndef LOOM_IMPORT_H
#define LOOM_IMPORT_H

#include "accounts/directory.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of a line, and columns of a row. */
#define LOOM_IMPORT_LINE_MAX    (LOOM_DOCUMENT_SIZE_MAX + 1024u)
#define LOOM_IMPORT_COLUMNS_MAX 64u

enum loom_import_format { LOOM_IMPORT_NDJSON, LOOM_IMPORT_CSV };

/** What became of a line. Texts last for the duration of the call. */
struct loom_import_result {
    size_t line;           /**< from 1 */
    struct loom_text name; /**< data NULL: it could not be read */
    bool good;
    const char *at; /**< of a mistake: JSON pointer, or the column's place in the document */
    const char *detail;
};

/** Hears of each line that was taken once, and of each mistake; and, without a name, of a store
 * that failed. Lines come in about their order. */
typedef void loom_import_report(void *user, const struct loom_import_result *result);

/** How much of it there was. */
struct loom_import_counts {
    size_t lines; /**< that say something */
    size_t good;
    size_t failed;
};

/** What is imported. Of both functions that give something one is there. */
struct loom_import_options {
    enum loom_import_format format;
    bool try; /**< checks only; what one line brings is not there for those behind it */

    /** Gives the next bytes of the text, of any length. @return how many; 0: that was all, or it is
     *  of no use any more */
    size_t (*read)(void *user, char *piece, size_t size);
    /** Gives the next account of an accounts file instead. @return a reference, or NULL */
    const struct loom_fleet_account *(*next)(void *user);

    loom_import_report *report; /**< may be NULL */

    /** Hears once that it has ended: lines that were taken are durable, and in force.
     *  @param status LOOM_UNAVAILABLE: the store failed. Lines that could not be stored are counted
     *                as failed, and none behind them was read */
    void (*done)(void *user, enum loom_status status, const struct loom_import_counts *counts);
    void *user;
};

/** Posts an import. Its lines are read when their turn has come; other changes are made in between.
 *  @return false: too many changes wait, or no memory; `done` is not called */
bool loom_import_post(struct loom_directory *directory, const struct loom_import_options *options);

/** An account as a document with its keys in hex, as an accounts file says it.
 *  @return NULL without memory */
json_t *loom_document_of(const struct loom_fleet_account *account,
                         const struct loom_catalog *catalog);

/** Hears of a line of an export, which ends with a line end. @return false: it is enough */
typedef bool loom_export_line(void *user, struct loom_text line);

/** Shows all documents as lines that an import takes: profiles, groups, accounts.
 *  @param keys with the keys themselves: for a file that nobody else can read
 *  @return LOOM_UNAVAILABLE without memory */
enum loom_status loom_export(const struct loom_directory *directory, bool keys,
                             loom_export_line *put, void *user);

#ifdef __cplusplus
}
#endif

#endif
