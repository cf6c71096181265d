/* SPDX-License-Identifier: Apache-2.0 */
/** What SQLite does, counted without a clock: steps of its machine. Linked in by tests that ask. */
#ifndef SQLITE_STEPS_H
#define SQLITE_STEPS_H

/** Steps of statements that have ended, of all connections that were opened after
 *  sqlite_steps_count(). */
extern long long sqlite_steps;

void sqlite_steps_count(void);

#endif
