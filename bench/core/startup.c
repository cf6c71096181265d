/* SPDX-License-Identifier: Apache-2.0 */
/* From reset to main() on a bare Cortex-M4. */
#include <stdint.h>
#include <string.h>

extern uint8_t data_begin[], data_end[], bss_begin[], bss_end[], stack_top[];
extern const uint8_t data_load[];

int main(void);
void reset(void);

static void stop(void)
{
    for (;;) {
    }
}

void reset(void)
{
    memcpy(data_begin, data_load, (size_t)(data_end - data_begin));
    memset(bss_begin, 0, (size_t)(bss_end - bss_begin));
    main();
    stop();
}

/* Initial stack, reset, and the exceptions up to SysTick. */
__attribute__((section(".vectors"), used)) static void *const vectors[16] = {
    stack_top,
    (void *)(uintptr_t)reset,
    (void *)(uintptr_t)stop,
    (void *)(uintptr_t)stop,
};
