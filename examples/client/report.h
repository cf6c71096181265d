/* SPDX-License-Identifier: Apache-2.0 */
/** What the client prints: for people, or one JSON object a line. */
#ifndef LOOM_CLIENT_REPORT_H
#define LOOM_CLIENT_REPORT_H

#include "loom/client.h"

struct client_report {
    bool json;
    uint64_t begin; /**< of the clock, milliseconds; people's times count from here */
};

void client_report_event(const struct client_report *report, const struct loom_event *event);

/** An executable of the product was executed. */
void client_report_executed(const struct client_report *report, const struct loom_path *path,
                            struct loom_text arguments);

/** The answer to a console command: `value` printed as it is. */
void client_report_value(const struct client_report *report, const struct loom_path *path,
                         const struct loom_value *value);
void client_report_done(const struct client_report *report, const char *command);
void client_report_error(const struct client_report *report, const char *command,
                         const char *problem);
void client_report_status(const struct client_report *report, const struct loom_client *client,
                          uint64_t now);

/** A storage error with the text of the store. */
void client_report_store(const struct client_report *report, const char *text);

#endif
