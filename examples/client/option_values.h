/* SPDX-License-Identifier: Apache-2.0 */
/** Values of the command line of loom-client. Each function returns false for what is none, having
 *  said so on standard error. */
#ifndef LOOM_CLIENT_OPTION_VALUES_H
#define LOOM_CLIENT_OPTION_VALUES_H

#include "options.h"

/** Says what is wrong with the command line. @param what the text that is meant, or "" */
bool client_bad(const char *text, const char *what);

bool client_read_seconds(const char *text, const char *option, uint32_t *seconds);
bool client_read_port(const char *text, uint16_t *port);
bool client_read_retransmit(const char *text, uint8_t *count);
bool client_read_answer_max(const char *text, uint32_t *bytes);
bool client_read_attempts(const char *text, uint8_t *count);

/** A key in hexadecimal, or `@` and the name of a file that has it so. The text is overwritten. */
bool client_read_key(struct client_options *options, char *text);

bool client_read_sha256(struct client_options *options, const char *text);
bool client_read_version(const char *text, const char *option, uint16_t *lwm2m);

#endif
