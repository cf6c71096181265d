/* SPDX-License-Identifier: Apache-2.0 */
/* The feature of answers in pieces: each room knows its own. */
#include "bootstrap/commands.h"
#include "management/operation.h"
#include "model/large_answer.h"

const struct loom_large_answers_feature loom_feature_large_answers = {
    .answer = loom_operation_answer_in_pieces, .bootstrap_answer = loom_bootstrap_answer_in_pieces};
