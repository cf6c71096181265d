/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Requests that are answered with what another thread reads from the database, so that the loop
 * does not wait for it. While the database is gone they are answered 503 with Retry-After.
 */
#ifndef LOOM_WEB_READING_H
#define LOOM_WEB_READING_H

#include "database/writer.h"
#include "http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What a route asks; its own block begins with it. */
struct loom_web_question {
    /**
     * Reads, on the thread of the reader; it may be called again, and begins anew then. It must not
     * touch the request, which may have gone.
     */
    enum loom_database_status (*read)(struct loom_database *database,
                                      struct loom_web_question *question);

    /** Answers the request with what was read, or asks once more by loom_web_ask_on(). */
    void (*answer)(struct loom_http_request *request, struct loom_web_question *question);

    /** Answers the request with what there is, when nothing can be read. @return false: with
     *  nothing, so that 503 is answered. NULL: the same */
    bool (*answer_without)(struct loom_http_request *request, struct loom_web_question *question);

    /** Gives the block back. */
    void (*end)(struct loom_web_question *question);

    /* Private. */
    struct loom_writer *reader;
    struct loom_http_request *request; /* NULL: the client has gone */
    bool goes_on;
};

/** Asks, and answers the request later, or at once if nothing can be asked. The question is ended
 *  in any case.
 *  @param reader NULL: the same as a database that is gone */
void loom_web_ask(struct loom_writer *reader, struct loom_http_request *request,
                  struct loom_web_question *question);

/** From within `answer`: reads once more before the request is answered. */
void loom_web_ask_on(struct loom_web_question *question);

#ifdef __cplusplus
}
#endif

#endif
