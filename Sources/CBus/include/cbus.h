// D-Bus by libsystemd's sd-bus: signals that are listened to, and the few calls that the watch makes.
// One thread; the library is opened at first use. What fails gives a negative errno.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define CBUS_LIBRARY "libsystemd.so.0"

typedef struct sd_bus sd_bus;

// A signal, with what its arguments begin with. Of PropertiesChanged, those of LockedHint alone are told,
// with its value as the flag.
struct cbus_signal {
    const char *interface, *member, *path;
    const char *text;  // the first text; NULL where there is none
    uint32_t number;   // the first number
    int flag;          // the first truth value
};

typedef void cbus_hear(const struct cbus_signal *signal, void *context);
typedef void cbus_session(const char *id, uint32_t user, const char *seat, const char *path,
                          void *context);

// Loads the library; NULL, or the reason why it is not there.
const char *cbus_load(void);

// Connects to the system's bus, or the user's session bus.
int cbus_open(int is_system, sd_bus **bus);
void cbus_close(sd_bus *bus);
// Has the user's systemd, at the address of its socket, move this process into a scope of this name.
int cbus_enter_scope(const char *address, const char *name, const char *description);
// Has signals told that a match rule describes, while cbus_process runs.
int cbus_listen(sd_bus *bus, const char *rule, cbus_hear *hear, void *context);
// Takes what has come; negative once the connection is gone.
int cbus_process(sd_bus *bus);
// What to poll, and for what.
int cbus_descriptor(sd_bus *bus);
int cbus_events(sd_bus *bus);
// When to process at the latest, in microseconds of CLOCK_MONOTONIC; UINT64_MAX for never.
uint64_t cbus_deadline(sd_bus *bus);

// The login sessions of all users.
int cbus_login_sessions(sd_bus *bus, cbus_session *visit, void *context);
// What kind of session it is, such as `user`.
int cbus_session_class(sd_bus *bus, const char *path, char *name, size_t size);
// Has the system wait with sleeping; a descriptor, whose end lets it go on.
int cbus_delay_sleep(sd_bus *bus, const char *who, const char *why);
// Shows a notice on the desktop.
int cbus_notify(sd_bus *bus, const char *program, const char *summary, const char *body);
