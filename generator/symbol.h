/* SPDX-License-Identifier: Apache-2.0 */
/** Names of people as names of programs: `Längengrad`, `FastFirstPLMNSearch` and `On/Off switch`
 *  as `laengengrad`, `fast_first_plmn_search` and `on_off_switch`. */
#ifndef LOOMC_SYMBOL_H
#define LOOMC_SYMBOL_H

#include "buffer.h"

/**
 * Puts text as lower-case letters, digits and single underscores, none at an end. It may be empty
 * or begin with a digit.
 * @return how many letters were lost: those that are not Latin (latin.h)
 */
size_t loomc_symbol_put(struct loomc_buffer *out, const char *text, size_t length);

#endif
