/* SPDX-License-Identifier: Apache-2.0 */
/** What both encodings of SenML share: rules D-30 .. D-37. */
#ifndef LOOM_CODEC_SENML_H
#define LOOM_CODEC_SENML_H

#include "codec/output.h"

/** Fields of a record, by the numbers that CBOR has for them (rule D-32): those of a record count
 * up from 0, those of the base down from -1. `vlo` has none. */
enum loom_senml_label {
    LOOM_SENML_N = 0,
    LOOM_SENML_U = 1,
    LOOM_SENML_V = 2,
    LOOM_SENML_VS = 3,
    LOOM_SENML_VB = 4,
    LOOM_SENML_S = 5,
    LOOM_SENML_T = 6,
    LOOM_SENML_UT = 7,
    LOOM_SENML_VD = 8,
    LOOM_SENML_BASE = 9, /**< -1 stands here, -6 five places on */
    LOOM_SENML_BVER = LOOM_SENML_BASE,
    LOOM_SENML_BN,
    LOOM_SENML_BT,
    LOOM_SENML_BU,
    LOOM_SENML_BV,
    LOOM_SENML_BS,
    LOOM_SENML_VLO,
    LOOM_SENML_UNKNOWN, /**< passed over */
    LOOM_SENML_BAD      /**< refuses the payload */
};

/** The one version of SenML that these rules are about. */
#define LOOM_SENML_VERSION 10u

/** `/65534/65534/65534/65534` with the slash that may be behind the base name. */
#define LOOM_SENML_NAME_MAX 25

/** What both can express. */
#define LOOM_SENML_TRAITS                                                                          \
    (LOOM_FORMAT_ROOT | LOOM_FORMAT_ANY_ORDER | LOOM_FORMAT_NAMES | LOOM_FORMAT_TIMES)

/** The label that has this text; LOOM_SENML_BAD for an unknown one that must be understood, as
 * those must that end in `_` (RFC 8428 section 4.4). */
enum loom_senml_label loom_senml_label_of_text(struct loom_text text);

/** The label that values of each type stand under (rules D.1); LOOM_SENML_UNKNOWN for none. */
extern const uint8_t loom_senml_labels[LOOM_TYPE_COUNT];

#define LOOM_SENML_BIT(label) (UINT32_C(1) << (label))
/* Sums and base values would change what a value means (rule D-35). */
#define LOOM_SENML_REFUSED                                                                         \
    (LOOM_SENML_BIT(LOOM_SENML_S) | LOOM_SENML_BIT(LOOM_SENML_BV) |                                \
     LOOM_SENML_BIT(LOOM_SENML_BS) | LOOM_SENML_BIT(LOOM_SENML_BAD))

/** Marks a label that has come, if it is known, by its bit in `seen`.
 *  @return false if it came before, or must not come */
static inline bool loom_senml_mark(uint32_t *seen, enum loom_senml_label label)
{
    uint32_t bit = LOOM_SENML_BIT(label);
    if (((*seen | LOOM_SENML_REFUSED) & bit) != 0) {
        return false;
    }
    *seen |= bit & ~LOOM_SENML_BIT(LOOM_SENML_UNKNOWN);
    return true;
}

/** Where a complete record belongs. Its name goes on from the base name, which may have come behind
 *  it.
 *  @param seen a bit for each label that it has
 *  @param name the base name in force, gone on with by that of the record
 *  @return false if it is none that this payload may have */
bool loom_senml_place(const struct loom_decoder *decoder, uint32_t seen,
                      struct loom_path_reader *name, struct loom_path *path);

/** Writes the base name, `/3/0/`: what all names of a payload go on from. It ends before `end`.
 *  @return where it begins */
char *loom_senml_base_before(char *end, const struct loom_path *base, bool goes_on);

/** Writes what follows the base name in the name of something below it. @return where it ends */
static inline uint8_t *loom_senml_rest(uint8_t *at, const struct loom_path *base,
                                       const struct loom_path *path)
{
    size_t depth = path->depth;
    for (size_t level = base->depth;;) {
        at = loom_id_digits(at, path->id[level]);
        if (++level == depth) {
            return at;
        }
        *at++ = '/';
    }
}

#endif
