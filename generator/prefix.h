/* SPDX-License-Identifier: Apache-2.0 */
/** What identifiers and files of C may begin with. */
#ifndef LOOMC_PREFIX_H
#define LOOMC_PREFIX_H

/**
 * Judges a prefix that a user wants. What is made of it must neither be reserved in C and C++ nor
 * meet names of what a product is linked with.
 * @return NULL, or what is wrong with it
 */
const char *loomc_prefix_fault(const char *prefix);

#endif
