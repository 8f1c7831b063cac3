// Calls into libsystemd through a table of functions that cload fills.
// Source: sd-bus(3); org.freedesktop.login1(5); org.freedesktop.systemd1(5); Desktop Notifications
// Specification 1.2.
#define _GNU_SOURCE
#include "cbus.h"
#include "cload.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What is used of sd-bus.h, which is not needed to build.
typedef struct sd_bus_message sd_bus_message;
typedef struct sd_bus_slot sd_bus_slot;
typedef struct sd_bus_error sd_bus_error;
typedef int (*sd_bus_message_handler_t)(sd_bus_message *, void *, sd_bus_error *);

static struct {
    int (*open_system)(sd_bus **);
    int (*open_user)(sd_bus **);
    int (*new)(sd_bus **);
    int (*set_address)(sd_bus *, const char *);
    int (*start)(sd_bus *);
    sd_bus *(*flush_close_unref)(sd_bus *);
    int (*set_method_call_timeout)(sd_bus *, uint64_t);
    int (*add_match)(sd_bus *, sd_bus_slot **, const char *, sd_bus_message_handler_t, void *);
    int (*process)(sd_bus *, sd_bus_message **);
    int (*get_fd)(sd_bus *);
    int (*get_events)(sd_bus *);
    int (*get_timeout)(sd_bus *, uint64_t *);
    int (*call_method)(sd_bus *, const char *, const char *, const char *, const char *,
                       sd_bus_error *, sd_bus_message **, const char *, ...);
    int (*get_property_string)(sd_bus *, const char *, const char *, const char *, const char *,
                               sd_bus_error *, char **);
    int (*read)(sd_bus_message *, const char *, ...);
    int (*enter_container)(sd_bus_message *, char, const char *);
    int (*exit_container)(sd_bus_message *);
    int (*skip)(sd_bus_message *, const char *);
    sd_bus_message *(*message_unref)(sd_bus_message *);
    const char *(*get_interface)(sd_bus_message *);
    const char *(*get_member)(sd_bus_message *);
    const char *(*get_path)(sd_bus_message *);
    const char *(*get_signature)(sd_bus_message *, int);
} sd;

static const char manager[] = "org.freedesktop.login1.Manager";
static const char login[] = "org.freedesktop.login1", login_path[] = "/org/freedesktop/login1";

// Nobody who does not answer is waited for any longer.
enum { patience_in_microseconds = 5000000 };

const char *cbus_load(void) {
    static const struct cload_function table[] = {
        {"sd_bus_open_system", (void **)&sd.open_system},
        {"sd_bus_open_user", (void **)&sd.open_user},
        {"sd_bus_new", (void **)&sd.new},
        {"sd_bus_set_address", (void **)&sd.set_address},
        {"sd_bus_start", (void **)&sd.start},
        {"sd_bus_flush_close_unref", (void **)&sd.flush_close_unref},
        {"sd_bus_set_method_call_timeout", (void **)&sd.set_method_call_timeout},
        {"sd_bus_add_match", (void **)&sd.add_match},
        {"sd_bus_process", (void **)&sd.process},
        {"sd_bus_get_fd", (void **)&sd.get_fd},
        {"sd_bus_get_events", (void **)&sd.get_events},
        {"sd_bus_get_timeout", (void **)&sd.get_timeout},
        {"sd_bus_call_method", (void **)&sd.call_method},
        {"sd_bus_get_property_string", (void **)&sd.get_property_string},
        {"sd_bus_message_read", (void **)&sd.read},
        {"sd_bus_message_enter_container", (void **)&sd.enter_container},
        {"sd_bus_message_exit_container", (void **)&sd.exit_container},
        {"sd_bus_message_skip", (void **)&sd.skip},
        {"sd_bus_message_unref", (void **)&sd.message_unref},
        {"sd_bus_message_get_interface", (void **)&sd.get_interface},
        {"sd_bus_message_get_member", (void **)&sd.get_member},
        {"sd_bus_message_get_path", (void **)&sd.get_path},
        {"sd_bus_message_get_signature", (void **)&sd.get_signature},
        {NULL, NULL},
    };
    return cload(CBUS_LIBRARY, table);
}

int cbus_open(int is_system, sd_bus **bus) {
    int result = is_system ? sd.open_system(bus) : sd.open_user(bus);
    if (result < 0) return result;
    sd.set_method_call_timeout(*bus, patience_in_microseconds);
    return 0;
}

void cbus_close(sd_bus *bus) { sd.flush_close_unref(bus); }

int cbus_enter_scope(const char *address, const char *name, const char *description) {
    sd_bus *bus = NULL;
    int result = sd.new(&bus);
    if (result < 0) return result;
    result = sd.set_address(bus, address);
    if (result >= 0) result = sd.start(bus);
    if (result >= 0) result = sd.set_method_call_timeout(bus, patience_in_microseconds);
    // Process 0 is who asks: in a container it has another number than systemd knows it by.
    if (result >= 0)
        result = sd.call_method(
            bus, "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
            "org.freedesktop.systemd1.Manager", "StartTransientUnit", NULL, NULL,
            "ssa(sv)a(sa(sv))", name, "fail", 3, "Description", "s", description, "PIDs", "au", 1,
            (uint32_t)0, "CollectMode", "s", "inactive-or-failed", 0);
    sd.flush_close_unref(bus);
    return result;
}

// MARK: Signals

struct listener {
    cbus_hear *hear;
    void *context;
};

// Finds LockedHint in the arguments of PropertiesChanged; 1 where it is there.
static int read_locked_hint(sd_bus_message *message, int *value) {
    if (sd.skip(message, "s") < 0 || sd.enter_container(message, 'a', "{sv}") < 0) return 0;
    int found = 0;
    while (sd.enter_container(message, 'e', "sv") > 0) {
        const char *name = NULL;
        if (sd.read(message, "s", &name) < 0) return 0;
        if (strcmp(name, "LockedHint") == 0) {
            if (sd.read(message, "v", "b", value) < 0) return 0;
            found = 1;
        } else if (sd.skip(message, "v") < 0) {
            return 0;
        }
        if (sd.exit_container(message) < 0) return 0;
    }
    return found;
}

static int heard(sd_bus_message *message, void *context, sd_bus_error *error) {
    (void)error;
    const struct listener *listener = context;
    struct cbus_signal signal = {sd.get_interface(message), sd.get_member(message),
                                 sd.get_path(message), NULL, 0, 0};
    const char *form = sd.get_signature(message, 1);
    if (!signal.interface || !signal.member || !signal.path || !form) return 0;
    int result = 0;
    if (strcmp(form, "b") == 0) result = sd.read(message, "b", &signal.flag);
    else if (form[0] == 'u') result = sd.read(message, "u", &signal.number);
    else if (strcmp(form, "sa{sv}as") == 0) {
        if (!read_locked_hint(message, &signal.flag)) return 0;
    } else if (form[0] == 's') result = sd.read(message, "s", &signal.text);
    if (result >= 0) listener->hear(&signal, listener->context);
    return 0;
}

int cbus_listen(sd_bus *bus, const char *rule, cbus_hear *hear, void *context) {
    // As long as the process: a bus that comes back is listened to anew, which is seldom.
    struct listener *listener = malloc(sizeof *listener);
    if (!listener) return -ENOMEM;
    *listener = (struct listener){hear, context};
    int result = sd.add_match(bus, NULL, rule, heard, listener);
    if (result < 0) free(listener);
    return result;
}

int cbus_process(sd_bus *bus) {
    int result;
    while ((result = sd.process(bus, NULL)) > 0) {}
    return result;
}

int cbus_descriptor(sd_bus *bus) { return sd.get_fd(bus); }
int cbus_events(sd_bus *bus) { return sd.get_events(bus); }

uint64_t cbus_deadline(sd_bus *bus) {
    uint64_t deadline = UINT64_MAX;
    return sd.get_timeout(bus, &deadline) < 0 ? UINT64_MAX : deadline;
}

// MARK: Calls

int cbus_login_sessions(sd_bus *bus, cbus_session *visit, void *context) {
    sd_bus_message *reply = NULL;
    int result =
        sd.call_method(bus, login, login_path, manager, "ListSessions", NULL, &reply, NULL);
    if (result >= 0) result = sd.enter_container(reply, 'a', "(susso)");
    while (result >= 0) {
        const char *id, *user_name, *seat, *path;
        uint32_t user;
        result = sd.read(reply, "(susso)", &id, &user, &user_name, &seat, &path);
        if (result <= 0) break;
        visit(id, user, seat, path, context);
    }
    sd.message_unref(reply);
    return result;
}

int cbus_session_class(sd_bus *bus, const char *path, char *name, size_t size) {
    char *text = NULL;
    int result = sd.get_property_string(bus, login, path, "org.freedesktop.login1.Session", "Class",
                                        NULL, &text);
    if (result >= 0) snprintf(name, size, "%s", text);
    free(text);
    return result;
}

int cbus_delay_sleep(sd_bus *bus, const char *who, const char *why) {
    sd_bus_message *reply = NULL;
    int descriptor = -1;
    int result = sd.call_method(bus, login, login_path, manager, "Inhibit", NULL, &reply, "ssss",
                                "sleep", who, why, "delay");
    if (result >= 0) result = sd.read(reply, "h", &descriptor);
    // The message keeps its own.
    if (result >= 0) {
        result = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
        if (result < 0) result = -errno;
    }
    sd.message_unref(reply);
    return result;
}

int cbus_notify(sd_bus *bus, const char *program, const char *summary, const char *body) {
    return sd.call_method(bus, "org.freedesktop.Notifications", "/org/freedesktop/Notifications",
                          "org.freedesktop.Notifications", "Notify", NULL, NULL, "susssasa{sv}i",
                          program, (uint32_t)0, "", summary, body, 0, 0, (int32_t)-1);
}
