/* SPDX-License-Identifier: Apache-2.0 */
/** States and events of the Firmware Update's machine (firmware_rows.h). */
#ifndef LOOM_FIRMWARE_STATES_H
#define LOOM_FIRMWARE_STATES_H

enum loom_firmware_state {
    LOOM_FIRMWARE_IDLE,       /**< State 0 */
    LOOM_FIRMWARE_RECEIVING,  /**< State 1: a server pushes an image */
    LOOM_FIRMWARE_ASKING,     /**< State 1: the next piece is asked for when its time has come */
    LOOM_FIRMWARE_FETCHING,   /**< State 1: a piece is on its way */
    LOOM_FIRMWARE_STORING,    /**< State 1: the product stores a piece, or makes ready to */
    LOOM_FIRMWARE_VERIFYING,  /**< State 1: the image is whole, and the product checks it */
    LOOM_FIRMWARE_DOWNLOADED, /**< State 2 */
    LOOM_FIRMWARE_DEFERRED,   /**< State 2: the user has put the installation off (rule C-101) */
    LOOM_FIRMWARE_UPDATING,   /**< State 3 */
    LOOM_FIRMWARE_STATE_COUNT
};

enum loom_firmware_event {
    LOOM_FIRMWARE_RESET, /**< an empty Package or Package URI was written (rule C-93) */
    LOOM_FIRMWARE_PUSH,  /**< a Package begins */
    LOOM_FIRMWARE_URI,   /**< a Package URI was written */
    LOOM_FIRMWARE_TIMER,
    LOOM_FIRMWARE_ANSWER,    /**< a piece of the image, or all of it, has come */
    LOOM_FIRMWARE_REFUSED,   /**< the file server answered 4.xx but 4.29, or what is no image */
    LOOM_FIRMWARE_NO_ANSWER, /**< it did not answer, or 5.xx or 4.29; or the session is lost */
    LOOM_FIRMWARE_DONE,      /**< the product has done what it was asked for */
    LOOM_FIRMWARE_FAILED,    /**< it has not; `result` says why */
    LOOM_FIRMWARE_UPDATE,    /**< Execute on 5/x/2 */
    LOOM_FIRMWARE_CANCEL,    /**< Execute on 5/x/10 */
    LOOM_FIRMWARE_ACCEPTED,  /**< the user wants what was put off */
    LOOM_FIRMWARE_EVENT_COUNT
};

#endif
