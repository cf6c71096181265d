/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a program and the service manager that started it tell each other (sd_notify(3), systemd's
 * protocol of datagrams), without a library of systemd. Without a service manager nothing happens.
 */
#ifndef LOOM_SERVICE_H
#define LOOM_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Room for a state that is told. */
#define LOOM_SERVICE_STATE_MAX 512u

/**
 * Tells the service manager one or more lines such as `READY=1` or `STATUS=...`, by the socket that
 * the environment names (NOTIFY_SOCKET). Waits a second at most.
 * @return false: it was not told; errno is 0 where there is no service manager
 */
bool loom_service_tell(const char *state);

/** Tells that the configuration is being read again, with the time that systemd wants beside it.
 * The end of it is `READY=1`. */
bool loom_service_tell_reloading(void);

/** @return after how many milliseconds at most the service manager wants to hear `WATCHDOG=1`; 0:
 *          it does not ask for that, or not this process (WATCHDOG_USEC, WATCHDOG_PID) */
uint64_t loom_service_watchdog_ms(void);

/**
 * Takes the socket that the service manager has opened for this process (sd_listen_fds(3):
 * LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES). Those variables are gone afterwards, and no program that
 * is started inherits the socket.
 * @param name how it must be called; NULL: in any way
 * @param socket the descriptor, which belongs to the caller; -1: none was passed
 * @param trouble what is wrong, for people
 * @return false: what was passed cannot be taken
 */
bool loom_service_take_socket(const char *name, int *socket, const char **trouble);

/** @return whether what is written to a descriptor goes to the journal, which takes levels as a
 *          prefix `<6>` (JOURNAL_STREAM) */
bool loom_service_is_journal(int file);

#ifdef __cplusplus
}
#endif

#endif
