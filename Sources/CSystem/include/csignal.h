// What is done before a signal ends this process.
#pragma once

// Whether a line stands on standard error without its end: a signal that ends the process ends the
// line first.
void csignal_line_is_open(int is_open);

// The first signal from now on that would end the process waits; the second one does not. SIGKILL
// cannot be held. Several threads may hold at once; the last to release lets the signal through.
void csignal_hold(void);

// The signal that waits is taken now.
void csignal_release(void);
