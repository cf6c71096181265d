/* SPDX-License-Identifier: Apache-2.0 */
/** What the client prints: for people, or one JSON object a line. */
#ifndef LOOM_CLIENT_REPORT_H
#define LOOM_CLIENT_REPORT_H

#include "loom/client.h"
#include "loom/line_output.h"

struct client_report {
    bool json;
    uint64_t begin; /**< of the clock, milliseconds; people's times count from here */
    struct loom_line_output output;
};

void client_report_event(struct client_report *report, const struct loom_event *event);

/** An executable of the product was executed. */
void client_report_executed(struct client_report *report, const struct loom_path *path,
                            struct loom_text arguments);

/** The answer to a console command: `value` printed as it is. */
void client_report_value(struct client_report *report, const struct loom_path *path,
                         const struct loom_value *value);
void client_report_done(struct client_report *report, const char *command);
void client_report_error(struct client_report *report, const char *command, const char *problem);
void client_report_status(struct client_report *report, const struct loom_client *client,
                          uint64_t now);

/** A storage error with the text of the store. */
void client_report_store(struct client_report *report, const char *text);

#endif
