/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

#define SECOND 1000u
#define MINUTE (60u * SECOND)
#define HOUR   (60u * MINUTE)

/* How often each kind is drawn, and whether it lasts. */
static const struct {
    const char *name;
    uint8_t weight;
    bool lasts;
} kinds[FAULT_KIND_COUNT] = {
    [FAULT_LOSS] = {"loss", 8, true},
    [FAULT_DOUBLED] = {"duplication", 5, true},
    [FAULT_DELAY] = {"delay", 6, true},
    [FAULT_PARTITION] = {"partition", 8, true},
    [FAULT_ADDRESS] = {"address", 3, false},
    [FAULT_CRASH] = {"crash", 8, true},
    [FAULT_REFUSE] = {"refusal", 8, true},
    [FAULT_LIE] = {"lie", 4, true},
    [FAULT_LATE] = {"late-answer", 4, true},
    [FAULT_TWICE] = {"double-answer", 3, true},
    [FAULT_SILENT] = {"silence", 6, true},
    [FAULT_KEYS] = {"alert", 5, true},
    [FAULT_GARBAGE] = {"garbage", 4, false},
    [FAULT_MANAGE] = {"management", 14, false},
    [FAULT_ACCOUNTS] = {"accounts", 7, true},
    [FAULT_TAMPER] = {"tampering", 5, true},
    [FAULT_HANG_UP] = {"hang-up", 5, false},
    [FAULT_STRANGER] = {"stranger", 3, false},
    /* Weight 0: these come with a twist alone. */
    [FAULT_PUSH] = {"push", 0, false},
    [FAULT_LEAVES] = {"leaving", 0, true},
    [FAULT_GONE] = {"gone-for-good", 0, false},
    [FAULT_FORGETS] = {"memory-forgets", 0, true},
    [FAULT_POWER] = {"power-cut", 8, true},
    [FAULT_FULL] = {"memory-full", 2, true},
    [FAULT_FAILING] = {"memory-failing", 2, true},
    [FAULT_ROT] = {"memory-rot", 1, false},
    [FAULT_FREEZE] = {"freeze", 3, true},
    [FAULT_CLOCK] = {"clock-jump", 3, false},
    [FAULT_UNIX] = {"unix-time", 2, false},
    [FAULT_ASK] = {"product-asks", 5, false},
    [FAULT_RESTARTED] = {"restart", 2, false},
};

static const uint8_t refusals[] = {
    LOOM_CODE(4, 0), LOOM_CODE(4, 1),  LOOM_CODE(4, 3),  LOOM_CODE(4, 4), LOOM_CODE(4, 5),
    LOOM_CODE(4, 9), LOOM_CODE(4, 12), LOOM_CODE(4, 15), LOOM_CODE(5, 0), LOOM_CODE(5, 3),
};

/* Alerts that say "try again" and alerts that say "never" (rule H-17). */
static const uint8_t alerts[] = {0, 20, 40, 42, 45, 46, 48, 51, 70, 80, 90, 115};

static const uint32_t extremes[] = {0, 1, 2, 5, 60, 300, 3600, 86400, 0x7FFFFFFFu, 0xFFFFFFFFu};

#define PICK(random, array) (array)[sim_random_below(random, sizeof(array) / sizeof(array)[0])]

static enum fault_kind draw_kind(struct sim_random *random)
{
    unsigned all = 0;
    for (unsigned i = 0; i < FAULT_KIND_COUNT; i++) {
        all += kinds[i].weight;
    }
    uint64_t at = sim_random_below(random, all);
    unsigned kind = 0;
    while (at >= kinds[kind].weight) {
        at -= kinds[kind].weight;
        kind++;
    }
    return (enum fault_kind)kind;
}

/* Short ones are as likely as long ones: from a second to two days. */
static uint64_t draw_time(struct sim_random *random)
{
    static const uint64_t most[] = {10 * SECOND, 2 * MINUTE, 20 * MINUTE, 3 * HOUR, 48 * HOUR};
    return SECOND + sim_random_below(random, PICK(random, most));
}

static void draw_details(struct fault *fault, struct sim_random *random)
{
    fault->host = (uint8_t)sim_random_between(random, HOST_BS, HOST_B);
    switch ((enum fault_kind)fault->kind) {
    case FAULT_LOSS:
        fault->a = (uint32_t)sim_random_between(random, 5, 100);
        break;
    case FAULT_DOUBLED:
        fault->a = (uint32_t)sim_random_between(random, 5, 60);
        break;
    case FAULT_DELAY:
        fault->a = (uint32_t)sim_random_between(random, 100, 60000);
        break;
    case FAULT_PARTITION:
        fault->a = (uint32_t)sim_random_between(random, 1, 3);
        break;
    case FAULT_REFUSE:
        fault->a = PICK(random, refusals);
        break;
    case FAULT_LIE:
        fault->a = (uint32_t)sim_random_below(random, LIE_COUNT);
        break;
    case FAULT_LATE:
        fault->a = (uint32_t)sim_random_between(random, 1000, 110000);
        break;
    case FAULT_TWICE:
        fault->a = (uint32_t)sim_random_between(random, 1, 3);
        break;
    case FAULT_KEYS:
        fault->a = PICK(random, alerts);
        break;
    case FAULT_GARBAGE:
    case FAULT_STRANGER:
        fault->a = (uint32_t)sim_random_between(random, 1, 12);
        break;
    case FAULT_MANAGE:
        fault->host = (uint8_t)sim_random_between(random, HOST_A, HOST_B);
        fault->a = (uint32_t)sim_random_below(random, MANAGE_COUNT);
        fault->b = PICK(random, extremes);
        break;
    case FAULT_ACCOUNTS:
        fault->host = HOST_BS;
        fault->a = (uint32_t)sim_random_between(random, 1, ACCOUNTS_VARIANTS - 1);
        fault->b = sim_random_chance(random, 50);
        break;
    case FAULT_TAMPER:
        fault->host = HOST_BS;
        fault->a = (uint32_t)sim_random_below(random, TAMPER_DRAWN);
        fault->b = sim_random_chance(random, 50);
        break;
    case FAULT_POWER:
        fault->a = sim_random_chance(random, 40) ? 255 : (uint32_t)sim_random_below(random, 12);
        break;
    case FAULT_ROT:
        fault->a = (uint32_t)sim_random_below(random, 2 * LOOM_SLOT_COUNT);
        fault->b = fault->a / LOOM_SLOT_COUNT;
        fault->a %= LOOM_SLOT_COUNT;
        break;
    case FAULT_CLOCK:
        fault->a = (uint32_t)(draw_time(random) / SECOND);
        break;
    case FAULT_UNIX:
        fault->a = (uint32_t)sim_random_below(random, 4);
        fault->b = PICK(random, extremes);
        break;
    case FAULT_ASK:
        fault->a = (uint32_t)sim_random_below(random, 3);
        break;
    default:
        break;
    }
}

static int by_time(const void *a, const void *b)
{
    const struct fault *first = a;
    const struct fault *second = b;
    return first->at < second->at ? -1 : first->at > second->at ? 1 : 0;
}

/* What is rare: up to three things that must come together to mean something. A bootstrap server
 * that misbehaves is asked for a bootstrap, or it would seldom have one. */
static const struct {
    struct fault fault;
    uint64_t later; /* the next one follows so soon; 0: there is none */
} twists[] = {
    {{.kind = FAULT_PUSH, .host = HOST_BS}, 0},
    {{.kind = FAULT_LEAVES, .host = HOST_A}, 0},
    {{.kind = FAULT_LEAVES, .host = HOST_B}, 0},
    {{.kind = FAULT_GONE, .host = HOST_BS}, 0},
    {{.kind = FAULT_FORGETS}, 0},
    {{.kind = FAULT_TAMPER, .host = HOST_BS, .a = TAMPER_ACCOUNT, .b = 1}, 0},
    {{.kind = FAULT_TAMPER, .host = HOST_BS, .a = TAMPER_OVER, .b = 1}, 0},
    {{.kind = FAULT_TAMPER, .host = HOST_BS, .a = TAMPER_NOWHERE, .b = 1}, 0},
    {{.kind = FAULT_TAMPER, .host = HOST_BS, .a = TAMPER_UNHEARD, .b = 1}, 0},
    {{.kind = FAULT_TAMPER, .host = HOST_BS, .a = TAMPER_LEAVES, .b = 1}, 0},
    /* a time that is set back during a wait that a reboot must not end */
    {{.kind = FAULT_MANAGE, .host = HOST_A, .a = MANAGE_DISABLE}, 5 * SECOND},
    {{.kind = FAULT_UNIX, .a = 2, .b = 86400}, SECOND},
    {{.kind = FAULT_POWER, .a = 255, .lasts = 10 * SECOND}, 0},
    /* a wish for an Update of a server that is disabled */
    {{.kind = FAULT_MANAGE, .host = HOST_A, .a = MANAGE_DISABLE}, 20 * SECOND},
    {{.kind = FAULT_ASK, .a = 0}, 0},
    /* a Location-Path without an end when everybody registers */
    {{.kind = FAULT_LIE, .host = HOST_A, .a = LIE_LONG_LOCATION}, SECOND},
    {{.kind = FAULT_POWER, .a = 255, .lasts = 10 * SECOND}, 0},
    /* a stop in the midst of an Update */
    {{.kind = FAULT_ASK, .a = 0}, 40},
    {{.kind = FAULT_RESTARTED}, 0},
    /* a memory that is full when an account expires */
    {{.kind = FAULT_FULL, .lasts = 3 * HOUR}, 0},
    /* a push that has somebody to hear it */
    {{.kind = FAULT_ASK, .a = 1}, 150 * SECOND},
    {{.kind = FAULT_PUSH, .host = HOST_BS}, 0},
};

/* From a stream of its own, so that the stories without a twist stay what they were. */
static unsigned draw_twist(struct fault *faults, uint64_t seed, uint64_t healed)
{
    const unsigned all = sizeof twists / sizeof twists[0];
    struct sim_random random = sim_random_stream(seed, 6);
    unsigned rounds =
        sim_random_chance(&random, 35) ? 1 + (unsigned)sim_random_below(&random, 3) : 0;
    unsigned count = 0;
    for (unsigned i = 0; i < rounds; i++) {
        uint64_t most =
            sim_random_chance(&random, 60) && healed > 10 * MINUTE ? 10 * MINUTE : healed;
        uint64_t at = sim_random_below(&random, most);
        unsigned twist = (unsigned)sim_random_below(&random, all);
        bool more = true;
        for (; more && at < healed; twist++) {
            struct fault *fault = &faults[count++];
            *fault = twists[twist].fault;
            fault->at = at;
            if (kinds[fault->kind].lasts && fault->lasts == 0) {
                fault->lasts = draw_time(&random);
            }
            fault->lasts = at + fault->lasts > healed ? healed - at : fault->lasts;
            more = twists[twist].later != 0;
            at += sim_random_below(&random, twists[twist].later + 1);
        }
    }
    return count;
}

/* Troubles come in clusters, and many of them near the beginning, where the bootstrap is. */
unsigned fault_draw(struct fault *faults, uint64_t seed, uint64_t healed)
{
    struct sim_random random = sim_random_stream(seed, 3);
    unsigned count = (unsigned)sim_random_between(&random, 1, FAULTS_MAX / 2);
    unsigned left = 0;
    uint64_t at = 0;
    for (unsigned i = 0; i < count; i++) {
        if (left == 0) {
            left = (unsigned)sim_random_between(&random, 1, 6);
            at = sim_random_chance(&random, 30) ? sim_random_below(&random, 10 * MINUTE)
                                                : sim_random_below(&random, healed);
        }
        left--;
        at += sim_random_chance(&random, 60) ? sim_random_below(&random, 5 * SECOND)
                                             : draw_time(&random);
        struct fault *fault = &faults[i];
        *fault = (struct fault){.at = at % healed, .kind = (uint8_t)draw_kind(&random)};
        fault->lasts = kinds[fault->kind].lasts ? draw_time(&random) : 0;
        fault->lasts = fault->at + fault->lasts > healed ? healed - fault->at : fault->lasts;
        draw_details(fault, &random);
    }
    count += draw_twist(faults + count, seed, healed);
    qsort(faults, count, sizeof faults[0], by_time);
    return count;
}

/* ---- as a story ------------------------------------------------------------------------------ */

const char *fault_name(enum fault_kind kind)
{
    return kinds[kind].name;
}

const char *host_name(unsigned host)
{
    static const char *const names[NET_HOSTS] = {"the device", "the bootstrap server", "server A",
                                                 "server B", "a stranger"};
    return names[host];
}

static void tell_network(const struct fault *fault, char *text, size_t size)
{
    const char *host = host_name(fault->host);
    switch ((enum fault_kind)fault->kind) {
    case FAULT_LOSS:
        (void)snprintf(text, size, "the network loses %u %% of all datagrams", (unsigned)fault->a);
        break;
    case FAULT_DOUBLED:
        (void)snprintf(text, size, "the network doubles %u %% of all datagrams",
                       (unsigned)fault->a);
        break;
    case FAULT_DELAY:
        (void)snprintf(text, size, "datagrams take up to %u ms and overtake each other",
                       (unsigned)fault->a);
        break;
    case FAULT_PARTITION:
        (void)snprintf(text, size, "the way %s %s is cut",
                       fault->a == 1   ? "from the device to"
                       : fault->a == 2 ? "to the device from"
                                       : "between the device and",
                       host);
        break;
    default:
        (void)snprintf(text, size, "the device gets another address");
        break;
    }
}

static void tell_manage(const struct fault *fault, char *text, size_t size)
{
    static const char *const operations[MANAGE_COUNT] = {
        "executes 1/x/4, Disable",
        "executes 1/x/8, Registration Update Trigger",
        "executes 1/x/9, Bootstrap-Request Trigger",
        "writes the lifetime, 1/x/1",
        "writes the retry count, 1/x/17",
        "writes the retry timer, 1/x/18",
        "writes the sequence delay, 1/x/19",
        "writes the sequence count, 1/x/20",
        "writes the disable timeout, 1/x/5",
        "reads 1/x",
        "discovers 3",
        "creates an instance of 3303",
        "deletes 3303/1",
        "executes 3/0/4, Reboot"};
    bool writes = fault->a >= MANAGE_LIFETIME && fault->a <= MANAGE_DISABLE_TIMEOUT;
    (void)snprintf(text, size, "%s %s", host_name(fault->host), operations[fault->a]);
    if (writes) {
        size_t used = 0;
        while (text[used] != '\0') {
            used++;
        }
        (void)snprintf(text + used, size - used, ": %u", (unsigned)fault->b);
    }
}

static void tell_server(const struct fault *fault, char *text, size_t size)
{
    static const char *const lies[LIE_COUNT] = {
        "answers a Register 2.04",          "answers a Register without a location",
        "answers with a location too long", "answers 2.05 to whatever it did",
        "answers 2.01 to whatever it did",  "answers with a code of no class"};
    static const char *const variants[ACCOUNTS_VARIANTS] = {
        "right accounts",
        "accounts with a wrong key",
        "accounts with the address of somebody else",
        "accounts of a host that nobody knows",
        "accounts and an access control owner that is none",
        "one resource of an account, and nothing else",
        "no account for this device",
        "nothing but a Delete of everything",
        "accounts with a lifetime of 2^32-1"};
    static const char *const tampers[TAMPER_COUNT] = {
        "sends payloads with a wrong byte",
        "writes to the instance beside",
        "sends a Finish before each command",
        "deletes everything before each command",
        "writes Server instances to object 3303",
        "writes Security instances to object 3303",
        "deletes /0/1 or /1/0 before the Finish",
        "writes a second Bootstrap-Server Account",
        "writes a server's account to /0/0",
        "writes to an object that is not there, too",
        "hears nothing after its Finish",
        "closes its session in the midst of its commands"};
    const char *host = host_name(fault->host);
    switch ((enum fault_kind)fault->kind) {
    case FAULT_CRASH:
        (void)snprintf(text, size, "%s crashes and comes back empty", host);
        break;
    case FAULT_REFUSE:
        (void)snprintf(text, size, "%s answers everything %u.%02u", host, (unsigned)fault->a / 32,
                       (unsigned)fault->a % 32);
        break;
    case FAULT_LIE:
        (void)snprintf(text, size, "%s %s", host, lies[fault->a]);
        break;
    case FAULT_LATE:
        (void)snprintf(text, size, "%s answers %u ms late", host, (unsigned)fault->a);
        break;
    case FAULT_TWICE:
        (void)snprintf(text, size, "%s answers %u times", host, (unsigned)fault->a + 1);
        break;
    case FAULT_SILENT:
        (void)snprintf(text, size, "%s hears, but never answers", host);
        break;
    case FAULT_KEYS:
        (void)snprintf(text, size, "%s ends handshakes with alert %u", host, (unsigned)fault->a);
        break;
    case FAULT_GARBAGE:
        (void)snprintf(text, size, "%s sends %u requests that make no sense", host,
                       (unsigned)fault->a);
        break;
    case FAULT_ACCOUNTS:
        (void)snprintf(text, size, "the bootstrap server has %s", variants[fault->a]);
        break;
    case FAULT_TAMPER:
        (void)snprintf(text, size, "the bootstrap server %s", tampers[fault->a]);
        break;
    case FAULT_HANG_UP:
        (void)snprintf(text, size, "%s closes its secure sessions", host);
        break;
    case FAULT_PUSH:
        (void)snprintf(text, size, "the bootstrap server pushes its accounts");
        break;
    case FAULT_LEAVES:
        (void)snprintf(text, size, "%s closes its session after each Register", host);
        break;
    case FAULT_GONE:
        (void)snprintf(text, size, "the bootstrap server goes, and never comes back");
        break;
    case FAULT_STRANGER:
        (void)snprintf(text, size, "a stranger sends %u requests", (unsigned)fault->a);
        break;
    default:
        tell_manage(fault, text, size);
        break;
    }
}

static void tell_device(const struct fault *fault, char *text, size_t size)
{
    static const char *const asks[] = {"an Update", "a bootstrap", "a look at its objects"};
    static const char *const unix_times[] = {"is forgotten", "is known", "goes back by",
                                             "goes forward by"};
    switch ((enum fault_kind)fault->kind) {
    case FAULT_POWER:
        if (fault->a == 255) {
            (void)snprintf(text, size, "the power is cut");
        } else {
            (void)snprintf(text, size, "the power is cut after %u more operations on the memory",
                           (unsigned)fault->a);
        }
        break;
    case FAULT_FULL:
        (void)snprintf(text, size, "the memory is full");
        break;
    case FAULT_FAILING:
        (void)snprintf(text, size, "the memory fails now and then");
        break;
    case FAULT_FORGETS:
        (void)snprintf(text, size, "the memory keeps something else than it is given");
        break;
    case FAULT_ROT:
        (void)snprintf(text, size,
                       fault->b ? "a bit of slot %u and one of the other slot turn"
                                : "a bit of slot %u turns",
                       (unsigned)fault->a);
        break;
    case FAULT_FREEZE:
        (void)snprintf(text, size, "the device stands still");
        break;
    case FAULT_CLOCK:
        (void)snprintf(text, size, "the device's clock jumps %u s forward", (unsigned)fault->a);
        break;
    case FAULT_UNIX:
        (void)snprintf(text, size, "Unix time %s", unix_times[fault->a]);
        if (fault->a >= 2) {
            (void)snprintf(text, size, "Unix time %s %u s", unix_times[fault->a],
                           (unsigned)fault->b);
        }
        break;
    case FAULT_ASK:
        (void)snprintf(text, size, "the product asks for %s", asks[fault->a]);
        break;
    default:
        (void)snprintf(text, size, "the product stops the client and starts it again");
        break;
    }
}

void fault_tell(const struct fault *fault, char *text, size_t size)
{
    if (fault->kind <= FAULT_ADDRESS) {
        tell_network(fault, text, size);
    } else if (fault->kind <= FAULT_GONE) {
        tell_server(fault, text, size);
    } else {
        tell_device(fault, text, size);
    }
    bool asks = fault->b != 0 && (fault->kind == FAULT_ACCOUNTS || fault->kind == FAULT_TAMPER);
    if (fault->lasts > 0) {
        char time[32];
        size_t used = 0;
        while (text[used] != '\0') {
            used++;
        }
        (void)snprintf(text + used, size - used, ", for %s%s", sim_time_text(fault->lasts, time),
                       asks ? ", and the product asks for a bootstrap" : "");
    }
}
