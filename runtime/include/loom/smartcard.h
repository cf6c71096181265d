/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The place of a smartcard in the bootstrap sequence: its first step (rules A-10, E-1;
 * Core 6.1.3.2, 6.1.4).
 *
 * Reading a card takes a while, so the client only asks for it and goes on when the reader reports
 * the end with loom_client_smartcard().
 */
#ifndef LOOM_SMARTCARD_H
#define LOOM_SMARTCARD_H

#include "loom/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct loom_smartcard {
    void *self;

    /**
     * Begins to read EF LwM2M_Bootstrap (rules E.2; Core App. G). The end is reported by
     * loom_client_smartcard(), later and not from within this call.
     * @return LOOM_OK; LOOM_NOT_FOUND there is no card or no reader: the sequence goes on without
     */
    enum loom_status (*read)(void *self);
};

#ifdef __cplusplus
}
#endif

#endif
