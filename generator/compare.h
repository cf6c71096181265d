/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a new version of an object means for those who use the old one: loomc --compare. Versions
 * are those of the standard: the first number changes with what is incompatible, the second one
 * with what is compatible (LwM2M Core, Object Versioning).
 */
#ifndef LOOMC_COMPARE_H
#define LOOMC_COMPARE_H

#include "diagnostics.h"

/**
 * Compares two model files and prints the result. Objects are compared that have the same id.
 * @param out receives the changes, and which version is due
 * @return false after an error was reported: a file cannot be read, the files are not of the same
 *         objects, or the new version is below the one that is due
 */
bool loomc_compare(const char *old_path, const char *new_path, FILE *out,
                   struct loomc_diagnostics *diagnostics);

#endif
