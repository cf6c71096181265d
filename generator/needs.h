/* SPDX-License-Identifier: Apache-2.0 */
/** How much the client of a product needs of its buffer, at most. */
#ifndef LOOMC_NEEDS_H
#define LOOMC_NEEDS_H

#include "plan.h"

/** Server Accounts that there is room for: instances of object 1. */
unsigned loomc_account_room(const struct loomc_plan_product *product);

/** The largest record that the client keeps in its store, bytes. */
uint32_t loomc_record_size(const struct loomc_plan_product *product);

/** The record of one Bootstrap-Server Account and one Server Account with their mandatory
 * resources, bytes: with less no account can be kept. */
uint32_t loomc_record_least(const struct loomc_plan_product *product);

/** The largest request that it sends without its endpoint name, or value that it reads, bytes. */
uint32_t loomc_request_size(const struct loomc_plan_product *product);

#endif
