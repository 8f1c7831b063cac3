// Keeps the dynamic linker from saving a secret on the stack.
#pragma once

// Starts and ends threads, so that all that starting one calls in the dynamic linker is bound; called
// before a library is loaded that starts threads of its own. What fails is left lazily bound.
void cbind_threads(void);
