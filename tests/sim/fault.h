/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What goes wrong in a story: a list drawn up front, so that leaving entries out makes a shorter
 * story of the same world.
 */
#ifndef SIM_FAULT_H
#define SIM_FAULT_H

#include "random.h"

#include <stddef.h>

#define FAULTS_MAX 40u

enum fault_kind {
    /* the network */
    FAULT_LOSS,      /* a: percent */
    FAULT_DOUBLED,   /* a: percent */
    FAULT_DELAY,     /* a: milliseconds at most */
    FAULT_PARTITION, /* host; a: 1 to, 2 from, 3 both ways between the device and it */
    FAULT_ADDRESS,   /* the device gets another address */
    /* servers; `host` */
    FAULT_CRASH,    /* down for its time, back without registrations and sessions */
    FAULT_REFUSE,   /* a: the code that every request is answered with */
    FAULT_LIE,      /* a: which answer is wrong, see enum lie */
    FAULT_LATE,     /* a: milliseconds before each answer */
    FAULT_TWICE,    /* each answer a times more */
    FAULT_SILENT,   /* nothing is answered */
    FAULT_KEYS,     /* handshakes end with alert a */
    FAULT_GARBAGE,  /* a requests that make no sense */
    FAULT_MANAGE,   /* a: an operation, see enum manage; b: a value */
    FAULT_ACCOUNTS, /* the bootstrap server has accounts of variant a; b: and the product asks */
    FAULT_TAMPER,   /* what the bootstrap server sends is changed: a, see enum tamper; b: and the
                       product asks */
    FAULT_HANG_UP,  /* its secure sessions with the device are closed */
    FAULT_STRANGER, /* a requests from somebody without an account */
    /* the device */
    FAULT_POWER,     /* off for its time; a: after so many writes to the store, 255: at once */
    FAULT_FULL,      /* the memory takes no writes */
    FAULT_FAILING,   /* the memory fails now and then */
    FAULT_ROT,       /* a bit of slot a turns */
    FAULT_FREEZE,    /* the processor stands still for its time */
    FAULT_CLOCK,     /* its clock jumps forward by a seconds */
    FAULT_UNIX,      /* Unix time: a 0 forgotten, 1 known, 2 back by b, 3 forward by b */
    FAULT_ASK,       /* its product asks: a 0 Update, 1 bootstrap, 2 objects changed */
    FAULT_RESTARTED, /* its product stops the client and starts it again */
    FAULT_KIND_COUNT
};

enum lie {
    LIE_CHANGED_FOR_CREATED,
    LIE_NO_LOCATION,
    LIE_LONG_LOCATION,
    LIE_CONTENT,
    LIE_CREATED_FOR_ALL,
    LIE_CODE_7,
    LIE_COUNT
};

enum manage {
    MANAGE_DISABLE,
    MANAGE_UPDATE,
    MANAGE_BOOTSTRAP,
    MANAGE_LIFETIME,
    MANAGE_RETRY_COUNT,
    MANAGE_RETRY_TIMER,
    MANAGE_SEQUENCE_DELAY,
    MANAGE_SEQUENCE_COUNT,
    MANAGE_DISABLE_TIMEOUT,
    MANAGE_READ,
    MANAGE_DISCOVER,
    MANAGE_CREATE,
    MANAGE_DELETE,
    MANAGE_REBOOT,
    MANAGE_COUNT
};

enum tamper {
    TAMPER_BYTE,    /* a byte of a payload is another */
    TAMPER_PATH,    /* the instance is another */
    TAMPER_FINISH,  /* a Finish before each command */
    TAMPER_DELETE,  /* a Delete of `/` before each command */
    TAMPER_DROP,    /* writes of object 1 go to object 3303 */
    TAMPER_NO_KEYS, /* writes of object 0 go to object 3303 */
    TAMPER_UNLINK,  /* a Delete of /0/1 or /1/0 before the Finish */
    TAMPER_COUNT
};

enum accounts_variant {
    ACCOUNTS_RIGHT,
    ACCOUNTS_WRONG_KEY,
    ACCOUNTS_WRONG_URI,
    ACCOUNTS_UNKNOWN_HOST,
    ACCOUNTS_BAD_OWNER,
    ACCOUNTS_PART,
    ACCOUNTS_NOBODY,
    ACCOUNTS_EMPTY,
    ACCOUNTS_FOR_EVER,
    ACCOUNTS_VARIANTS
};

struct fault {
    uint64_t at;    /* milliseconds after the start */
    uint64_t lasts; /* 0: it happens and is over */
    uint8_t kind;
    uint8_t host;
    uint32_t a;
    uint32_t b;
};

/** How a server's host behaves; the sum of the faults that last. */
struct nature {
    bool down;
    bool silent;
    uint8_t refuse; /* 0: no */
    int lie;        /* -1: no */
    int tamper;     /* -1: no */
    int alert;      /* -1: no */
    unsigned variant;
};

/** Draws the faults of a story that ends at `healed`. @return how many */
unsigned fault_draw(struct fault *faults, uint64_t seed, uint64_t healed);

/** A sentence part, such as "the LwM2M server A crashes, for 0 d 00:10:00". */
void fault_tell(const struct fault *fault, char *text, size_t size);

const char *fault_name(enum fault_kind kind);
const char *host_name(unsigned host);

#endif
