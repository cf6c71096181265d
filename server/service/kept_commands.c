/* SPDX-License-Identifier: Apache-2.0 */
#include "service/kept_commands.h"

#include "common/text.h"
#include "loom/event.h"

#include <stdlib.h>
#include <string.h>

/* A command as it is to be stored, in a block of its own. */
struct job {
    struct loom_kept_commands *kept;
    struct loom_stored_command command;
    int64_t before; /* of a job that removes */
    bool elsewhere; /* another node has it, or it has ended there */
    char bytes[];
};

/* ---- storing --------------------------------------------------------------------------------- */

static enum loom_database_status run_add(struct loom_database *database, void *data)
{
    struct job *job = data;
    return loom_stored_command_add(database, &job->command, &job->elsewhere);
}

static enum loom_database_status run_save(struct loom_database *database, void *data)
{
    struct job *job = data;
    enum loom_database_status status = loom_stored_command_save(database, &job->command);
    job->elsewhere = status == LOOM_DATABASE_OK && loom_database_changes(database) == 0;
    return status;
}

static void done(void *data, enum loom_database_status status)
{
    struct job *job = data;
    struct loom_kept_commands *kept = job->kept;
    uint64_t id = (uint64_t)job->command.id;
    int64_t now = kept->now(kept->user);
    if (status == LOOM_DATABASE_OK && job->elsewhere) {
        loom_commands_elsewhere(kept->commands, id, now);
    } else {
        loom_commands_kept(kept->commands, id, status == LOOM_DATABASE_OK, now);
    }
    free(job);
}

static struct loom_text put(char **at, const char *text)
{
    struct loom_text copy = {NULL, 0};
    if (text != NULL) {
        copy = (struct loom_text){*at, strlen(text)};
        memcpy(*at, text, copy.length);
        *at += copy.length;
    }
    return copy;
}

static size_t length_of(const char *text)
{
    return text == NULL ? 0 : strlen(text);
}

static bool has_ended(enum loom_command_state state)
{
    return state != LOOM_COMMAND_QUEUED && state != LOOM_COMMAND_SENT;
}

static struct job *job_of(const struct loom_command *command)
{
    const char *failure =
        command->state == LOOM_COMMAND_FAILED ? loom_failure_name(command->failure) : NULL;
    struct job *job = calloc(1, sizeof *job + strlen(command->endpoint) + strlen(command->body) +
                                    length_of(command->who) + length_of(command->result));
    if (job == NULL) {
        return NULL;
    }
    char *at = job->bytes;
    /* The names are constants. */
    job->command = (struct loom_stored_command){
        .id = (int64_t)command->id,
        .endpoint = put(&at, command->endpoint),
        .operation = loom_string_text(loom_dm_operation_name(command->operation)),
        .body = put(&at, command->body),
        .who = put(&at, command->who),
        .priority = command->priority,
        .state = loom_string_text(loom_command_state_name(command->state)),
        .ended = has_ended(command->state),
        .code = command->code,
        .attempts = command->attempts,
        .created = command->created,
        .expires = command->expires,
        .changed = command->changed,
        .result = put(&at, command->result),
    };
    if (failure != NULL) {
        job->command.failure = loom_string_text(failure);
    }
    return job;
}

static bool post(struct loom_kept_commands *kept, const struct loom_command *command,
                 enum loom_database_status (*run)(struct loom_database *database, void *data))
{
    struct job *job = job_of(command);
    if (job == NULL) {
        return false;
    }
    const struct loom_writer_job posted = {.run = run, .done = done, .data = job};
    job->kept = kept;
    job->command.node = kept->node;
    if (loom_writer_post(kept->writer, &posted) == 0) {
        free(job);
        return false;
    }
    return true;
}

static bool add(void *self, const struct loom_command *command)
{
    return post(self, command, run_add);
}

static bool keep(void *self, const struct loom_command *command)
{
    return post(self, command, run_save);
}

static bool ready(void *self)
{
    const struct loom_kept_commands *kept = self;
    return kept->writer != NULL && !loom_writer_lost(kept->writer);
}

/* ---- removing -------------------------------------------------------------------------------- */

static enum loom_database_status run_prune(struct loom_database *database, void *data)
{
    return loom_stored_command_prune(database, ((const struct job *)data)->before);
}

static void done_pruning(void *data, enum loom_database_status status)
{
    (void)status; /* the next time removes what is left */
    free(data);
}

void loom_kept_commands_prune(struct loom_kept_commands *kept)
{
    struct job *job = calloc(1, sizeof *job);
    const struct loom_writer_job posted = {.run = run_prune, .done = done_pruning, .data = job};
    if (job == NULL) {
        return;
    }
    job->before = kept->now(kept->user) - LOOM_KEPT_COMMANDS_MS;
    if (loom_writer_post(kept->writer, &posted) == 0) {
        free(job);
    }
}

/* ---- after a restart ------------------------------------------------------------------------- */

static bool read_operation(struct loom_text name, enum loom_dm_operation *operation)
{
    for (unsigned i = 0; i <= LOOM_DM_CANCEL_COMPOSITE; i++) {
        *operation = (enum loom_dm_operation)i;
        if (loom_text_is(name, loom_dm_operation_name(*operation))) {
            return true;
        }
    }
    return false;
}

static const char *terminate(char **at, struct loom_text text)
{
    char *copy = *at;
    if (text.length > 0) {
        memcpy(copy, text.data, text.length);
    }
    copy[text.length] = '\0';
    *at += text.length + 1;
    return copy;
}

static bool read_failure(struct loom_text name, enum loom_failure *failure)
{
    for (int i = LOOM_FAILURE_NONE; i <= LOOM_FAILURE_UNUSABLE; i++) {
        *failure = (enum loom_failure)i;
        if (loom_text_is(name, loom_failure_name(*failure))) {
            return true;
        }
    }
    return false;
}

bool loom_kept_command_copy(const struct loom_stored_command *stored, struct loom_command **copy)
{
    struct loom_command command = {.id = (uint64_t)stored->id,
                                   .priority = (unsigned)stored->priority,
                                   .code = (uint8_t)stored->code,
                                   .attempts = (unsigned)stored->attempts,
                                   .created = stored->created,
                                   .expires = stored->expires,
                                   .changed = stored->changed};
    *copy = NULL;
    if (stored->priority < 0 || stored->priority > LOOM_COMMAND_PRIORITY_MAX ||
        !read_operation(stored->operation, &command.operation) ||
        !loom_command_state_read(stored->state, &command.state) ||
        (stored->failure.data != NULL && !read_failure(stored->failure, &command.failure))) {
        return true;
    }
    struct loom_command *made =
        malloc(sizeof *made + stored->endpoint.length + stored->body.length + stored->who.length +
               stored->result.length + 4);
    if (made == NULL) {
        return false;
    }
    char *at = (char *)(made + 1);
    command.endpoint = terminate(&at, stored->endpoint);
    command.body = terminate(&at, stored->body);
    command.who = terminate(&at, stored->who);
    command.result = stored->result.data == NULL ? NULL : terminate(&at, stored->result);
    *made = command;
    *copy = made;
    return true;
}

bool loom_kept_commands_collect(void *user, const struct loom_stored_command *stored)
{
    struct loom_kept_command_list *list = user;
    struct loom_command *command;
    list->full = !loom_kept_command_copy(stored, &command);
    if (command == NULL) {
        return !list->full; /* a row that this program did not write is left alone */
    }
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 64 : 2 * list->room;
        struct loom_command **commands = realloc(list->commands, room * sizeof *commands);
        if (commands == NULL) {
            list->full = true;
            free(command);
            return false;
        }
        list->commands = commands;
        list->room = room;
    }
    list->commands[list->count++] = command;
    return true;
}

void loom_kept_commands_forget(struct loom_kept_command_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->commands[i]);
    }
    free(list->commands);
    memset(list, 0, sizeof *list);
}

bool loom_kept_commands_give(const struct loom_kept_commands *kept,
                             const struct loom_kept_command_list *list)
{
    bool good = true;
    for (size_t i = 0; i < list->count; i++) {
        good =
            loom_commands_restore(kept->commands, list->commands[i], kept->now(kept->user)) && good;
    }
    return good;
}

enum loom_database_status loom_kept_commands_restore(struct loom_kept_commands *kept,
                                                     struct loom_commands *commands,
                                                     struct loom_database *database, size_t *count)
{
    struct loom_kept_command_list list = {.full = false};
    kept->commands = commands;
    enum loom_database_status status = loom_stored_command_adopt(database, kept->node);
    if (status == LOOM_DATABASE_OK) {
        status = loom_stored_command_each(database, kept->node, loom_kept_commands_collect, &list);
    }
    *count = list.count;
    bool good = status != LOOM_DATABASE_OK || (!list.full && loom_kept_commands_give(kept, &list));
    loom_kept_commands_forget(&list);
    return good ? status : LOOM_DATABASE_ERROR;
}

/* ---- begin ----------------------------------------------------------------------------------- */

void loom_kept_commands_write(struct loom_kept_commands *kept, struct loom_writer *writer)
{
    kept->writer = writer;
}

void loom_kept_commands_begin(struct loom_kept_commands *kept, struct loom_text node,
                              int64_t (*now)(void *user), void *user)
{
    *kept = (struct loom_kept_commands){
        .keeper = {.self = kept, .add = add, .keep = keep, .ready = ready},
        .now = now,
        .user = user,
        .node = node};
}
