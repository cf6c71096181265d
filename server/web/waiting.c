/* SPDX-License-Identifier: Apache-2.0 */
#include "web/waiting.h"

#include <stdlib.h>

struct waiter {
    struct loom_list place;
    struct loom_http_request *request;
    uint64_t command;
    int64_t until;
    bool kept; /* the command is there */
    loom_web_answer *answer;
    void *user;
};

static void free_waiter(struct waiter *waiter)
{
    loom_list_remove(&waiter->place);
    free(waiter);
}

static void gone(void *user)
{
    free_waiter(user);
}

static bool has_ended(const struct loom_command *command)
{
    return command->state != LOOM_COMMAND_QUEUED && command->state != LOOM_COMMAND_SENT;
}

/* @return whether the request was answered */
static bool serve(struct waiter *waiter, const struct loom_command *command)
{
    if (command->elsewhere) {
        waiter->answer(waiter->user, waiter->request, command, LOOM_WEB_LATE);
        return true;
    }
    if (!waiter->kept && command->state == LOOM_COMMAND_CANCELLED) {
        waiter->answer(waiter->user, waiter->request, command, LOOM_WEB_NOT_KEPT);
        return true;
    }
    waiter->kept = true;
    if (has_ended(command) || waiter->until == 0) {
        waiter->answer(waiter->user, waiter->request, command,
                       has_ended(command) ? LOOM_WEB_ENDED : LOOM_WEB_LATE);
        return true;
    }
    return false;
}

static void on_command(void *self, const struct loom_command *command)
{
    struct loom_web_waiting *waiting = self;
    struct loom_list *at = waiting->list.next;
    while (at != &waiting->list) {
        struct waiter *waiter = LOOM_LIST_ENTRY(at, struct waiter, place);
        at = at->next;
        if (waiter->command == command->id && serve(waiter, command)) {
            free_waiter(waiter);
        }
    }
}

bool loom_web_waiting_begin(struct loom_web_waiting *waiting, struct loom_devices *devices)
{
    const struct loom_devices_listener listener = {.on_command = on_command, .self = waiting};
    waiting->devices = devices;
    loom_list_begin(&waiting->list);
    return loom_devices_listen(devices, &listener);
}

void loom_web_wait(struct loom_web_waiting *waiting, struct loom_http_request *request, uint64_t id,
                   int64_t until, loom_web_answer *answer, void *user)
{
    const struct loom_command *command = loom_commands_find(waiting->devices->commands, id);
    struct waiter *waiter = calloc(1, sizeof *waiter);
    if (waiter == NULL) {
        loom_http_problem(request, 500, "no-memory", "out of memory");
        return;
    }
    waiter->request = request;
    waiter->command = id;
    waiter->until = until;
    waiter->answer = answer;
    waiter->user = user;
    loom_list_begin(&waiter->place);
    if (command != NULL && serve(waiter, command)) {
        free(waiter);
        return;
    }
    loom_list_append(&waiting->list, &waiter->place);
    loom_http_defer(request, gone, waiter);
}

void loom_web_waiting_step(struct loom_web_waiting *waiting, int64_t now)
{
    struct loom_list *at = waiting->list.next;
    while (at != &waiting->list) {
        struct waiter *waiter = LOOM_LIST_ENTRY(at, struct waiter, place);
        const struct loom_command *command =
            loom_commands_find(waiting->devices->commands, waiter->command);
        at = at->next;
        if (waiter->kept && waiter->until <= now && command != NULL) {
            waiter->answer(waiter->user, waiter->request, command, LOOM_WEB_LATE);
            free_waiter(waiter);
        }
    }
}

int64_t loom_web_waiting_deadline(const struct loom_web_waiting *waiting)
{
    int64_t deadline = INT64_MAX;
    for (const struct loom_list *at = waiting->list.next; at != &waiting->list; at = at->next) {
        const struct waiter *waiter = LOOM_LIST_ENTRY(at, const struct waiter, place);
        if (waiter->kept && waiter->until < deadline) {
            deadline = waiter->until;
        }
    }
    return deadline;
}
