/* SPDX-License-Identifier: Apache-2.0 */
/** States and events of a registration's machine (registration_rows.h). */
#ifndef LOOM_REGISTRATION_STATES_H
#define LOOM_REGISTRATION_STATES_H

enum loom_registration_state {
    LOOM_REGISTRATION_OFF,     /**< not wanted */
    LOOM_REGISTRATION_QUEUED,  /**< waits for its turn in the order (rule B-50) */
    LOOM_REGISTRATION_DELAYED, /**< its turn, but Initial Registration Delay runs (rule B-51) */
    LOOM_REGISTRATION_WAITING, /**< a timer of the rules runs until the next attempt */
    LOOM_REGISTRATION_REGISTERING,
    LOOM_REGISTRATION_REGISTERED,
    LOOM_REGISTRATION_UPDATING,
    LOOM_REGISTRATION_ASLEEP, /**< registered, queue mode, radio off (rule B-81) */
    LOOM_REGISTRATION_DEREGISTERING,
    LOOM_REGISTRATION_DISABLED, /**< by resource 1/x/4, until its time is over */
    LOOM_REGISTRATION_FAILED,   /**< given up; a bootstrap may help */
    LOOM_REGISTRATION_STATE_COUNT
};

enum loom_registration_event {
    LOOM_REGISTRATION_START, /**< the account is new, or the device is */
    LOOM_REGISTRATION_TURN,  /**< nothing before it in the order is in its way */
    LOOM_REGISTRATION_AGAIN, /**< no bootstrap helps: start over after the sequence delay */
    LOOM_REGISTRATION_TIMER,
    LOOM_REGISTRATION_ACCEPTED,
    LOOM_REGISTRATION_REFUSED, /**< explicitly: 4.xx, or an alert that is for good (rule H-17) */
    LOOM_REGISTRATION_OLDER,   /**< 4.12, and there is an older release to try */
    LOOM_REGISTRATION_LIST,    /**< 4.09 to a profile id (rule B-42) */
    LOOM_REGISTRATION_NO_ANSWER,
    LOOM_REGISTRATION_LOST,
    LOOM_REGISTRATION_MOVED, /**< another address, or another transport */
    LOOM_REGISTRATION_HEARD, /**< a request came in, or a notification went out */
    LOOM_REGISTRATION_UPDATE,
    LOOM_REGISTRATION_DISABLE,
    LOOM_REGISTRATION_STOP,
    LOOM_REGISTRATION_EVENT_COUNT
};

/** What is to be done in the next step, once the answer to the request that asked for it is out. */
enum loom_registration_wish {
    LOOM_REGISTRATION_WISH_UPDATE = 1 << 0, /**< an Update, or a Register if it is not registered */
    LOOM_REGISTRATION_WISH_MOVE = 1 << 1,   /**< another address, or another transport */
    LOOM_REGISTRATION_WISH_DISABLE = 1 << 2,
    LOOM_REGISTRATION_WISH_STOP = 1 << 3
};

#endif
