/* SPDX-License-Identifier: Apache-2.0 */
/** What reporting and Send are told of the registrations. */
#ifndef LOOM_CLIENT_SERVERS_H
#define LOOM_CLIENT_SERVERS_H

#include "reporting/reporting.h"

extern const struct loom_report_servers loom_report_servers;

#endif
