// The functions of libmicrohttpd that are used here, filled by cmicrohttpd_load.
#pragma once
#include <microhttpd.h>

struct mhd_functions {
    __typeof__(MHD_start_daemon) *start_daemon;
    __typeof__(MHD_stop_daemon) *stop_daemon;
    __typeof__(MHD_run) *run;
    __typeof__(MHD_get_timeout) *get_timeout;
    __typeof__(MHD_get_daemon_info) *get_daemon_info;
    __typeof__(MHD_get_connection_info) *get_connection_info;
    __typeof__(MHD_lookup_connection_value) *lookup_connection_value;
    __typeof__(MHD_create_response_from_buffer) *create_response;
    __typeof__(MHD_create_response_from_buffer_with_free_callback) *create_owned_response;
    __typeof__(MHD_add_response_header) *add_header;
    __typeof__(MHD_queue_response) *queue_response;
    __typeof__(MHD_destroy_response) *destroy_response;
    __typeof__(MHD_suspend_connection) *suspend_connection;
    __typeof__(MHD_resume_connection) *resume_connection;
};

extern struct mhd_functions cmicrohttpd_functions;

// Adds lines `Name: value`, each ended by a NUL, the last followed by another NUL. Whether all were
// taken.
int cmicrohttpd_add_headers(struct MHD_Response *response, const char *headers);
