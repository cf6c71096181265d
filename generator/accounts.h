/* SPDX-License-Identifier: Apache-2.0 */
/** The objects whose instances are accounts or belong to one, as the standard knows them. */
#ifndef LOOMC_ACCOUNTS_H
#define LOOMC_ACCOUNTS_H

#include <stdbool.h>
#include <stdint.h>

/** Whether a bootstrap makes the instances of an object, not the first start (rules ). */
bool loomc_is_account(uint16_t object);

/** Whether the value of a resource is key material. */
bool loomc_is_secret(uint16_t object, uint16_t resource);

/** Whether the security mode of an account decides that it has a mandatory resource (rule A-48). */
bool loomc_is_credential(uint16_t object, uint16_t resource);

#endif
