/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What every program does at its start: standard descriptors that may be closed, and the signals
 * that end it.
 */
#ifndef LOOM_SIGNALS_H
#define LOOM_SIGNALS_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Opens /dev/null for each standard descriptor that the program was started without: a socket would
 * take its place, and then be read as the console or have events printed into it. From then on
 * SIGPIPE is ignored, and SIGTERM and SIGINT are noted.
 * @return a descriptor that poll() finds readable once SIGTERM or SIGINT has come, for good unless
 *         loom_signals_take() is called; -1: errno says why not
 */
int loom_signals_catch(void);

/** Notes one more signal, such as SIGHUP. @return false: errno says why not */
bool loom_signals_also(int number);

/** @param signals what loom_signals_catch() returned
 *  @return the next signal that was noted, in the order they came; 0: there is none */
int loom_signals_take(int signals);

/** From now on SIGTERM and SIGINT end the program at once: for a program that is ending already. */
void loom_signals_let_end(void);

#ifdef __cplusplus
}
#endif

#endif
