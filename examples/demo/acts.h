/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What is done in the steps of the demo, and what else is looked at in the events that prove them.
 * A function that returns false has said in `problem` what is wrong.
 */
#ifndef LOOM_DEMO_ACTS_H
#define LOOM_DEMO_ACTS_H

#include "steps.h"

/** Seconds, as the programs are told and tell them. */
#define DEMO_HOLD_OFF     "1"
#define DEMO_NEW_LIFETIME "120"

/** Says what is wrong. @return false */
bool demo_fail(struct demo *demo, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Says a line, which ends with a newline, on a console. */
bool demo_say(struct demo *demo, enum demo_role who, const char *text);

/* ---- beginning ---- */

bool demo_start_server(struct demo *demo);
bool demo_start_bootstrap(struct demo *demo);
bool demo_start_device(struct demo *demo);
bool demo_keep_server_uri(struct demo *demo, struct loom_text event);
bool demo_keep_bootstrap_uri(struct demo *demo, struct loom_text event);

/* ---- the subject ---- */

bool demo_read_device(struct demo *demo);
bool demo_read_subject(struct demo *demo);
bool demo_read_instead(struct demo *demo);
bool demo_write_subject(struct demo *demo);
bool demo_write_unread(struct demo *demo);
bool demo_execute_subject(struct demo *demo);
bool demo_discover_subject(struct demo *demo);
bool demo_keep_present(struct demo *demo, struct loom_text event);
bool demo_is_written(struct demo *demo, struct loom_text event);

/* ---- what all devices have ---- */

bool demo_write_attributes(struct demo *demo);
bool demo_observe_offset(struct demo *demo);
bool demo_write_offset(struct demo *demo);
bool demo_is_new_offset(struct demo *demo, struct loom_text event);
bool demo_read_composite(struct demo *demo);
bool demo_unmute(struct demo *demo);
bool demo_send_values(struct demo *demo);
bool demo_write_lifetime(struct demo *demo);
bool demo_deregister(struct demo *demo);

/* ---- a firmware update ---- */

bool demo_read_version(struct demo *demo);
bool demo_keep_version(struct demo *demo, struct loom_text event);
bool demo_update_firmware(struct demo *demo);
bool demo_is_new_version(struct demo *demo, struct loom_text event);

#endif
