/* SPDX-License-Identifier: Apache-2.0 */
/* Directories in tests: a keeper that does what a test wants, and changes that are waited for. */
#ifndef DIRECTORY_BENCH_H
#define DIRECTORY_BENCH_H

#include "accounts/import.h"

#define DIRECTORY_BENCH_POSTED_MAX 1024u

struct directory_bench {
    struct loom_directory *directory;
    struct loom_directory_keeper keeper;
    char said[8192];         /* what the keeper was asked */
    enum loom_status status; /* what becomes of the next ones */
    unsigned fail_at;        /* the post, from 1, that fails like that; 0: all, unless LOOM_OK */
    unsigned posts;
    bool refuses; /* nothing is posted at all */
    bool holds;   /* nothing is decided by itself */
    int64_t generation;
    struct loom_directory_rows *posted[DIRECTORY_BENCH_POSTED_MAX];
    size_t posted_count;
    size_t begun; /* rows that are neither decided nor dropped */
};

/* For the options of a directory, which is made afterwards. */
const struct loom_directory_keeper *directory_bench_begin(struct directory_bench *bench);

/* Decides the first of those that were posted. */
void directory_bench_decide(struct directory_bench *bench, enum loom_status status);

/* Decides all of them, lets the directory look what others have changed (nothing), and go on, until
 * nothing is left to be done. Without a bench the directory has no keeper. */
void directory_bench_run(struct directory_bench *bench, struct loom_directory *directory);

/* What has to be so for a change. */
struct directory_condition {
    bool absent;
    bool present;
    int64_t generation; /* 0: any */
};

/* A change that was posted. */
struct directory_change {
    struct directory_condition condition;
    loom_document_report *report;
    bool over;
    enum loom_status status;
    int64_t generation;
};

/* Posts a change, whose document is JSON; NULL: it is removed. */
void directory_change_post(struct directory_change *change, struct loom_directory *directory,
                           enum loom_directory_kind kind, const char *name, const char *document,
                           bool try);

/* The same, and waits with `turn`, which is called until it is over. */
enum loom_status directory_change_now(struct directory_change *change,
                                      struct loom_directory *directory,
                                      enum loom_directory_kind kind, const char *name,
                                      const char *document, bool try, void (*turn)(void *user),
                                      void *user);

#endif
