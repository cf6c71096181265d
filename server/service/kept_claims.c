/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that other nodes have, or have left for this one. */
#include "service/kept_commands.h"

#include <stdlib.h>
#include <string.h>

/* Commands that are looked for at a time. */
#define CLAIMED_MAX 256u

/* What is claimed: for one device, for all that are registered here, or what waits for this node.
 */
struct claim {
    struct loom_kept_commands *kept;
    struct loom_kept_command_list list;
    bool all;
    bool again;                /* also what is this node's already, and may not be in memory */
    struct loom_text endpoint; /* data NULL: of all */
    char name[];
};

static enum loom_database_status run(struct loom_database *database, void *data)
{
    struct claim *claim = data;
    struct loom_text node = claim->kept->node;
    loom_stored_command_visitor *collect = loom_kept_commands_collect;
    enum loom_database_status status;
    loom_kept_commands_forget(&claim->list);
    if (claim->endpoint.data != NULL) {
        status =
            loom_stored_command_claim_of(database, node, claim->endpoint, collect, &claim->list);
    } else if (claim->all) {
        status = loom_stored_command_claim_all(database, node, CLAIMED_MAX, collect, &claim->list);
    } else {
        status = loom_stored_command_claim(database, node, CLAIMED_MAX, collect, &claim->list);
    }
    if (status == LOOM_DATABASE_OK && claim->again) {
        status = loom_stored_command_each(database, node, collect, &claim->list);
    }
    return claim->list.full ? LOOM_DATABASE_ERROR : status;
}

static void done(void *data, enum loom_database_status status)
{
    struct claim *claim = data;
    struct loom_kept_commands *kept = claim->kept;
    bool given = status == LOOM_DATABASE_OK && loom_kept_commands_give(kept, &claim->list);
    if (claim->endpoint.data == NULL) {
        kept->looking = false;
    }
    if (!given) {
        kept->doubtful = true;
    } else if (claim->list.count >= CLAIMED_MAX) {
        kept->poll = kept->now(kept->user);
        kept->sweep = claim->all ? kept->poll : kept->sweep;
    }
    loom_kept_commands_forget(&claim->list);
    free(claim);
}

/* @return false: it is not looked for */
static bool post(struct loom_kept_commands *kept, struct loom_text endpoint, bool all)
{
    struct claim *claim = calloc(1, sizeof *claim + endpoint.length + 1);
    const struct loom_writer_job posted = {.run = run, .done = done, .data = claim};
    if (claim == NULL) {
        return false;
    }
    claim->kept = kept;
    claim->all = all;
    claim->again = kept->doubtful && endpoint.data == NULL;
    if (endpoint.data != NULL) {
        memcpy(claim->name, endpoint.data, endpoint.length);
        claim->endpoint = (struct loom_text){claim->name, endpoint.length};
    }
    if (loom_writer_post(kept->writer, &posted) == 0) {
        free(claim);
        return false;
    }
    kept->doubtful = kept->doubtful && !claim->again;
    return true;
}

static bool is_shared(const struct loom_kept_commands *kept)
{
    return kept->node.length > 0 && kept->writer != NULL;
}

/* What is not looked for now is found when all devices are looked at. */
void loom_kept_commands_claim(struct loom_kept_commands *kept, struct loom_text endpoint)
{
    if (is_shared(kept)) {
        (void)post(kept, endpoint, false);
    }
}

void loom_kept_commands_step(struct loom_kept_commands *kept)
{
    static const struct loom_text nobody = {NULL, 0};
    int64_t now = kept->now(kept->user);
    if (!is_shared(kept) || now < kept->poll) {
        return;
    }
    bool all = now >= kept->sweep;
    kept->poll = now + LOOM_KEPT_COMMANDS_POLL_MS;
    /* What there is no room for waits in the database. */
    if (!kept->looking && !loom_commands_are_full(kept->commands) && post(kept, nobody, all)) {
        kept->looking = true;
        kept->sweep = all ? now + LOOM_KEPT_COMMANDS_SWEEP_MS : kept->sweep;
    }
}

int64_t loom_kept_commands_deadline(const struct loom_kept_commands *kept)
{
    return is_shared(kept) ? kept->poll : INT64_MAX;
}
