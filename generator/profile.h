/* SPDX-License-Identifier: Apache-2.0 */
/** The product profile as its file has it: sections of lines of words. docs/profile.md says
 *  what they mean, plan.h what becomes of them. */
#ifndef LOOMC_PROFILE_H
#define LOOMC_PROFILE_H

#include "diagnostics.h"

enum loomc_word {
    LOOMC_WORD_DEFAULT,
    LOOMC_WORD_OBJECT,
    LOOMC_WORD_PRODUCT,
    LOOMC_WORD_ROOM,
    LOOMC_WORD_INITIAL,
    LOOMC_WORD_COMPLETE,
    LOOMC_WORD_HIDDEN,
    LOOMC_WORD_PERSISTENT,
    LOOMC_WORD_ACCOUNT,
    LOOMC_WORD_STAGED,
    LOOMC_WORD_FIRMWARE,
    LOOMC_WORD_HANDLED,
    LOOMC_WORD_STREAM,
    LOOMC_WORD_STORED,
    LOOMC_WORD_REPORTED,
    LOOMC_WORD_WITHOUT,
    LOOMC_WORD_ONLY,
    LOOMC_WORD_SIZE,
    LOOMC_WORD_LENGTH,
    LOOMC_WORD_COUNT,
    LOOMC_WORD_BITS,
    LOOMC_WORD_NAME,
    LOOMC_WORD_TYPE,
    LOOMC_WORD_RANGE,
    LOOMC_WORD_VALUES,
    LOOMC_WORD_VIEW,
    LOOMC_WORD_VALUE,
    LOOMC_WORD_CONSTANT,
    LOOMC_WORD_INSTANCE,
    LOOMC_WORD_READ_ONLY,
    LOOMC_WORD_HIDE,
    LOOMC_WORD_SECRET,
    LOOMC_WORD_EXECUTABLES,
    LOOMC_WORD_USES,
    LOOMC_WORD_OTHERS,
    LOOMC_WORD_FORMATS,
    LOOMC_WORD_FEATURES,
    LOOMC_WORDS
};

struct loomc_token {
    const char *text; /**< without its quotes */
    bool quoted;      /**< a name, even if it looks like a number */
    size_t offset;    /**< in the file */
};

/** A setting: a known word with a fitting number of arguments. */
struct loomc_setting {
    enum loomc_word word;
    size_t offset;
    const struct loomc_token *arguments;
    size_t count;
};

/** `object` or `product` with its settings, or all of a file's `default`s so far. */
struct loomc_section {
    struct loomc_setting head;
    struct loomc_setting *settings;
    size_t count;
    size_t room;
};

struct loomc_profile {
    const struct loomc_source *source;
    struct loomc_section *sections; /**< in the order of the file */
    size_t count;
    size_t room;
};

/** Reads a profile. All its errors are reported; lines with errors are left out. */
struct loomc_profile loomc_profile_read(struct loomc_arena *arena,
                                        struct loomc_diagnostics *diagnostics,
                                        const struct loomc_source *source);

#endif
