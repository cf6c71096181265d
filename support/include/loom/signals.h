/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What every program does at its start: standard descriptors that may be closed, and the signals
 * that end it.
 */
#ifndef LOOM_SIGNALS_H
#define LOOM_SIGNALS_H

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Opens /dev/null for each standard descriptor that the program was started without: a socket would
 * take its place, and then be read as the console or have events printed into it. From then on
 * SIGPIPE is ignored, and SIGTERM and SIGINT are noted.
 * @return a descriptor that poll() finds readable, for good, once SIGTERM or SIGINT has come; -1:
 *         errno says why not
 */
int loom_signals_catch(void);

#ifdef __cplusplus
}
#endif

#endif
